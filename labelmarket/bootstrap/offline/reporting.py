"""The report of label files, from the files to what the page and the JSON say."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from labelmarket.adapters.formats.aligning import aligned
from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.image_folder import ImageFolder
from labelmarket.application.labels import UnreadableFile
from labelmarket.bootstrap.offline.picturing import pictured
from labelmarket.bootstrap.offline.placing import all_labels, put_together
from labelmarket.bootstrap.offline.reading import FileRead, Tell, Unusable, WrongWords
from labelmarket.domain.values import CLASSES_MAX
from labelmarket.workers.columns import ItemTable, LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.report_types import Report
from labelmarket.workers.insight.whole import NESTED_MAX, report_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What labels are compared with: true ones, predictions, and those of models that grew.

    `nested` are predictions of models that learned from so many of the reported items each, the
    smaller parts within the larger.
    """

    gold: FileRead | None = None
    predicted: FileRead | None = None
    nested: tuple[tuple[int, FileRead], ...] = ()

    @property
    def files(self) -> list[FileRead]:
        one_each = [one for one in (self.gold, self.predicted) if one is not None]
        return [*one_each, *(file for _, file in self.nested)]


def report_on(
    files: Sequence[FileRead], *, beside: Beside, tell: Tell, images: ImageFolder | None = None
) -> Report:
    """Report on the labels of all files as one.

    Labels are compared with gold and predicted labels with these, or with gold where both are
    given. Images tell the sizes that the files do not, and which of them are there twice. Raises
    WrongWords for nested models that cannot be, and Unusable for more than can be measured.
    """
    base = (beside.gold or files[0]).dataset
    # Without gold the files are the truth themselves, and need nobody else's names.
    own = [one.dataset if beside.gold is None else _on(one, base, tell=tell) for one in files]
    others = [_on(one, base, tell=tell) for one in beside.files]
    together = put_together([*own, *others])
    if images is not None:
        tell(f"looking at the images in {images.root}")
        together = replace(together, items=_pictured(together.items, images))
    ours, rest = all_labels(together.labels[: len(own)]), list(together.labels[len(own) :])
    truth = rest.pop(0) if beside.gold is not None else None
    guesses = rest.pop(0) if beside.predicted is not None else None
    compared = ours if guesses is None and truth is not None else guesses
    for given in (compared, *rest):
        _tell_unjudged(given, ours if truth is None else truth, tell=tell)
    shares = _shares([many for many, _ in beside.nested], of=spans.count(ours.covered))
    _check_classes(together.labels)
    tell("measuring")
    try:
        return report_of(
            together.items,
            ours,
            gold=truth,
            predictions=compared,
            nested=tuple(zip(shares, rest, strict=True)),
        )
    except ValueError as error:
        raise Unusable(str(error)) from None


def _check_classes(files: Sequence[LabelColumns]) -> None:
    names = {name for one in files for name in one.class_names}
    if len(names) > CLASSES_MAX:
        raise Unusable(
            f"{len(names):,} classes are there; a report has at most {CLASSES_MAX:,} classes"
        )


def _shares(numbers: Sequence[int], *, of: int) -> list[float]:
    if len(numbers) > NESTED_MAX:
        raise WrongWords(f"at most {NESTED_MAX} models can be compared, not {len(numbers)}")
    if beyond := [many for many in numbers if not 0 < many <= of]:
        raise WrongWords(
            f"a model can learn from 1 to {of} of the {of} items, not from {beyond[0]}"
        )
    if numbers and len(set(numbers)) < len(numbers):
        raise WrongWords("each model learned from another number of items than the others")
    return [many / of for many in numbers]


def _pictured(table: ItemTable, images: ImageFolder) -> ItemTable:
    [items] = table.manifests
    try:
        return ItemTable((pictured(items, images),))
    except UnreadableFile as error:
        raise Unusable(error.message) from None


def _tell_unjudged(given: LabelColumns | None, truth: LabelColumns, *, tell: Tell) -> None:
    """Say how many labels nothing true can be said of."""
    if given is None:
        return
    unjudged = int((~spans.holds(truth.covered, given.items)).sum())
    if unjudged:
        tell(f"not compared, on items without true labels: {unjudged} labels")


def _on(file: FileRead, base: Dataset, *, tell: Tell) -> Dataset:
    """Put a file on another's items where that loses nothing, or where it has but numbers."""
    dataset = file.dataset
    if dataset is base:
        return dataset
    moved = aligned(dataset, base)
    here, there = dataset.labels.covered, moved.labels.covered
    lost = moved.problems_total - dataset.problems_total
    if not dataset.numbered and (lost or spans.count(here) != spans.count(there)):
        return dataset
    if lost:
        tell(f"{file.path}: left out, its numbers stand for no item or no class: {lost} labels")
    return moved
