"""The learner on a real blob store: labels in, predictions out."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.oracles import text_learner
from labelmarket.adapters.oracles.score_columns import score_columns
from labelmarket.adapters.oracles.text_learner import BlobTextLearner
from labelmarket.application.labels import LabelKind
from labelmarket.application.oracles import (
    ApprovedLabels,
    OracleUnavailable,
    TextLearner,
    TextsLearned,
    TooFewExamples,
    TooManyTexts,
)
from labelmarket.workers.columns import LabelColumns
from labelmarket.workers.insight import spans
from labelmarket.workers.outlines import no_outlines

CLASSES = ("sport", "rare", "art")
TEXTS: tuple[str | None, ...] = tuple(
    None if at == 99 else f"{'goal match team' if at % 2 else 'paint canvas museum'} number {at}"
    for at in range(120)
)


class Shelf:
    """Texts of items by their ordinals."""

    def texts(self, manifests: tuple[str, ...], *, ordinals: Sequence[int]) -> Sequence[str | None]:
        assert manifests == ("items",)
        return [TEXTS[ordinal] for ordinal in ordinals]


class Desk:
    def __init__(self, folder: Path) -> None:
        blobs = LocalBlobs(folder)
        self.files = ColumnFiles(blobs)
        self.learner: TextLearner = BlobTextLearner(blobs, texts=Shelf())

    def labels(self, rows: list[tuple[int, str]], *, covered: Sequence[int] = ()) -> str:
        items = np.array([item for item, _ in rows], dtype=np.int32)
        columns = score_columns(
            items,
            np.array([CLASSES.index(name) for _, name in rows], dtype=np.int32),
            np.full(len(rows), np.nan),
            classes=CLASSES,
            covered=spans.of(np.array(sorted({*items.tolist(), *covered}), dtype=np.int64)),
        )
        return self.files.write_labels(columns, no_outlines(len(columns)))

    def learn(
        self,
        *gold: str,
        approved: tuple[ApprovedLabels, ...] = (),
        classes: tuple[str, ...] = CLASSES,
        wanted: tuple[tuple[int, int], ...] = ((0, 120),),
        kind: LabelKind = LabelKind.ITEM_CLASS,
    ) -> TextsLearned:
        return self.learner.learn(
            kind=kind,
            items=("items",),
            classes=classes,
            gold=gold,
            approved=approved,
            wanted=wanted,
        )

    def stored(self, digest: str | None) -> LabelColumns:
        assert digest is not None
        return self.files.labels(digest)


def truth(item: int) -> str:
    return "sport" if item % 2 else "art"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_examples_are_predicted_out_of_fold_and_the_others_from_all(desk: Desk) -> None:
    learned = desk.learn(desk.labels([(item, truth(item)) for item in range(40)]))

    assert learned.known == ("sport", "art")
    assert learned.not_known == (TooFewExamples(class_name="rare", examples=0, needed=10),)
    assert (learned.examples, learned.judged, learned.right) == (40, 40, 40)
    seen, predicted = desk.stored(learned.out_of_fold), desk.stored(learned.predicted)
    assert seen.covered.tolist() == [[0, 40]]
    assert predicted.covered.tolist() == [[40, 99], [100, 120]]
    assert set(predicted.classes.tolist()) == {0, 2}
    sure = predicted.scores > 0.5
    names = [CLASSES[kind] for kind in predicted.classes[sure]]
    assert names == [truth(item) for item in predicted.items[sure].tolist()]


def test_learning_again_gives_the_same_digests_and_the_same_version(desk: Desk) -> None:
    rows = [(item, truth(item)) for item in range(40)]

    one, other = desk.learn(desk.labels(rows)), desk.learn(desk.labels(rows[::-1]))

    assert one == other


def test_the_version_names_the_examples(desk: Desk) -> None:
    rows = [(item, truth(item)) for item in range(40)]

    one = desk.learn(desk.labels(rows)).version
    more = desk.learn(desk.labels([*rows, (40, "art")])).version
    other = desk.learn(desk.labels([(0, "sport"), *rows[1:]])).version

    assert len({one, more, other}) == 3
    assert one.startswith("text-learner 1, scikit-learn ")


def test_the_last_labels_of_an_item_count(desk: Desk) -> None:
    wrong = desk.labels([(item, "rare") for item in range(40)])
    right = desk.labels([(item, truth(item)) for item in range(40)])

    assert desk.learn(wrong, right) == desk.learn(right)


def test_approved_labels_teach_on_the_items_that_are_kept(desk: Desk) -> None:
    gold = desk.labels([(item, truth(item)) for item in range(20)])
    delivered = desk.labels([(item, truth(item)) for item in range(10, 60)])

    learned = desk.learn(gold, approved=(ApprovedLabels(labels_digest=delivered, kept=((0, 50),)),))

    assert (learned.examples, learned.approved, learned.right) == (50, 30, 50)
    assert desk.stored(learned.out_of_fold).covered.tolist() == [[0, 50]]
    assert desk.stored(learned.predicted).covered.tolist() == [[50, 99], [100, 120]]


def test_gold_is_believed_whatever_was_approved_of_its_items(desk: Desk) -> None:
    gold = desk.labels([(item, truth(item)) for item in range(40)])
    wrong = desk.labels([(item, "rare") for item in range(40)])

    learned = desk.learn(gold, approved=(ApprovedLabels(labels_digest=wrong, kept=((0, 40),)),))

    assert learned == desk.learn(gold)
    assert learned.approved == 0


def test_the_same_examples_give_the_same_version_wherever_they_come_from(desk: Desk) -> None:
    rows = [(item, truth(item)) for item in range(40)]
    more = desk.labels(rows[20:])

    one = desk.learn(desk.labels(rows))
    other = desk.learn(
        desk.labels(rows[:20]), approved=(ApprovedLabels(labels_digest=more, kept=((20, 40),)),)
    )

    assert (one.version, one.out_of_fold, one.predicted) == (
        other.version,
        other.out_of_fold,
        other.predicted,
    )


def test_other_classes_or_items_are_another_version(desk: Desk) -> None:
    gold = desk.labels([(item, truth(item)) for item in range(40)])

    known = desk.learn(gold)
    more = desk.learn(gold, classes=(*CLASSES, "music"))

    assert known.known == more.known
    assert known.version != more.version


def test_an_item_of_two_classes_is_no_example_where_each_has_one(desk: Desk) -> None:
    rows = [(item, truth(item)) for item in range(40)]

    learned = desk.learn(desk.labels([*rows, (50, "art"), (50, "sport")]))

    assert learned.examples == 40
    assert spans.holds(desk.stored(learned.predicted).covered, np.array([50])).all()


def test_items_without_any_class_teach_where_there_may_be_none(desk: Desk) -> None:
    rows = [(item, "sport") for item in range(1, 60, 2)]
    rows += [(item, "art") for item in range(0, 30, 2)]
    labels = desk.labels(rows, covered=range(60))

    learned = desk.learn(labels, kind=LabelKind.ITEM_CLASSES)

    assert (learned.examples, learned.judged) == (60, 45)


def test_too_few_examples_answer_with_what_is_missing(desk: Desk) -> None:
    learned = desk.learn(desk.labels([(item, truth(item)) for item in range(18)]))

    assert (learned.known, learned.out_of_fold, learned.predicted) == ((), None, None)
    assert learned.not_known == tuple(
        TooFewExamples(class_name=name, examples=count, needed=10)
        for name, count in (("sport", 9), ("rare", 0), ("art", 9))
    )


def test_only_the_likeliest_classes_are_kept_where_all_are_too_many(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_learner, "ROWS_MAX", 100)

    learned = desk.learn(desk.labels([(item, truth(item)) for item in range(40)]))

    predicted = desk.stored(learned.predicted)
    assert len(predicted) == 79
    assert predicted.scores.min() >= 0.5


def test_more_texts_than_are_taken_are_refused(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_learner, "TEXTS_MAX", 119)

    with pytest.raises(TooManyTexts, match="at most 119 texts at once, these are 120"):
        desk.learn(desk.labels([(0, "art")]))


def test_without_the_library_the_learner_says_how_to_get_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sklearn", None)

    with pytest.raises(OracleUnavailable, match=r"pip install 'labelmarket\[learner\]'"):
        desk.learn(desk.labels([(0, "art")]))


def test_objects_are_not_learned_from_texts(desk: Desk) -> None:
    with pytest.raises(ValueError, match="no objects"):
        desk.learn(desk.labels([(0, "art")]), kind=LabelKind.OBJECTS)
