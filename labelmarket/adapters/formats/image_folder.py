"""The images of a folder: looked through once, and each opened once at most."""

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from warnings import catch_warnings, simplefilter

from PIL import Image

from labelmarket.application.labels import UnreadableFile

FILES_MAX = 2_000_000
ORIENTATION, TURNED = 0x0112, frozenset({5, 6, 7, 8})
"""The tag of a photograph that says how it was held, and the values for on its side."""

SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif")
NO_IMAGE = (OSError, ValueError, SyntaxError, Image.DecompressionBombError)


class NoImage(Exception):
    """A file that is no image, or is gone."""


class ImageFolder:
    """Files below a folder by their names in it, and the sizes of those that are images."""

    def __init__(self, root: Path, names: Sequence[str] | None = None) -> None:
        self.root = root
        self._given = names
        self._sizes: dict[str, tuple[float, float] | NoImage] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """All files, sorted. Raises UnreadableFile for more than anybody means."""
        if self._given is not None:
            return tuple(self._given)
        found: list[str] = []
        for folder, _, files in os.walk(self.root):
            found += (Path(folder, name).relative_to(self.root).as_posix() for name in files)
            if len(found) > FILES_MAX:
                raise UnreadableFile(
                    code="TOO_MANY_FILES", message=f"{self.root} holds more than {FILES_MAX} files"
                )
        return tuple(sorted(found))

    @cached_property
    def images(self) -> tuple[str, ...]:
        """The files that are called as images are."""
        return tuple(name for name in self.names if name.lower().endswith(SUFFIXES))

    def path(self, name: str) -> Path:
        return self.root / name

    def size(self, name: str) -> tuple[float, float]:
        """Give width and height as the image is looked at. Raises NoImage."""
        if name not in self._sizes:
            self._sizes[name] = _size(self.path(name))
        found = self._sizes[name]
        if isinstance(found, NoImage):
            raise found
        return found


def _size(path: Path) -> tuple[float, float] | NoImage:
    with catch_warnings():
        # A large image is no attack here: no pixel of it is decoded.
        simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            with Image.open(path) as image:
                width, height = map(float, image.size)
                turned = image.getexif().get(ORIENTATION) in TURNED
        except NO_IMAGE as error:
            return NoImage(f"{path.name} is no image: {error}")
    return (height, width) if turned else (width, height)
