"""What a project's model predicted after it had learned from more and more examples."""

from labelmarket.application.label_kinds import kind_of
from labelmarket.application.labels import Lesson
from labelmarket.application.market import Market
from labelmarket.domain.project import Project

LESSONS_MIN = 2
"""One model alone tells nothing of what more examples do."""


def lessons_of(
    market: Market, project: Project, *, task_type: str | None = None
) -> tuple[Lesson, ...]:
    """Give the lessons of the one task, of this type if it is named, that has some.

    Where several tasks have some, nobody can tell which the labels were learned for: then none.
    """
    found = [
        (kind_of(market, task.task_type), project.lessons(task_id))
        for task_id, task in project.tasks.items()
        if task_type in (None, task.task_type) and len(project.lessons(task_id)) >= LESSONS_MIN
    ]
    if len(found) != 1:
        return ()
    ((kind, versions),) = found
    return tuple(
        Lesson(predictions=one.labels_digest, examples=one.trained_on, kind=kind)
        for one in versions
        if one.trained_on is not None
    )
