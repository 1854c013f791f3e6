"""Refusals of files that answer another task than the one they are for."""

from labelmarket.adapters.formats.wrong_tasks import CODE
from labelmarket.application.labels import UnreadableFile


def not_items(found: str) -> UnreadableFile:
    """Say that a task wants classes of whole items."""
    return UnreadableFile(
        code=CODE,
        message=f"{found}; this task wants classes of whole items: send CSV or JSON lines with "
        "a probability for each item and class",
    )


def not_objects(found: str) -> UnreadableFile:
    """Say that a task wants outlined objects."""
    return UnreadableFile(
        code=CODE,
        message=f"{found}; this task wants outlined objects: send COCO results, or a COCO file "
        "whose annotations have scores",
    )
