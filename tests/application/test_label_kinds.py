"""What the labels of a task speak of follows from its type."""

import pytest

from labelmarket.application.commands.providers import AddTaskType
from labelmarket.application.label_kinds import kinds_of
from labelmarket.application.labels import LabelKind, UnreadableFile
from labelmarket.domain.taxonomy import DataType, Geometry, TaskType
from tests.application.stage import OPERATOR, Stage


def test_kinds_are_told_once_each_in_the_order_of_the_tasks() -> None:
    market = Stage().memory.market

    assert kinds_of(market, ["sentiment", "object_detection", "tone", "translation"]) == (
        LabelKind.ITEM_CLASS,
        LabelKind.OBJECTS,
    )
    assert kinds_of(market, ["text_categorisation"]) == (LabelKind.ITEM_CLASSES,)


def test_a_task_type_of_the_market_s_own_is_known_by_its_label_schema() -> None:
    stage = Stage()
    urgency = TaskType(
        code="urgency",
        data_type=DataType.TEXT,
        title="Urgency",
        geometry=Geometry.NONE,
        metric="accuracy",
        label_schema="item_class",
    )
    stage.say(AddTaskType(task_type=urgency), by=OPERATOR)

    assert kinds_of(stage.memory.market, ["urgency"]) == (LabelKind.ITEM_CLASS,)


@pytest.mark.parametrize("codes", [["translation"], ["nobody_knows"], []])
def test_labels_that_no_format_holds_are_refused_in_words(codes: list[str]) -> None:
    with pytest.raises(UnreadableFile, match="not read yet") as refused:
        kinds_of(Stage().memory.market, codes)

    assert refused.value.code == "TASK_NOT_READ"
