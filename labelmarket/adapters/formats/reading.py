"""A label file of any format, read into a dataset."""

from dataclasses import replace
from pathlib import Path, PurePosixPath

from labelmarket.adapters.formats.coco_dataset import read_coco, read_results
from labelmarket.adapters.formats.cvat import read_cvat
from labelmarket.adapters.formats.dataset import Dataset, Loss
from labelmarket.adapters.formats.detect import detect_tree
from labelmarket.adapters.formats.growing import Growing
from labelmarket.adapters.formats.image_folder import ImageFolder
from labelmarket.adapters.formats.json_rows import read_json_rows
from labelmarket.adapters.formats.label_studio import read_label_studio
from labelmarket.adapters.formats.native import read_native
from labelmarket.adapters.formats.problems import BadRow
from labelmarket.adapters.formats.tables import read_table
from labelmarket.adapters.formats.tree import Tree, opened
from labelmarket.adapters.formats.voc import read_voc
from labelmarket.adapters.formats.yolo import (
    NOT_LABELS,
    TextLayout,
    class_names,
    read_text,
)
from labelmarket.adapters.formats.yolo_images import Sizes, SpokenImages, keys_of
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat

NAMES = ("data.yaml", "data.yml", "classes.txt", "obj.names", "labels.txt")
SUFFIXES = {
    LabelFormat.VOC: (".xml",),
    LabelFormat.CVAT: (".xml",),
    LabelFormat.CSV: (".csv", ".tsv"),
    LabelFormat.JSON_LINES: (".jsonl", ".ndjson", ".json"),
    LabelFormat.LABEL_STUDIO: (".json", ".jsonl"),
}
READERS = {
    LabelFormat.VOC: read_voc,
    LabelFormat.CVAT: read_cvat,
    LabelFormat.CSV: read_table,
    LabelFormat.JSON_LINES: read_json_rows,
    LabelFormat.LABEL_STUDIO: read_label_studio,
}


def read(
    path: Path,
    *,
    format: LabelFormat | None = None,
    images: ImageFolder | None = None,
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
        if kind in {LabelFormat.COCO, LabelFormat.COCO_RESULTS, LabelFormat.NATIVE}:
            return _with_links(tree, _read_one(tree, kind))
        growing = Growing()
        if kind is LabelFormat.YOLO:
            known = SpokenImages(tree, images=images, sizes=sizes or {})
            _read_yolo(growing, tree, known=known, names=names, layout=layout)
        else:
            _read_all(growing, tree, kind)
        return _with_links(tree, growing.dataset())


def _with_links(tree: Tree, dataset: Dataset) -> Dataset:
    """Tell of links in a folder: what they lead to may have been meant."""
    if not tree.links:
        return dataset
    passed = Loss(what="links", count=tree.links, why="links are not followed")
    return replace(dataset, unread=(*dataset.unread, passed))


def _read_one(tree: Tree, kind: LabelFormat) -> Dataset:
    suffixes = (".ndjson", ".jsonl", ".json") if kind is LabelFormat.NATIVE else (".json", ".jsonl")
    found = tree.names if len(tree.names) == 1 else tree.ending(*suffixes)
    if len(found) != 1:
        raise UnreadableFile(
            code="SEVERAL_FILES",
            message=f"{len(found)} files may be meant, name one: {', '.join(found[:5])}",
        )
    readers = {
        LabelFormat.COCO: read_coco,
        LabelFormat.COCO_RESULTS: read_results,
        LabelFormat.NATIVE: read_native,
    }
    return readers[kind](tree.path(found[0]), name=found[0])


def _read_all(growing: Growing, tree: Tree, kind: LabelFormat) -> None:
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
    growing: Growing,
    tree: Tree,
    *,
    known: SpokenImages,
    names: tuple[str, ...],
    layout: TextLayout,
) -> None:
    lists = [one for wanted in NAMES for one in tree.called(wanted)]
    kinds = names or (class_names(tree.path(lists[0])) if lists else ())
    try:
        for kind in kinds:
            growing.kind(kind)
    except BadRow as bad:
        raise UnreadableFile(code="WRONG_SHAPE", message=f"a class: {bad.message}") from None
    files = [name for name in known.first(tree.ending(".txt")) if _is_labels(tree, name)]
    spoken = [known.of(name) for name in files]
    read: set[str] = set()
    for name, image, key in zip(files, spoken, keys_of(spoken), strict=True):
        if isinstance(image, BadRow):
            growing.problem(image, file=name, place="file")
            continue
        if key in read:
            twice = BadRow("DUPLICATE_ITEM", f"another file has spoken of {key!r:.80}")
            growing.problem(twice, file=name, place="file")
            continue
        read.add(key)
        try:
            width, height = image.measured()
            item = growing.item(key, width=width, height=height)
            path = tree.path(name)
            read_text(growing, path, name=name, item=item, names=kinds, layout=layout)
        except (BadRow, UnreadableFile) as bad:
            growing.problem(BadRow(bad.code, bad.message), file=name, place="file")


def _is_labels(tree: Tree, name: str) -> bool:
    last = PurePosixPath(name).name.lower()
    return not ((len(tree.names) > 1 and last in NOT_LABELS) or last.startswith("readme"))
