"""A label file of any format, read into a dataset."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from PIL import Image

from labelmarket.adapters.formats.coco_dataset import read_coco, read_results
from labelmarket.adapters.formats.cvat import read_cvat
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.detect import Format, detect_tree
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.json_rows import read_json_rows
from labelmarket.adapters.formats.label_studio import read_label_studio
from labelmarket.adapters.formats.native import read_native
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import read_table
from labelmarket.adapters.formats.tree import Tree, opened
from labelmarket.adapters.formats.voc import read_voc
from labelmarket.adapters.formats.yolo import (
    NOT_LABELS,
    SIZES_NAME,
    TextLayout,
    class_names,
    read_text,
    sizes_in,
    stem,
)
from labelmarket.application.labels import UnreadableFile

Sizes = Mapping[str, tuple[float, float]]
"""Width and height of images by their file names."""

NAMES = ("data.yaml", "data.yml", "classes.txt", "obj.names", "labels.txt")
IMAGES = (".jpg", ".jpeg", ".png", ".bmp", ".webp", ".tif", ".tiff", ".gif")
SUFFIXES = {
    Format.VOC: (".xml",),
    Format.CVAT: (".xml",),
    Format.CSV: (".csv", ".tsv"),
    Format.JSON_LINES: (".jsonl", ".ndjson", ".json"),
    Format.LABEL_STUDIO: (".json", ".jsonl"),
}
READERS = {
    Format.VOC: read_voc,
    Format.CVAT: read_cvat,
    Format.CSV: read_table,
    Format.JSON_LINES: read_json_rows,
    Format.LABEL_STUDIO: read_label_studio,
}


def read(
    path: Path,
    *,
    format: Format | None = None,
    images: Path | None = None,
    sizes: Sizes | None = None,
    names: tuple[str, ...] = (),
    layout: TextLayout = TextLayout.YOLO,
) -> Dataset:
    """Read a file, a folder or an archive.

    `images`, `sizes` and `names` say for YOLO what its files do not: how large the images are and
    what the classes are called; `layout` says what the numbers mean. Raises UnreadableFile when
    nothing of it can be taken; rows that cannot be taken are problems of the dataset.
    """
    with opened(path) as tree:
        kind = format or detect_tree(tree)
        if kind in {Format.COCO, Format.COCO_RESULTS, Format.NATIVE}:
            return _read_one(tree, kind)
        growing = Growing()
        if kind is Format.YOLO:
            known = _Sizes(tree, images=images, sizes=sizes or {})
            _read_yolo(growing, tree, known=known, names=names, layout=layout)
        else:
            _read_all(growing, tree, kind)
        return growing.dataset()


def _read_one(tree: Tree, kind: Format) -> Dataset:
    suffixes = (".ndjson", ".jsonl", ".json") if kind is Format.NATIVE else (".json", ".jsonl")
    found = tree.names if len(tree.names) == 1 else tree.ending(*suffixes)
    if len(found) != 1:
        raise UnreadableFile(
            code="SEVERAL_FILES",
            message=f"{len(found)} files may be meant, name one: {', '.join(found[:5])}",
        )
    readers = {
        Format.COCO: read_coco,
        Format.COCO_RESULTS: read_results,
        Format.NATIVE: read_native,
    }
    return readers[kind](tree.path(found[0]), name=found[0])


def _read_all(growing: Growing, tree: Tree, kind: Format) -> None:
    """Read every file; one that is unreadable is a problem where there are others."""
    found = tree.names if len(tree.names) == 1 else tree.ending(*SUFFIXES[kind])
    for name in found:
        try:
            READERS[kind](growing, tree.path(name), name=name)
        except UnreadableFile as refused:
            if len(found) == 1:
                raise
            growing.problem(BadRow(refused.code, refused.message), file=name, place="file")


def _read_yolo(
    growing: Growing, tree: Tree, *, known: "_Sizes", names: tuple[str, ...], layout: TextLayout
) -> None:
    lists = [one for wanted in NAMES for one in tree.called(wanted)]
    kinds = names or (class_names(tree.path(lists[0])) if lists else ())
    try:
        for kind in kinds:
            growing.kind(kind)
    except BadRow as bad:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"a class: {bad.message}") from None
    read: set[str] = set()
    for name in known.first(tree.ending(".txt")):
        last = PurePosixPath(name).name.lower()
        if (len(tree.names) > 1 and last in NOT_LABELS) or last.startswith("readme"):
            continue
        # Images are found by their bare names, so two of one name would become one.
        if stem(name) in read:
            twice = BadRow("DUPLICATE_ITEM", f"another file has spoken of {stem(name)!r}")
            growing.problem(twice, file=name, place="file")
            continue
        read.add(stem(name))
        try:
            key, (width, height) = known.of(name)
            item = growing.item(key, width=width, height=height)
            path = tree.path(name)
            read_text(growing, path, name=name, item=item, names=kinds, layout=layout)
        except (BadRow, UnreadableFile) as bad:
            growing.problem(BadRow(bad.code, bad.message), file=name, place="file")


class _Sizes:
    """Finds the image that a text file speaks of, and its size."""

    def __init__(self, tree: Tree, *, images: Path | None, sizes: Sizes) -> None:
        self._given = {stem(name): (name, size) for name, size in sizes.items()}
        self._tabled = {
            file: (item, size)
            for name in tree.called(SIZES_NAME)
            for file, item, size in sizes_in(tree.path(name))
        }
        roots = [tree] if images is None else [tree, _folder(images)]
        self._files = {
            stem(name): (PurePosixPath(name).name, one.path(name))
            for one in roots
            for name in one.ending(*IMAGES)
        }

    def first(self, names: tuple[str, ...]) -> list[str]:
        """Give the names in the order of a table of sizes, where there is one."""
        places = {file: place for place, file in enumerate(self._tabled)}
        return sorted(names, key=lambda name: places.get(PurePosixPath(name).name, len(places)))

    def of(self, name: str) -> tuple[str, tuple[float, float]]:
        """Give key and size; zeros where nothing tells the size. Raises BadRow."""
        if PurePosixPath(name).name in self._tabled:
            return self._tabled[PurePosixPath(name).name]
        if stem(name) in self._given:
            return self._given[stem(name)]
        if stem(name) not in self._files:
            return stem(name), (0.0, 0.0)
        key, path = self._files[stem(name)]
        try:
            with Image.open(path) as image:
                return key, (float(image.width), float(image.height))
        except (OSError, ValueError, Image.DecompressionBombError) as error:
            raise BadRow("BAD_IMAGE", f"{key} is no image: {error}") from None


def _folder(path: Path) -> Tree:
    if not path.is_dir():
        raise UnreadableFile(code="NO_FILE", message=f"{path} is no folder of images")
    with opened(path) as tree:
        return tree
