"""What a batch teaches is what was approved of it, where people were asked about every class."""

from labelmarket.application.learning import taught_by
from labelmarket.application.oracles import ApprovedLabels
from labelmarket.domain.label_batch import LabelBatch
from labelmarket.domain.slots import NONE, Ranges
from tests.domain.domain_samples import DELIVER_BY, NOON, TEN, measure, open_batch, read


def delivered(*parts: Ranges, everything: Ranges = NONE) -> LabelBatch:
    """A batch of cats whose ten slots came in these parts."""
    batch = open_batch(everything=everything)
    for number, covered in enumerate(parts, start=1):
        batch.deliver(upload_digest=f"file {number}", size_bytes=9, at=NOON)
        read(batch, number, covered)
    measure(batch, parts=len(parts))
    return batch


def test_every_part_teaches_the_slots_on_which_it_has_the_last_word() -> None:
    batch = delivered(((0, 8),), ((6, 10),))

    batch.approve(at=NOON)

    assert list(taught_by(batch, classes=("cat",))) == [
        ApprovedLabels(labels_digest="labels 1", kept=((0, 8),)),
        ApprovedLabels(labels_digest="labels 2", kept=((8, 10),)),
    ]


def test_what_was_not_approved_teaches_nothing() -> None:
    batch = delivered(TEN)
    assert list(taught_by(batch, classes=("cat",))) == []

    batch.request_rework(slots=None, reason="blurred", deliver_by=DELIVER_BY, at=NOON)
    batch.revoke(reason="late", at=DELIVER_BY)

    assert list(taught_by(batch, classes=("cat",))) == []


def test_where_a_machine_had_a_class_people_teach_only_what_it_was_silent_about() -> None:
    batch = delivered(TEN, everything=((3, 5),))

    batch.approve(at=NOON)

    (taught,) = taught_by(batch, classes=("cat", "dog"))
    assert taught == ApprovedLabels(labels_digest="labels 1", kept=((3, 5),))


def test_a_batch_that_was_never_of_all_classes_teaches_nothing() -> None:
    batch = delivered(TEN)

    batch.approve(at=NOON)

    assert list(taught_by(batch, classes=("cat", "dog"))) == []
