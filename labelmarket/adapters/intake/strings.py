"""Very many strings in two columns: their UTF-8 end to end, and where each begins."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from labelmarket.workers.columns import Bytes, Int64s


@dataclass(frozen=True, slots=True)
class Strings:
    """`offsets` (n + 1) say where each begins and where the last one ends."""

    data: Bytes
    offsets: Int64s

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: int) -> bytes:
        return self.data[self.offsets[index] : self.offsets[index + 1]].tobytes()

    def __iter__(self) -> Iterator[bytes]:
        return (self[index] for index in range(len(self)))


class GrowingStrings:
    """Strings while they come; memory is that of their bytes and 8 for each."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._offsets = array("q", [0])

    def add(self, text: bytes) -> None:
        self._data += text
        self._offsets.append(len(self._data))

    def strings(self) -> Strings:
        return Strings(
            np.frombuffer(self._data, dtype=np.uint8),
            np.frombuffer(self._offsets, dtype=np.int64),
        )
