"""Which format a file, a folder or an archive is of, told by what stands in it."""

from pathlib import Path, PurePosixPath

from labelmarket.adapters.formats.text_lines import encoding_of
from labelmarket.adapters.formats.tree import Tree, opened
from labelmarket.adapters.formats.yolo import SIZES_NAME, is_label_line
from labelmarket.application.labels import UnreadableFile
from labelmarket.domain.label_format import LabelFormat

HEAD_BYTES = 1 << 16


XML = {"annotation": LabelFormat.VOC, "annotations": LabelFormat.CVAT}


def detect(path: Path) -> LabelFormat:
    """Tell the format. Raises UnreadableFile when there is none of ours."""
    with opened(path) as tree:
        return detect_tree(tree)


def detect_tree(tree: Tree) -> LabelFormat:
    """Tell the format of files by the first of them that says it."""
    found = [one for one in (_of_file(tree, name) for name in _telling(tree)) if one is not None]
    if found:
        return found[0]
    if any(is_label_line(tree.path(name)) for name in tree.ending(".txt")[:64]):
        return LabelFormat.YOLO
    if all(not tree.path(name).stat().st_size for name in tree.names):
        raise UnreadableFile(
            code="EMPTY_FILE", message="nothing is in it" + linked(tree, before=", and ")
        )
    raise UnreadableFile(
        code="UNKNOWN_FORMAT",
        message=f"none of {', '.join(LabelFormat)} is there; name the format if it is one of them"
        + linked(tree, before="; "),
    )


def linked(tree: Tree, *, before: str) -> str:
    """Say that links were passed over, where there are any."""
    return f"{before}links are not followed ({tree.links:,} here)" if tree.links else ""


def _telling(tree: Tree) -> tuple[str, ...]:
    """Give files whose beginning can tell a format, at most a few of each kind.

    The sizes beside YOLO's labels tell of images and not of a format.
    """
    kinds = ((".xml",), (".json",), (".jsonl", ".ndjson"), (".csv", ".tsv"))
    named = (name for kind in kinds for name in tree.ending(*kind)[:8])
    return tuple(name for name in named if PurePosixPath(name).name != SIZES_NAME)


def _of_file(tree: Tree, name: str) -> LabelFormat | None:
    path = tree.path(name)
    if path.suffix.lower() in {".csv", ".tsv"}:
        return LabelFormat.CSV
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    text = head.decode(encoding_of(path), errors="replace").lstrip()
    if path.suffix.lower() == ".xml":
        return _xml(text)
    return _json(text)


def _xml(text: str) -> LabelFormat | None:
    """Tell by the first element after declarations and comments."""
    while text.startswith(("<?", "<!--")):
        closing = "?>" if text.startswith("<?") else "-->"
        text = text.partition(closing)[2].lstrip()
    word = text.removeprefix("<").split(">", 1)[0].split(None, 1)
    root = XML.get(word[0]) if word and text.startswith("<") else None
    if root is LabelFormat.CVAT or text.startswith("<!"):
        return root or LabelFormat.VOC
    return root


def _json(text: str) -> LabelFormat | None:
    first = text.split("\n", 1)[0]
    if first.startswith('{"labelmarket":'):
        return LabelFormat.NATIVE
    if text.startswith("["):
        if '"image_id"' in text and '"category_id"' in text:
            return LabelFormat.COCO_RESULTS
        if '"data"' in text or '"result"' in text:
            return LabelFormat.LABEL_STUDIO
        return LabelFormat.JSON_LINES if '"label' in text or '"category"' in text else None
    if not text.startswith("{"):
        return None
    if first.rstrip().endswith("}") and any(
        f'"{name}"' in first for name in ("label", "labels", "category")
    ):
        return LabelFormat.JSON_LINES
    members = ('"images"', '"annotations"', '"categories"')
    return LabelFormat.COCO if any(member in text for member in members) else None
