"""The file in which a demo keeps who one can sign in as, as long as the demo runs."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from labelmarket.demo.sign_in import SignIn


@dataclass(slots=True)
class SignInBook:
    """Readable by its owner alone."""

    path: Path
    _written: list[SignIn] = field(default_factory=list, init=False)

    def write(self, sign_in: SignIn) -> None:
        """Add one; a reader finds the file as it was before, or as it is after."""
        self._written.append(sign_in)
        draft = self.path.with_suffix(".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(orjson.dumps([asdict(one) for one in self._written]))
        draft.replace(self.path)


@contextmanager
def sign_in_book(home: Path) -> Iterator[SignInBook]:
    """An empty book in a private folder below `home`; the folder goes at the end."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sign-ins-", dir=home) as folder:
        yield SignInBook(Path(folder).resolve() / "sign-ins.json")
