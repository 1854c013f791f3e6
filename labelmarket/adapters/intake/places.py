"""Places in a file, as readers say them, as the numbers of rows."""

import re
from typing import Final

NUMBER: Final = re.compile(r"[0-9]{1,9}")
UNKNOWN: Final = -1


def row_of(place: str) -> int:
    """Give the number of the row that a place such as `line 3` or `$[2].label` lies in."""
    found = NUMBER.search(place)
    return UNKNOWN if found is None else int(found.group())
