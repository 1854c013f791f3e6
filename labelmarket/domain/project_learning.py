"""What a project notes of the market's own learner: what it knows of each task, or why nothing."""

from datetime import datetime
from uuid import UUID

from labelmarket.domain.oracle_facts import ClassNotLearned, LearnerTaught, LearningFailed
from labelmarket.domain.project_classes import ProjectClasses


class ProjectLearning(ProjectClasses):
    """The part of a project that remembers what was learned; `taught` are versions by task."""

    def __init__(self) -> None:
        super().__init__()
        self.taught: dict[UUID, str] = {}

    def note_teaching(
        self,
        *,
        task_id: UUID,
        version: str,
        examples: int,
        approved: int,
        judged: int,
        right: int,
        learned: tuple[str, ...],
        not_learned: tuple[ClassNotLearned, ...],
        at: datetime,
    ) -> None:
        """Note what the learner knows; the version that is known already records nothing.

        A version names all that was read, so that one version always knows the same.
        """
        if self.taught.get(task_id) == version:
            return
        self.record(
            LearnerTaught,
            at=at,
            task_id=task_id,
            version=version,
            examples=examples,
            approved=approved,
            judged=judged,
            right=right,
            learned=learned,
            not_learned=not_learned,
        )

    def note_failed_learning(self, *, task_id: UUID, code: str, message: str, at: datetime) -> None:
        self.record(LearningFailed, at=at, task_id=task_id, code=code, message=message)
