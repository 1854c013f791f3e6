"""The report of label files, from the files to what the page and the JSON say."""

from collections.abc import Sequence
from pathlib import Path

from labelmarket.adapters.formats.aligning import aligned
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.bootstrap.offline.placing import all_labels, put_together
from labelmarket.bootstrap.offline.reading import FileRead, Tell
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import report_of


def report_on(
    files: Sequence[FileRead],
    *,
    tell: Tell,
    images: Path | None = None,
    gold: FileRead | None = None,
    predicted: FileRead | None = None,
) -> Report:
    """Report on the labels of all files as one.

    Labels are compared with `gold` and `predicted` labels with these, or with gold where both are
    given. Images tell the sizes that the files do not, and which of them are there twice.
    """
    datasets, truth, guesses = _on_one_base(files, gold=gold, predicted=predicted)
    if images is not None:
        from labelmarket.bootstrap.offline.picturing import pictured  # noqa: PLC0415  (Pillow)

        tell(f"looking at the images in {images}")
        datasets = [pictured(one, images) for one in datasets]
    others = [one for one in (truth, guesses) if one is not None]
    together = put_together([*datasets, *others])
    ours, rest = all_labels(together.labels[: len(datasets)]), together.labels[len(datasets) :]
    compared = rest[-1] if guesses is not None else ours if truth is not None else None
    tell("measuring")
    return report_of(
        together.items, ours, gold=rest[0] if truth is not None else None, predictions=compared
    )


def _on_one_base(
    files: Sequence[FileRead], *, gold: FileRead | None, predicted: FileRead | None
) -> tuple[list[Dataset], Dataset | None, Dataset | None]:
    """Put all on the items of what is held for true."""
    datasets = [one.dataset for one in files]
    base = datasets[0] if gold is None else gold.dataset
    if gold is not None:
        datasets = [_on(one, base) for one in datasets]
    return (
        datasets,
        None if gold is None else base,
        None if predicted is None else _on(predicted.dataset, base),
    )


def _on(dataset: Dataset, base: Dataset) -> Dataset:
    """Put a file on another's items where that loses nothing, or where it has but numbers."""
    moved = aligned(dataset, base)
    here, there = dataset.labels.covered, moved.labels.covered
    whole = moved.problems_total == dataset.problems_total and spans.count(here) == spans.count(
        there
    )
    return moved if dataset.numbered or whole else dataset
