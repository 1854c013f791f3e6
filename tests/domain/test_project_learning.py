"""What the learner knows is noted once for each version of it."""

from labelmarket.domain.project import Project
from tests.domain.domain_samples import NOON, TASK, facts_of
from tests.domain.test_project import draft


def teach(project: Project, version: str) -> list[str]:
    project.note_teaching(
        task_id=TASK,
        version=version,
        examples=40,
        approved=10,
        judged=40,
        right=38,
        learned=("cat", "dog"),
        not_learned=(),
        at=NOON,
    )
    return facts_of(project)


def test_the_version_that_is_known_records_nothing() -> None:
    project = draft()

    assert teach(project, "1") == ["LearnerTaught"]
    assert teach(project, "1") == []
    assert teach(project, "2") == ["LearnerTaught"]


def test_what_is_known_is_noted_again_after_a_failure() -> None:
    project = draft()
    teach(project, "1")

    project.note_failed_learning(task_id=TASK, code="TOO_LARGE", message="too many", at=NOON)

    assert facts_of(project) == ["LearningFailed"]
    assert teach(project, "1") == ["LearnerTaught"]
