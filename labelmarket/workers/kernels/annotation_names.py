"""The names of an annotation's fields as an index packs them, and bounds for all others."""

import numpy as np
from numpy.typing import NDArray

Names = NDArray[np.uint64]
"""Two words that tell a name apart, and more beside them."""

FIELDS = (
    *("image_id", "category_id", "bbox", "id", "iscrowd", "area", "score", "annotator"),
    "segmentation",
)
NAMES_MAX, OTHERS_MAX = 16, 64
"""Most other names of one row, and of all rows."""


def _packed(name: str) -> tuple[int, int]:
    """Give the two words that an index makes of a name."""
    rest = reversed(name.encode()[8:])
    second = sum(byte * 257**place for place, byte in enumerate(rest))
    return int.from_bytes(name.encode()[:8], "big"), second


PACKED = np.array([_packed(name) for name in FIELDS], np.uint64)
"""(9, 2): the words of each field, in their order."""
