"""A market knows the built-in task types and keeps those that operators add."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import get_type_hints

import pytest

from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.taxonomy import (
    ADDED_MAX,
    BUILT_IN,
    TAXONOMY_ID,
    DataType,
    Geometry,
    TaskType,
    TaskTypeAdded,
    Taxonomy,
    TaxonomyOpened,
)

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
LANES = TaskType(
    code="lane_marking",
    data_type=DataType.IMAGE,
    title="Lane markings",
    geometry=Geometry.POLYLINE,
    metric="lane_f1",
    label_schema="object_class",
)


def opened() -> Taxonomy:
    taxonomy = Taxonomy.open(at=NOON)
    taxonomy.collect_events()
    return taxonomy


def test_the_one_taxonomy_starts_with_a_fixed_id() -> None:
    # When
    taxonomy = Taxonomy.open(at=NOON)
    # Then
    assert taxonomy.id == TAXONOMY_ID
    assert [type(fact) for fact in taxonomy.collect_events()] == [TaxonomyOpened]


@pytest.mark.parametrize(
    ("code", "data_type", "geometry"),
    [
        ("image_classification", DataType.IMAGE, Geometry.NONE),
        ("object_detection", DataType.IMAGE, Geometry.BOX),
        ("ocr_transcription", DataType.IMAGE, Geometry.TEXT),
        ("named_entity_recognition", DataType.TEXT, Geometry.SPAN),
        ("translation", DataType.TEXT, Geometry.TEXT),
        ("speaker_diarisation", DataType.AUDIO, Geometry.INTERVAL),
        ("object_tracking", DataType.VIDEO, Geometry.TRACK),
        ("lidar_cuboids", DataType.POINT_CLOUD, Geometry.CUBOID),
    ],
)
def test_a_new_market_knows_the_usual_tasks(
    code: str, data_type: DataType, geometry: Geometry
) -> None:
    known = opened().known(code)
    assert known is not None
    assert (known.data_type, known.geometry) == (data_type, geometry)


def test_every_data_type_has_a_task_and_only_translation_is_directed() -> None:
    assert {task_type.data_type for task_type in BUILT_IN.values()} == set(DataType)
    assert [code for code, task_type in BUILT_IN.items() if task_type.directed] == ["translation"]


def test_every_built_in_task_type_would_pass_the_check_of_an_added_one() -> None:
    taxonomy = opened()
    for task_type in BUILT_IN.values():
        taxonomy.add(task_type, at=NOON)
    assert taxonomy.collect_events() == []


def test_an_added_task_type_is_known_and_listed_last() -> None:
    # Given
    taxonomy = opened()
    # When
    taxonomy.add(LANES, at=NOON)
    # Then
    assert [type(fact) for fact in taxonomy.collect_events()] == [TaskTypeAdded]
    assert taxonomy.known("lane_marking") == LANES
    assert taxonomy.task_types() == (*BUILT_IN.values(), LANES)


def test_adding_the_same_definition_again_records_nothing() -> None:
    # Given
    taxonomy = opened()
    taxonomy.add(LANES, at=NOON)
    taxonomy.collect_events()
    # When
    taxonomy.add(LANES, at=NOON)
    # Then
    assert taxonomy.collect_events() == []


@pytest.mark.parametrize("taken", [LANES, BUILT_IN["sentiment"]])
def test_a_code_is_never_given_a_second_meaning(taken: TaskType) -> None:
    # Given
    taxonomy = opened()
    taxonomy.add(LANES, at=NOON)
    taxonomy.collect_events()
    # When, Then
    with pytest.raises(Conflict):
        taxonomy.add(replace(taken, title="Something else"), at=NOON)
    assert taxonomy.collect_events() == []


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        *(
            (replace(LANES, code=code), ("code",))
            for code in ("", "Lanes", "a__b", "1st", "ä", "lane\n", "x" * 65)
        ),
        (replace(LANES, metric="m a p"), ("metric",)),
        (replace(LANES, label_schema=""), ("labelSchema",)),
        (replace(LANES, title="  "), ("title",)),
        (replace(LANES, title="x" * 121), ("title",)),
    ],
)
def test_a_badly_written_task_type_is_refused(wrong: TaskType, path: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput) as refusal:
        opened().add(wrong, at=NOON)
    assert refusal.value.path == path


def test_a_market_takes_a_bounded_number_of_own_task_types() -> None:
    # Given
    taxonomy = opened()
    for number in range(ADDED_MAX):
        taxonomy.add(replace(LANES, code=f"own_{number}"), at=NOON)
    # When, Then
    with pytest.raises(Conflict):
        taxonomy.add(LANES, at=NOON)


def test_a_task_type_can_be_told_from_its_fact_alone() -> None:
    # Given
    taxonomy = opened()
    taxonomy.add(LANES, at=NOON)
    (fact,) = taxonomy.collect_events()
    again = opened()
    # When
    fact.mutate(again)
    # Then
    assert again.known(LANES.code) == LANES
    assert get_type_hints(TaskTypeAdded)["geometry"] is Geometry
