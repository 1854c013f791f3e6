"""Files are taken in whole, against the project as it is when the market decides."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from uuid import UUID

import orjson
import pytest

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.uploads import Upload, Uploads
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.oracles.predictions import BlobPredictionFiles
from labelmarket.application.commands.projects import DefineClasses
from labelmarket.application.intake import Intake
from labelmarket.application.labels import ItemsRead, LabelsRead
from labelmarket.application.taking import READINGS_MAX, Taken
from labelmarket.domain.project import Project
from labelmarket.domain.values import LabelClass
from tests.application.stage import CUSTOMER, Stage

Shown = Sequence[str]


class SharedDesk(BlobLabelFiles):
    """Label files; while one is read, somebody else may do something."""

    meanwhile: list[Callable[[], object]]
    readings = 0
    disturbing = False

    def read_items(self, *args: object, **kwargs: object) -> ItemsRead:
        read = super().read_items(*args, **kwargs)  # type: ignore[arg-type]
        self._somebody_else()
        return read

    def read_gold(self, *args: object, **kwargs: object) -> LabelsRead:
        read = super().read_gold(*args, **kwargs)  # type: ignore[arg-type]
        self._somebody_else()
        return read

    def labels_of(self, digest: str) -> tuple[tuple[str, ...], list[int]]:
        """The classes that a file was read for, and those of its labels."""
        labels = self._files.labels(digest)
        return labels.class_names, labels.classes.tolist()

    def _somebody_else(self) -> None:
        self.readings += 1
        if self.meanwhile and not self.disturbing:
            self.disturbing = True
            self.meanwhile.pop(0)()
            self.disturbing = False


class Counter:
    """Where a customer hands in files."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage()
        self.blobs, self.uploads = LocalBlobs(folder / "blobs"), Uploads(folder / "uploads")
        self.files = SharedDesk(self.blobs)
        self.files.meanwhile = []
        self.intake = Intake(
            predictions=BlobPredictionFiles(self.blobs),
            market=self.stage.memory.market,
            files=self.files,
            blobs=self.blobs,
            uploads=self.uploads,
        )
        self.project_id = self.stage.project(items=0, classes=("cat", "dog"))

    @property
    def project(self) -> Project:
        return self.stage.get(Project, self.project_id)

    def upload(self, images: Shown, labels: Sequence[tuple[str, str]] = ()) -> UUID:
        """Upload a file of images, with labels as pairs of image and class."""
        ids = {name: number for number, name in enumerate(images)}
        kinds = {name: number for number, name in enumerate(sorted({kind for _, kind in labels}))}
        content = orjson.dumps(
            {
                "images": [{"id": ids[name], "file_name": name} for name in images],
                "categories": [{"id": kinds[name], "name": name} for name in kinds],
                "annotations": [
                    {"image_id": ids[name], "category_id": kinds[kind], "bbox": [1, 1, 2, 2]}
                    for name, kind in labels
                ],
            }
        )
        return self.put(content)

    def put(self, content: bytes) -> UUID:
        upload_id = self.stage.memory.new_id()
        assert CUSTOMER.viewer is not None
        upload = Upload(
            digest=self.blobs.put(content),
            bytes=len(content),
            organisation_id=CUSTOMER.viewer.organisation_id,
            name="a file",
        )
        self.uploads.settle(upload_id, upload)
        return upload_id

    def items(self, *names: str, key: str | None = None) -> Taken:
        return self.items_of(self.upload(names), key=key)

    def items_of(self, upload_id: UUID, *, key: str | None = None) -> Taken:
        return self.intake.add_items(
            project_id=self.project_id, upload_id=upload_id, media={}, by=CUSTOMER, key=key
        )

    def gold(self, *labels: tuple[str, str], key: str | None = None) -> Taken:
        upload_id = self.upload(list(dict.fromkeys(name for name, _ in labels)), labels)
        return self.gold_of(upload_id, key=key)

    def gold_of(self, upload_id: UUID, *, key: str | None = None) -> Taken:
        return self.intake.add_gold(
            project_id=self.project_id, upload_id=upload_id, by=CUSTOMER, key=key
        )

    def define(self, *names: str) -> None:
        classes = tuple(LabelClass(name=name) for name in names)
        self.stage.do(DefineClasses(project_id=self.project_id, classes=classes), by=CUSTOMER)


@pytest.fixture
def counter(tmp_path: Path) -> Counter:
    return Counter(tmp_path)


def code(taken: Taken) -> str | None:
    refused = taken.outcome.answer.refused
    return None if refused is None else refused.code


@pytest.mark.parametrize("key", [None, "k"])
def test_gold_is_read_again_for_the_classes_that_were_defined_meanwhile(
    counter: Counter, key: str | None
) -> None:
    counter.items("a")
    counter.files.meanwhile = [lambda: counter.define("truck", "cat")]

    taken = counter.gold(("a", "cat"), key=key)

    assert (code(taken), taken.count) == (None, 1)
    (digest,) = counter.project.gold.values()
    assert counter.files.labels_of(digest) == (("truck", "cat"), [1])


@pytest.mark.parametrize("keys", [[None] * 7, [f"k{n}" for n in range(7)]], ids=["bare", "keyed"])
def test_items_are_added_although_seven_others_come_first(
    counter: Counter, keys: list[str | None]
) -> None:
    counter.files.meanwhile = [
        partial(counter.items, f"other{n}", key=key) for n, key in enumerate(keys)
    ]

    taken = counter.items("mine", key="mine")

    assert (code(taken), taken.count) == (None, 1)
    assert counter.project.items == 8


def test_a_file_that_is_never_read_in_time_may_be_asked_for_again(counter: Counter) -> None:
    counter.items("a")
    gold = counter.upload(["a"], [("a", "cat")])
    counter.files.meanwhile = [
        partial(counter.define, "cat", f"class{n}") for n in range(READINGS_MAX)
    ]

    assert code(counter.gold_of(gold, key="k")) == "CONFLICT"
    assert code(counter.gold_of(gold, key="k")) is None


def test_what_was_answered_under_a_key_is_answered_without_reading(counter: Counter) -> None:
    items, gold = counter.upload(["a"]), counter.upload(["a"], [("a", "cat")])
    first = counter.items_of(items, key="k"), counter.gold_of(gold, key="l")
    readings = counter.files.readings

    assert (counter.items_of(items, key="k"), counter.gold_of(gold, key="l")) == first
    assert counter.files.readings == readings


def test_an_item_has_the_true_labels_that_came_first(counter: Counter) -> None:
    counter.items("a", "b")
    counter.gold(("a", "cat"))

    taken = counter.gold(("a", "cat"), ("a", "dog"), ("b", "dog"))

    assert taken.count == 1
    assert {(problem.code, problem.item) for problem in taken.problems} == {("ALREADY_GOLD", "a")}
    assert taken.problem_count == 3


def test_the_same_gold_again_adds_nothing_and_is_no_fault(counter: Counter) -> None:
    counter.items("a")
    upload_id = counter.upload(["a"], [("a", "cat")])
    counter.gold_of(upload_id)
    head = counter.stage.head()

    again = counter.gold_of(upload_id)

    assert (code(again), again.count, again.problem_count) == (None, 0, 0)
    assert counter.stage.head() == head


@pytest.mark.parametrize(
    ("labels", "why"),
    [([("x", "cat")], "UNKNOWN_ITEM"), ([("a", "cow")], "UNKNOWN_CLASS")],
    ids=["items", "classes"],
)
def test_gold_of_which_no_row_is_left_is_refused(
    counter: Counter, labels: list[tuple[str, str]], why: str
) -> None:
    counter.items("a")
    head = counter.stage.head()

    taken = counter.gold(*labels)

    assert code(taken) == "INVALID_INPUT"
    assert taken.outcome.answer.refused is not None
    assert why in taken.outcome.answer.refused.message
    assert counter.stage.head() == head


def test_gold_of_another_task_is_refused(counter: Counter) -> None:
    counter.items("a")
    head = counter.stage.head()

    taken = counter.gold_of(counter.put(b"item,label\na,cat\n"))

    assert code(taken) == "INVALID_INPUT"
    assert taken.outcome.answer.refused is not None
    assert "WRONG_TASK" in taken.outcome.answer.refused.message
    assert counter.stage.head() == head


def test_items_come_as_a_table_as_well(counter: Counter) -> None:
    taken = counter.items_of(counter.put(b"id,text\na,one\na,two\nb,three\n"))

    assert (code(taken), taken.count) == (None, 2)
    assert [(one.row, one.item, one.code) for one in taken.problems] == [(3, "a", "DUPLICATE_ITEM")]


def test_gold_that_says_that_nothing_is_there_is_gold(counter: Counter) -> None:
    counter.items("a")

    taken = counter.gold_of(counter.upload(["a"]))

    assert (code(taken), taken.count) == (None, 0)
    assert len(counter.project.gold) == 1
