"""The measures of task types, against the market's taxonomy and the kernels there are."""

import pytest

from labelmarket.domain.taxonomy import BUILT_IN
from labelmarket.workers import kernels
from labelmarket.workers.insight.classified import classified
from labelmarket.workers.insight.compared import sides_of
from labelmarket.workers.insight.evaluation import evaluate
from labelmarket.workers.insight.quality import item_quality_of, quality_of
from labelmarket.workers.insight.registry import (
    Better,
    Measures,
    Unit,
    measures_of,
    measures_of_labels,
)
from tests.workers.insight.label_samples import labels, sized

MEASURED = sorted(code for code in BUILT_IN if measures_of(code) is not None)


def measures(task_type: str) -> Measures:
    found = measures_of(task_type)
    assert found is not None
    return found


def test_classification_and_object_tasks_are_measured() -> None:
    assert MEASURED == [
        "audio_classification",
        "image_classification",
        "instance_segmentation",
        "object_detection",
        "sentiment",
        "text_categorisation",
        "tone",
        "video_classification",
    ]


@pytest.mark.parametrize("task_type", MEASURED)
def test_the_first_measure_is_the_one_the_taxonomy_judges_by(task_type: str) -> None:
    assert measures(task_type).metrics[0].code == BUILT_IN[task_type].metric


@pytest.mark.parametrize("task_type", MEASURED)
def test_every_measure_names_a_kernel_that_exists(task_type: str) -> None:
    named = {metric.kernel for metric in measures(task_type).metrics}
    named.add(measures(task_type).compared_by)

    assert named <= set(kernels.__all__)


@pytest.mark.parametrize("task_type", MEASURED)
def test_codes_are_unique_within_a_task_type(task_type: str) -> None:
    codes = [metric.code for metric in measures(task_type).metrics]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("task_type", MEASURED)
def test_labels_are_measured_by_the_task_type_or_else_by_what_they_are_on(task_type: str) -> None:
    whole = BUILT_IN[task_type].label_schema.startswith("item")

    known = measures_of_labels(whole_items=whole, task_type=task_type)

    assert known == measures(task_type)
    assert known.of_class == measures_of_labels(whole_items=whole, task_type="my own").of_class


def test_figures_of_a_comparison_are_those_of_the_registry() -> None:
    nothing = labels([], covered=[0])
    sides = sides_of(nothing, nothing, items=sized(1), classes=nothing.class_names)

    objects = quality_of(evaluate(*sides, class_names=nothing.class_names))
    items = item_quality_of(classified(nothing, nothing, classes=nothing.class_names))

    assert list(objects["figures"]) == list(measures_of_labels(whole_items=False).titles)
    assert list(items["figures"]) == list(measures_of_labels(whole_items=True).titles)
    for quality, whole in ((objects, False), (items, True)):
        measured = measures_of_labels(whole_items=whole).of_class
        assert {one["metric"] for one in quality["classes"]} == {measured}


def test_a_measure_tells_its_unit_and_what_is_better() -> None:
    first = measures("object_detection").metrics[0]

    assert (first.unit, first.better) == (Unit.SHARE, Better.HIGHER)


def test_a_task_type_without_kernels_has_no_measures() -> None:
    assert measures_of("translation") is None
