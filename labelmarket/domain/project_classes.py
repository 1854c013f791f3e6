"""The classes of a project: how they are named, which of them are critical."""

from datetime import datetime

from labelmarket.domain.aggregate import Aggregate
from labelmarket.domain.bounds import check_name, check_text, same_name
from labelmarket.domain.brief import check_classes
from labelmarket.domain.errors import Conflict, InvalidInput
from labelmarket.domain.project_class_facts import (
    ClassesImported,
    ClassMarkedCritical,
    ClassSuggestionAccepted,
    ClassSuggestionIgnored,
)
from labelmarket.domain.project_facts import ClassesDefined, ProjectStatus
from labelmarket.domain.suggestion import SuggestionKind
from labelmarket.domain.values import LabelClass

IGNORED_MAX = 10_000
"""Suggestions that one project ignores."""


class ProjectClasses(Aggregate):
    """The part of a project that decides about its classes."""

    def __init__(self) -> None:
        self.status = ProjectStatus.DRAFT
        self.classes: tuple[LabelClass, ...] = ()
        self.gold: dict[str, str] = {}
        self.ignored_suggestions: frozenset[tuple[str, str]] = frozenset()

    @property
    def class_names(self) -> tuple[str, ...]:
        return tuple(c.name for c in self.classes)

    def must_have(self, class_name: str) -> LabelClass:
        found = next((c for c in self.classes if c.name == class_name), None)
        if found is None:
            raise InvalidInput(f"the project has no class {class_name[:80]!r}", path=("className",))
        return found

    @property
    def names_are_used(self) -> bool:
        """Whether labels name the classes by now, so that none may be renamed or moved."""
        return bool(self.gold)

    def define_classes(self, classes: tuple[LabelClass, ...], *, at: datetime) -> None:
        self._classes_are_open()
        check_classes(classes)
        names = [c.name for c in classes]
        if self.names_are_used and names[: len(self.classes)] != list(self.class_names):
            raise Conflict("gold or predictions name these classes; add new ones behind them")
        if classes != self.classes:
            self.record(ClassesDefined, at=at, classes=classes)

    def import_classes(
        self, *, upload_digest: str, names: tuple[str, ...], problems: int, at: datetime
    ) -> None:
        """Put the classes of a file behind those that are there; nothing new records nothing."""
        self._classes_are_open()
        check_classes((*self.classes, *(LabelClass(name=name) for name in names)))
        if names:
            self.record(
                ClassesImported,
                at=at,
                upload_digest=upload_digest,
                names=names,
                problems=problems,
            )

    def accept_suggestion(
        self, *, class_name: str, suggestion: str, kind: SuggestionKind, reason: str, at: datetime
    ) -> None:
        """Rename a class to what was suggested for it."""
        self._classes_are_open()
        self.must_have(class_name)
        check_name(suggestion, path=("suggestion",))
        check_text(reason, path=("reason",))
        if self.names_are_used:
            raise Conflict("gold or predictions name these classes, so the names are fixed")
        others = {same_name(name) for name in self.class_names if name != class_name}
        if same_name(suggestion) in others:
            raise Conflict(f"the project has a class {suggestion!r} already")
        if suggestion != class_name:
            self.record(
                ClassSuggestionAccepted,
                at=at,
                class_name=class_name,
                suggestion=suggestion,
                kind=kind,
                reason=reason,
            )

    def ignore_suggestion(self, *, class_name: str, suggestion: str, at: datetime) -> None:
        """Leave a class as it is; what is ignored already records nothing."""
        self._classes_are_open()
        self.must_have(class_name)
        check_name(suggestion, path=("suggestion",))
        if (class_name, suggestion) in self.ignored_suggestions:
            return
        if len(self.ignored_suggestions) >= IGNORED_MAX:
            raise Conflict(f"a project ignores {IGNORED_MAX} suggestions at the most")
        self.record(ClassSuggestionIgnored, at=at, class_name=class_name, suggestion=suggestion)

    def mark_critical(self, *, class_name: str, critical: bool, reason: str, at: datetime) -> None:
        self._classes_are_open()
        check_text(reason, path=("reason",))
        if self.must_have(class_name).critical != critical:
            self.record(
                ClassMarkedCritical,
                at=at,
                class_name=class_name,
                critical=critical,
                reason=reason,
            )

    def _classes_are_open(self) -> None:
        self._draft("classes are fixed once the project is launched")

    @property
    def is_over(self) -> bool:
        return self.status in (ProjectStatus.COMPLETED, ProjectStatus.CANCELLED)

    def _not_over(self) -> None:
        if self.is_over:
            raise Conflict(f"the project is {self.status}")

    def _running(self, message: str) -> None:
        self._not_over()
        if self.status is not ProjectStatus.LAUNCHED:
            raise Conflict(message)

    def _draft(self, message: str) -> None:
        self._not_over()
        if self.status is not ProjectStatus.DRAFT:
            raise Conflict(message)
