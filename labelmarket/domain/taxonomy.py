"""What kinds of work the market knows: built-in task types, and those that operators add."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Self
from uuid import NAMESPACE_URL, uuid5

from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.errors import Conflict, InvalidInput

TAXONOMY_ID: Final = uuid5(NAMESPACE_URL, "labelmarket:taxonomy")
ADDED_MAX: Final = 500
CODE_LENGTH_MAX: Final = 64
TITLE_LENGTH_MAX: Final = 120

_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class DataType(StrEnum):
    IMAGE = "image"
    TEXT = "text"
    AUDIO = "audio"
    VIDEO = "video"
    POINT_CLOUD = "point_cloud"


class Geometry(StrEnum):
    """What a label outlines in its item; NONE when it speaks of the whole item."""

    NONE = "none"
    BOX = "box"
    POLYGON = "polygon"
    MASK = "mask"
    KEYPOINTS = "keypoints"
    POLYLINE = "polyline"
    SPAN = "span"
    TEXT = "text"
    INTERVAL = "interval"
    TRACK = "track"
    CUBOID = "cuboid"
    POINTS = "points"


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskType:
    """One kind of labeling.

    `metric` names the measure that its quality is judged by, `label_schema` the shape
    of one label. `directed` says that an order must name a source and a target language.
    """

    code: str
    data_type: DataType
    title: str
    geometry: Geometry
    metric: str
    label_schema: str
    directed: bool = False


_IMAGE = (
    ("image_classification", "Image classification", Geometry.NONE, "accuracy", "item_classes"),
    ("object_detection", "Object detection", Geometry.BOX, "map", "object_class"),
    ("semantic_segmentation", "Semantic segmentation", Geometry.MASK, "mean_iou", "region_class"),
    ("instance_segmentation", "Instance segmentation", Geometry.POLYGON, "map", "object_class"),
    ("keypoint_detection", "Keypoints", Geometry.KEYPOINTS, "oks_map", "object_keypoints"),
    ("ocr_transcription", "OCR transcription", Geometry.TEXT, "character_error_rate", "text"),
)
_TEXT = (
    ("text_categorisation", "Text categorisation", Geometry.NONE, "macro_f1", "item_classes"),
    ("tone", "Tone", Geometry.NONE, "macro_f1", "item_class"),
    ("part_of_speech", "Part of speech", Geometry.SPAN, "accuracy", "span_class"),
    ("named_entity_recognition", "Named entities", Geometry.SPAN, "span_f1", "span_class"),
    ("sentiment", "Sentiment", Geometry.NONE, "macro_f1", "item_class"),
    ("translation", "Translation", Geometry.TEXT, "chrf", "text"),
)
_AUDIO = (
    ("audio_transcription", "Audio transcription", Geometry.TEXT, "word_error_rate", "timed_text"),
    ("audio_classification", "Audio classification", Geometry.NONE, "accuracy", "item_classes"),
    (
        "speaker_diarisation",
        "Speaker diarisation",
        Geometry.INTERVAL,
        "diarisation_error_rate",
        "speaker_turns",
    ),
)
_VIDEO = (
    ("video_classification", "Video classification", Geometry.NONE, "accuracy", "item_classes"),
    ("object_tracking", "Object tracking", Geometry.TRACK, "hota", "object_track"),
)
_POINT_CLOUD = (
    ("lidar_cuboids", "LIDAR object detection", Geometry.CUBOID, "map_3d", "object_class"),
    ("lidar_segmentation", "LIDAR segmentation", Geometry.POINTS, "mean_iou", "point_class"),
)


def _built_in() -> Mapping[str, TaskType]:
    table = {
        DataType.IMAGE: _IMAGE,
        DataType.TEXT: _TEXT,
        DataType.AUDIO: _AUDIO,
        DataType.VIDEO: _VIDEO,
        DataType.POINT_CLOUD: _POINT_CLOUD,
    }
    task_types = (
        TaskType(
            code=code,
            data_type=data_type,
            title=title,
            geometry=geometry,
            metric=metric,
            label_schema=label_schema,
            directed=code == "translation",
        )
        for data_type, rows in table.items()
        for code, title, geometry, metric, label_schema in rows
    )
    return MappingProxyType({task_type.code: task_type for task_type in task_types})


BUILT_IN: Final = _built_in()
"""The task types that every market knows, by code."""


class TaxonomyOpened(FirstFact):
    TOPIC = "TaxonomyOpened"


class TaskTypeAdded(Fact):
    TOPIC = "TaskTypeAdded"
    code: str
    data_type: DataType
    title: str
    geometry: Geometry
    metric: str
    label_schema: str
    directed: bool

    def apply(self, taxonomy: "Taxonomy", /) -> None:
        task_type = TaskType(
            code=self.code,
            data_type=self.data_type,
            title=self.title,
            geometry=self.geometry,
            metric=self.metric,
            label_schema=self.label_schema,
            directed=self.directed,
        )
        taxonomy.added = {**taxonomy.added, self.code: task_type}


class Taxonomy(Aggregate):
    TOPIC = "Taxonomy"

    def __init__(self) -> None:
        self.added: dict[str, TaskType] = {}

    # Decisions: when each fact may happen.

    @classmethod
    def open(cls, *, at: datetime) -> Self:
        """Start the market's one taxonomy, which knows the built-in task types."""
        return cls.begin(TaxonomyOpened, id=TAXONOMY_ID, at=at)

    def add(self, task_type: TaskType, *, at: datetime) -> None:
        """Make a task type known; the same definition again records nothing."""
        _check(task_type)
        existing = self.known(task_type.code)
        if existing == task_type:
            return
        if existing is not None:
            raise Conflict(f"the task type {task_type.code} exists already", path=("code",))
        if len(self.added) >= ADDED_MAX:
            raise Conflict(f"a market takes at most {ADDED_MAX} task types of its own")
        self.record(TaskTypeAdded, at=at, **asdict(task_type))

    def known(self, code: str) -> TaskType | None:
        return BUILT_IN.get(code) or self.added.get(code)

    def task_types(self) -> tuple[TaskType, ...]:
        """All task types: the built-in ones, then the others in the order they were added."""
        return (*BUILT_IN.values(), *self.added.values())


def _check(task_type: TaskType) -> None:
    for field, value in (
        ("code", task_type.code),
        ("metric", task_type.metric),
        ("labelSchema", task_type.label_schema),
    ):
        if len(value) > CODE_LENGTH_MAX or not _CODE.fullmatch(value):
            raise InvalidInput(
                f"{value[:CODE_LENGTH_MAX]!r} is not lower-case words joined by underscores, "
                f"at most {CODE_LENGTH_MAX} characters",
                path=(field,),
            )
    if not 1 <= len(task_type.title.strip()) <= TITLE_LENGTH_MAX:
        raise InvalidInput(f"a title has 1 to {TITLE_LENGTH_MAX} characters", path=("title",))
