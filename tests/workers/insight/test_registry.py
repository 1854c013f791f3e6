"""The measures of task types, against the market's taxonomy and the kernels there are."""

import pytest

from labelmarket.domain.taxonomy import BUILT_IN
from labelmarket.workers import kernels
from labelmarket.workers.insight.registry import Better, Measures, Unit, measures_of

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


def test_a_measure_tells_its_unit_and_what_is_better() -> None:
    first = measures("object_detection").metrics[0]

    assert (first.unit, first.better) == (Unit.SHARE, Better.HIGHER)


def test_a_task_type_without_kernels_has_no_measures() -> None:
    assert measures_of("translation") is None
