"""The facts about a project's classes one by one, and the change that each one makes."""

from dataclasses import replace
from typing import Protocol

from labelmarket.domain.aggregate import Fact
from labelmarket.domain.routing import Route
from labelmarket.domain.suggestion import SuggestionKind
from labelmarket.domain.values import LabelClass


class ClassesState(Protocol):
    """What these facts change."""

    classes: tuple[LabelClass, ...]
    overrides: dict[str, Route]
    ignored_suggestions: frozenset[tuple[str, str]]


class ClassSuggestionAccepted(Fact):
    """A class has another name now; its flags and the customer's choice of a route stay."""

    TOPIC = "ClassSuggestionAccepted"
    class_name: str
    suggestion: str
    kind: SuggestionKind
    reason: str

    def apply(self, project: ClassesState, /) -> None:
        project.classes = renamed(
            project.classes, class_name=self.class_name, new_name=self.suggestion
        )
        project.overrides = {
            self.suggestion if name == self.class_name else name: route
            for name, route in project.overrides.items()
        }


class ClassSuggestionIgnored(Fact):
    TOPIC = "ClassSuggestionIgnored"
    class_name: str
    suggestion: str

    def apply(self, project: ClassesState, /) -> None:
        project.ignored_suggestions |= {(self.class_name, self.suggestion)}


class ClassMarkedCritical(Fact):
    """From now on people label the class always, or no longer always."""

    TOPIC = "ClassMarkedCritical"
    class_name: str
    critical: bool
    reason: str

    def apply(self, project: ClassesState, /) -> None:
        project.classes = marked(
            project.classes, class_name=self.class_name, critical=self.critical
        )


class ClassesImported(Fact):
    """Classes of a file stand behind those that were there."""

    TOPIC = "ClassesImported"
    upload_digest: str
    names: tuple[str, ...]
    problems: int

    def apply(self, project: ClassesState, /) -> None:
        project.classes = (*project.classes, *(LabelClass(name=name) for name in self.names))


def renamed(
    classes: tuple[LabelClass, ...], *, class_name: str, new_name: str
) -> tuple[LabelClass, ...]:
    return tuple(replace(c, name=new_name) if c.name == class_name else c for c in classes)


def marked(
    classes: tuple[LabelClass, ...], *, class_name: str, critical: bool
) -> tuple[LabelClass, ...]:
    return tuple(replace(c, critical=critical) if c.name == class_name else c for c in classes)
