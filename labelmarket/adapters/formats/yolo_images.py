"""Which image a text file speaks of, what the image is called, and how large it is."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from labelmarket.adapters.formats.image_folder import ImageFolder, NoImage
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tree import Tree
from labelmarket.adapters.formats.yolo import SIZES_NAME, sizes_in, stem

Size = tuple[float, float]

Sizes = Mapping[str, Size]
"""Width and height of images by their file names."""

UNKNOWN = (0.0, 0.0)
KINDS = frozenset({"images", "labels"})
"""Folders that lie side by side and hold the same names."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a text file speaks of: an image by its bare name and by its path, and where it lies."""

    bare: str
    whole: str
    size: Size = UNKNOWN
    folder: ImageFolder | None = None

    def measured(self) -> Size:
        """Give the size, zeros where nothing tells it. Raises BadRow for what is no image."""
        if self.folder is None:
            return self.size
        try:
            return self.folder.size(self.whole)
        except NoImage as error:
            raise BadRow("BAD_IMAGE", str(error)) from None


class SpokenImages:
    """Finds the images of text files: in tables of sizes, in sizes given, in folders of images."""

    def __init__(self, tree: Tree, *, images: ImageFolder | None, sizes: Sizes) -> None:
        self._tabled = _tabled(tree)
        known = [Spoken(name, name, size) for name, size in sizes.items()]
        folders = [ImageFolder(tree.root, tree.names)]
        if images is not None:
            folders.insert(0, images)
        # What comes first is asked first.
        self._sources = [
            _by_stem(known),
            *(
                _by_stem(
                    [Spoken(PurePosixPath(name).name, name, folder=one) for name in one.images]
                )
                for one in folders
            ),
        ]

    def first(self, names: tuple[str, ...]) -> list[str]:
        """Give the names in the order of a table of sizes, where there is one."""
        places = {file: place for place, file in enumerate(self._tabled)}
        return sorted(
            names, key=lambda name: places.get(_table_entry(name, self._tabled), len(places))
        )

    def of(self, name: str) -> Spoken | BadRow:
        """Give the image of a text file; one that nobody knows has the name of the file."""
        entry = _table_entry(name, self._tabled)
        if entry in self._tabled:
            return self._tabled[entry]
        for source in self._sources:
            found = source.get(stem(name), [])
            if len(found) > 1:
                found = [one for one in found if _place(one.whole) == _place(name)]
                if len(found) != 1:
                    return BadRow("AMBIGUOUS_ITEM", f"several images are called {stem(name)!r:.80}")
            if found:
                return found[0]
        return Spoken(stem(name), str(PurePosixPath(name).with_suffix("")))


def keys_of(spoken: Sequence[Spoken | BadRow]) -> list[str]:
    """Name the images: by bare names, or all by their paths where a bare name occurs twice."""
    often = Counter(one.bare for one in spoken if isinstance(one, Spoken))
    plain = all(times == 1 for times in often.values())
    return ["" if isinstance(one, BadRow) else one.bare if plain else one.whole for one in spoken]


def _tabled(tree: Tree) -> dict[str, Spoken]:
    """Give what tables of sizes tell, by the folder of the table and the name of the text file."""
    tabled: dict[str, Spoken] = {}
    for name in tree.called(SIZES_NAME):
        folder = PurePosixPath(name).parent
        for file, item, size in sizes_in(tree.path(name)):
            tabled[str(folder / file)] = Spoken(item, str(folder / item), size)
    return tabled


def _table_entry(name: str, tabled: Mapping[str, Spoken]) -> str:
    """Give what the nearest table above a text file calls it; empty where none does."""
    path = PurePosixPath(name)
    entries = (str(folder / path.name) for folder in path.parents)
    return next((one for one in entries if one in tabled), "")


def _by_stem(known: list[Spoken]) -> dict[str, list[Spoken]]:
    found: dict[str, list[Spoken]] = defaultdict(list)
    for one in known:
        found[stem(one.bare)].append(one)
    return found


def _place(name: str) -> tuple[str, ...]:
    """Give the path of a file without its ending, the same for an image and for its labels."""
    path = PurePosixPath(name).with_suffix("")
    return tuple(part for part in path.parts if part not in KINDS)
