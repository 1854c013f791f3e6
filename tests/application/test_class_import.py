"""Classes are imported behind those that are there, and suggestions taken by whoever may."""

from pathlib import Path
from uuid import UUID

import pytest

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.blobs.uploads import Upload, Uploads
from labelmarket.adapters.class_lists.suggester import ListedSuggester
from labelmarket.adapters.label_files import BlobLabelFiles
from labelmarket.adapters.oracles.predictions import BlobPredictionFiles
from labelmarket.application.access import Actor
from labelmarket.application.commands.projects import DefineClasses
from labelmarket.application.intake import Intake
from labelmarket.application.labels import ClassesRead
from labelmarket.application.market import Outcome
from labelmarket.application.ports import KeyReused
from labelmarket.application.suggesting import Suggesting
from labelmarket.application.taking import Taken
from labelmarket.domain.project import Project
from labelmarket.domain.values import CLASSES_MAX, LabelClass
from tests.application.stage import CUSTOMER, OPERATOR, OTHER_CUSTOMER, Stage


class Files(BlobLabelFiles):
    """Label files; while one is read, somebody else defines these classes."""

    meanwhile: tuple[str, ...] = ()
    wall: "Wall"

    def read_classes(self, upload: str, *, file_name: str) -> ClassesRead:
        read = super().read_classes(upload, file_name=file_name)
        if self.meanwhile:
            names, self.meanwhile = self.meanwhile, ()
            self.wall.define(*names)
        return read


class Wall:
    """Where a customer pins up the classes of a project."""

    def __init__(self, folder: Path) -> None:
        self.stage = Stage()
        self.blobs, self.uploads = LocalBlobs(folder / "blobs"), Uploads(folder / "uploads")
        self.files = Files(self.blobs)
        self.files.wall = self
        market = self.stage.memory.market
        self.intake = Intake(
            predictions=BlobPredictionFiles(self.blobs),
            market=market,
            files=self.files,
            blobs=self.blobs,
            uploads=self.uploads,
        )
        self.suggesting = Suggesting(market=market, suggester=ListedSuggester())
        self.project_id = self.stage.project(items=0, classes=("cat", "autmobile"))

    @property
    def names(self) -> tuple[str, ...]:
        return self.stage.get(Project, self.project_id).class_names

    def define(self, *names: str) -> None:
        classes = tuple(LabelClass(name=name) for name in names)
        self.stage.do(DefineClasses(project_id=self.project_id, classes=classes), by=CUSTOMER)

    def upload(self, *lines: str) -> UUID:
        content = "\n".join(lines).encode()
        assert CUSTOMER.viewer is not None
        upload = Upload(
            digest=self.blobs.put(content),
            bytes=len(content),
            organisation_id=CUSTOMER.viewer.organisation_id,
            name="classes.txt",
        )
        upload_id = self.stage.memory.new_id()
        self.uploads.settle(upload_id, upload)
        return upload_id

    def take(self, upload_id: UUID, *, by: Actor = CUSTOMER, key: str | None = None) -> Taken:
        return self.intake.import_classes(
            project_id=self.project_id, upload_id=upload_id, by=by, key=key
        )

    def accept(
        self, class_name: str, suggestion: str, *, by: Actor = CUSTOMER, key: str | None = None
    ) -> Outcome:
        return self.suggesting.accept(
            project_id=self.project_id,
            class_name=class_name,
            suggestion=suggestion,
            by=by,
            key=key,
        )

    def ignore(self, class_name: str, suggestion: str) -> Outcome:
        return self.suggesting.ignore(
            project_id=self.project_id,
            class_name=class_name,
            suggestion=suggestion,
            by=CUSTOMER,
            key=None,
        )

    def suggested(self) -> dict[str, list[str]]:
        row = self.stage.row("project_page", self.project_id)
        found = self.suggesting.for_project(row)
        return {name: [one.name for one in each] for name, each in found.items()}


@pytest.fixture
def wall(tmp_path: Path) -> Wall:
    return Wall(tmp_path)


def code(outcome: Outcome) -> str | None:
    refused = outcome.answer.refused
    return None if refused is None else refused.code


def test_new_classes_stand_behind_the_others_and_known_ones_are_told(wall: Wall) -> None:
    taken = wall.take(wall.upload("dog", "cat", "_background_", "dog", ""))
    assert (code(taken.outcome), taken.count, taken.problem_count) == (None, 2, 2)
    assert wall.names == ("cat", "autmobile", "dog", "_background_")
    assert {(one.code, one.row, one.item) for one in taken.problems} == {
        ("DUPLICATE_CLASS", 2, "cat"),
        ("DUPLICATE_CLASS", 4, "dog"),
    }
    row = wall.stage.row("project_page", wall.project_id)
    assert tuple(one.name for one in row.classes) == wall.names


def test_the_same_file_again_adds_nothing(wall: Wall) -> None:
    upload_id = wall.upload("dog")
    first = wall.take(upload_id, key="k")
    head = wall.stage.head()
    assert wall.take(upload_id, key="k") == first
    assert wall.take(upload_id).count == 0
    assert wall.stage.head() == head


def test_classes_that_were_defined_while_the_file_was_read_stay(wall: Wall) -> None:
    wall.files.meanwhile = ("cat", "dog", "owl")
    taken = wall.take(wall.upload("dog", "fox"))
    assert (taken.count, [one.item for one in taken.problems]) == (1, ["dog"])
    assert wall.names == ("cat", "dog", "owl", "fox")


def test_more_classes_than_a_project_may_have_are_refused_as_a_whole(wall: Wall) -> None:
    taken = wall.take(wall.upload(*map(str, range(CLASSES_MAX - 1))))
    assert code(taken.outcome) == "INVALID_INPUT"
    assert wall.names == ("cat", "autmobile")
    assert wall.take(wall.upload(*map(str, range(CLASSES_MAX - 2)))).count == CLASSES_MAX - 2


@pytest.mark.parametrize("lines", [(), ("", " ")])
def test_a_file_without_any_class_is_refused(wall: Wall, lines: tuple[str, ...]) -> None:
    assert code(wall.take(wall.upload(*lines)).outcome) == "INVALID_INPUT"


@pytest.mark.parametrize(
    ("by", "why"), [(OTHER_CUSTOMER, "INVALID_INPUT"), (OPERATOR, "FORBIDDEN")]
)
def test_nobody_imports_into_the_project_of_another(wall: Wall, by: Actor, why: str) -> None:
    assert code(wall.take(wall.upload("dog"), by=by).outcome) == why
    assert wall.names == ("cat", "autmobile")


def test_a_suggestion_is_accepted_once_however_often_it_is_asked(wall: Wall) -> None:
    first = wall.accept("autmobile", "car", key="k")
    assert (code(first), wall.names) == (None, ("cat", "car"))
    assert wall.accept("autmobile", "car", key="k") == first
    assert code(wall.accept("autmobile", "car")) == "INVALID_INPUT"
    with pytest.raises(KeyReused):
        wall.accept("cat", "kitten", key="k")
    assert wall.suggested() == {}


def test_the_fact_tells_why_the_name_was_suggested(wall: Wall) -> None:
    wall.accept("autmobile", "car")
    state = wall.stage.memory.recorder.log[-1].state.decode()
    assert '"kind":"misspelling"' in state
    assert "automobile" in state


def test_what_is_not_suggested_is_no_suggestion_to_accept_or_ignore(wall: Wall) -> None:
    head = wall.stage.head()
    assert code(wall.accept("autmobile", "bicycle")) == "INVALID_INPUT"
    assert code(wall.ignore("autmobile", "bicycle")) == "INVALID_INPUT"
    assert code(wall.accept("zebra", "car")) == "INVALID_INPUT"
    assert wall.stage.head() == head


def test_a_name_that_was_taken_meanwhile_is_refused(wall: Wall) -> None:
    wall.define("car", "autmobile")
    assert code(wall.accept("autmobile", "car")) == "CONFLICT"
    assert wall.names == ("car", "autmobile")


def test_what_was_ignored_does_not_come_again(wall: Wall) -> None:
    assert wall.suggested() == {"autmobile": ["car"]}
    for _ in range(2):
        assert code(wall.ignore("autmobile", "car")) is None
    assert wall.suggested() == {}
    assert wall.stage.topics().count("ClassSuggestionIgnored") == 1


@pytest.mark.parametrize(("by", "why"), [(OTHER_CUSTOMER, "NOT_FOUND"), (OPERATOR, "FORBIDDEN")])
def test_nobody_renames_the_classes_of_another(wall: Wall, by: Actor, why: str) -> None:
    assert code(wall.accept("autmobile", "car", by=by)) == why
