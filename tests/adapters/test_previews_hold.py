"""A preview says how much goes where; launching, and ordering later, then do just that."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.machine_labels import BlobMachineLabels
from labelmarket.application.labels import LabelKind
from labelmarket.application.preview_figures import Share, share_of
from labelmarket.domain.project import Project
from labelmarket.domain.project_facts import Target
from labelmarket.domain.project_routing import MachineShare
from labelmarket.domain.project_slots import Wanted
from labelmarket.domain.routing import Route
from labelmarket.domain.slots import Ranges, count, union
from labelmarket.domain.values import ClassMetric, LabelClass
from labelmarket.workers.columns import LabelColumns, item_columns
from labelmarket.workers.outlines import no_outlines
from tests.domain.domain_samples import BOXES, CUSTOMER, NOON, PROJECT, TASK
from tests.workers.insight.prediction_samples import CLASSES, ITEMS, ordinals, predictions

FIRST = UUID(int=901)
likely = st.sampled_from([0.25, 0.5, 1.0])
rows = st.lists(
    st.tuples(st.integers(0, ITEMS - 1), st.integers(0, len(CLASSES) - 1), likely), max_size=14
)
metrics = st.lists(st.sampled_from([0.3, 0.5, 0.9]), min_size=len(CLASSES), max_size=len(CLASSES))
thresholds = st.sampled_from([0.0, 0.4, 0.5, 0.7, 1.0])
overrides = st.dictionaries(st.sampled_from(CLASSES), st.sampled_from(Route), max_size=2)


@dataclass(frozen=True, kw_only=True)
class Play:
    """What a model says, how good it is, and how classes are routed before and after the launch."""

    said: LabelColumns
    values: list[float]
    kind: LabelKind
    first: tuple[float, dict[str, Route]]
    then: tuple[float, dict[str, Route]]
    size: int


@dataclass
class Desk:
    """Predictions as blobs, and what is asked of them."""

    files: ColumnFiles
    machine: BlobMachineLabels
    items: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    folder: Path = tmp_path_factory.mktemp("blobs")
    blobs = LocalBlobs(folder)
    files = ColumnFiles(blobs)
    keys = [f"item {number}".encode() for number in range(ITEMS)]
    items = files.write_items(item_columns(keys, sizes=np.zeros((ITEMS, 2))))
    return Desk(files=files, machine=BlobMachineLabels(blobs), items=items)


def draft(desk: Desk, said: LabelColumns, values: list[float]) -> Project:
    project = Project.create(
        project_id=PROJECT,
        organisation_id=CUSTOMER,
        name="Pets",
        data_type="image",
        target=Target(),
        at=NOON,
    )
    project.define_task(task_id=TASK, requirement=BOXES, at=NOON)
    project.define_classes(tuple(LabelClass(name=name) for name in CLASSES), at=NOON)
    project.add_items(
        upload_digest="upload", manifest_digest=desk.items, items=ITEMS, problems=0, at=NOON
    )
    digest = desk.files.write_labels(said, no_outlines(len(said)))
    project.add_predictions(
        task_id=TASK,
        oracle="model",
        version="1",
        upload_digest=digest,
        labels_digest=digest,
        labels=len(said),
        covered=tuple((first, stop) for first, stop in said.covered.tolist()),
        problems=0,
        at=NOON,
    )
    known = tuple(
        ClassMetric(class_name=name, value=value, gold_examples=9)
        for name, value in zip(CLASSES, values, strict=True)
    )
    project.measure_oracle(
        task_id=TASK, predictions=digest, metric="f1", metrics=known, gold_files=1, at=NOON
    )
    return project


def route(project: Project, threshold: float, choices: dict[str, Route]) -> None:
    project.apply_threshold(threshold, at=NOON)
    for name, chosen in choices.items():
        project.override_route(class_name=name, route=chosen, reason="", at=NOON)


def previewed(desk: Desk, project: Project, kind: LabelKind) -> Share:
    weighed = desk.machine.weigh(
        project.predictions[TASK].labels_digest,
        kind=kind,
        items=(desk.items,),
        classes=CLASSES,
        within=project.open_slots(TASK),
    )
    return share_of(project, TASK, project.routes, weighed=weighed, kind=kind)


def shares(desk: Desk, project: Project, kind: LabelKind) -> list[MachineShare]:
    basis = project.share_basis(TASK)
    if basis is None:
        return []
    placed = desk.machine.place(
        basis.predictions,
        kind=kind,
        items=basis.manifests,
        classes=basis.classes,
        machine_classes=basis.machine_classes,
        within=basis.opened,
        gold=(),
        name="machine: model 1",
    )
    return [
        MachineShare(
            task_id=TASK,
            basis=basis,
            whole_items=kind is LabelKind.ITEM_CLASS,
            slots=placed.slots,
            labels_digest=placed.labels_digest,
            sums_digest=placed.sums_digest,
            labels=placed.labels,
        )
    ]


def check(share: Share, project: Project, opened: Ranges, wanted: Wanted) -> None:
    """What was foretold of the open slots is what became of them."""
    placed = [one for one in project.placed.get(TASK, ()) if not _outside(one.slots, opened)]
    alone = union(*(one.slots for one in placed if one.whole))
    assert share.people_items == count(wanted.slots)
    assert share.machine_items == count(alone)
    assert share.machine_labels == sum(one.labels for one in placed)


def _outside(slots: Ranges, opened: Ranges) -> bool:
    return union(slots, opened) != opened


plays = st.builds(
    Play,
    said=st.builds(
        lambda said, covered: predictions(said, covered=sorted(covered)), rows, ordinals
    ),
    values=metrics,
    kind=st.sampled_from([LabelKind.ITEM_CLASS, LabelKind.ITEM_CLASSES]),
    first=st.tuples(thresholds, overrides),
    then=st.tuples(thresholds, overrides),
    size=st.integers(1, ITEMS),
)


@settings(max_examples=40)
@given(play=plays)
def test_what_is_foretold_is_what_happens_at_the_launch_and_after_it(
    desk: Desk, play: Play
) -> None:
    # Given a project with an order for some of what goes to people
    kind, project = play.kind, draft(desk, play.said, play.values)
    project.add_order(order_id=FIRST, task_id=TASK, items=play.size, at=NOON)
    route(project, *play.first)
    opened = project.open_slots(TASK)
    foretold = previewed(desk, project, kind)
    # When it is launched
    project.launch(shares(desk, project, kind), at=NOON)
    # Then as much goes to each as a preview said
    waiting = project.left_to_people(TASK)
    taken = Wanted(slots=union(project.held[FIRST], waiting.slots), classes=())
    check(foretold, project, opened, taken)
    if project.is_over:
        return
    # And so it is when routes are changed afterwards, and the rest is ordered
    route(project, *play.then)
    opened = project.open_slots(TASK)
    foretold = previewed(desk, project, kind)
    project.place_shares(shares(desk, project, kind), at=NOON)
    check(foretold, project, opened, project.left_to_people(TASK))
