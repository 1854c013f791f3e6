"""The process that answers clients of a demo: `labelmarket serve`, and the demo's sign-ins.

It is a program of its own, so that no setting and no word can make a market hand out tokens.
"""

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from labelmarket.settings import Settings, environment
from labelmarket.web.process import serve


def main(words: Sequence[str]) -> int:
    """Serve; the one word is the file that the play writes its sign-ins to."""
    (file,) = words
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    return serve(Settings.read(environment()), sign_ins=Path(file))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
