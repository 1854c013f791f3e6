"""Labels of another task than they are read for: one row, or a whole file."""

from typing import Final

from labelmarket.adapters.formats.problems import BadRow
from labelmarket.application.labels import LabelKind, UnreadableFile

CODE: Final = "WRONG_TASK"
BOXES: Final = "boxes or outlines of objects"
WORDS: Final = "classes of whole items"


def wrong_row(kind: LabelKind) -> BadRow:
    """Say that one row is of another task than `kind`."""
    is_said, is_asked = _sides(kind)
    return BadRow(CODE, f"the row has {is_said}, and the task asks for {is_asked}")


def wrong_file(kind: LabelKind) -> UnreadableFile:
    """Say that a whole file is of another task than `kind`."""
    is_said, is_asked = _sides(kind)
    return UnreadableFile(
        code=CODE, message=f"the file has {is_said}, and the task asks for {is_asked}"
    )


def second_class() -> BadRow:
    return BadRow(
        "SECOND_CLASS", "the file gives the item another class, and the task asks for one"
    )


def _sides(kind: LabelKind) -> tuple[str, str]:
    return (WORDS, BOXES) if kind is LabelKind.OBJECTS else (BOXES, WORDS)
