"""Kinds of labeling that the market knows."""

from typing import Self

import strawberry

from labelmarket.domain import taxonomy as domain


@strawberry.type(description="One kind of labeling.")
class TaskType:
    code: str
    data_type: str = strawberry.field(description="image, text, audio, video or point_cloud.")
    title: str
    geometry: str = strawberry.field(
        description="What a label outlines; `none` when it speaks of the whole item."
    )
    metric: str = strawberry.field(description="The measure that its quality is judged by.")
    label_schema: str = strawberry.field(description="The shape of one label.")
    needs_language_pair: bool = strawberry.field(
        description="Whether a task names a source and a target language."
    )

    @classmethod
    def of(cls, task_type: domain.TaskType) -> Self:
        return cls(
            code=task_type.code,
            data_type=task_type.data_type.value,
            title=task_type.title,
            geometry=task_type.geometry.value,
            metric=task_type.metric,
            label_schema=task_type.label_schema,
            needs_language_pair=task_type.directed,
        )
