"""Suggests better names for a project's classes; taking or ignoring one is a command."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import msgspec

from labelmarket.application.access import Actor
from labelmarket.application.commands.classes import AcceptClassSuggestion, IgnoreClassSuggestion
from labelmarket.application.market import Market, Outcome
from labelmarket.application.views.project_page import ProjectRow
from labelmarket.application.work import Command, refusal
from labelmarket.domain.access_token import Role
from labelmarket.domain.brief import check_classes
from labelmarket.domain.errors import InvalidInput, NotFound, Refusal
from labelmarket.domain.project import Project
from labelmarket.domain.routing import supported_value
from labelmarket.domain.suggestion import ClassSuggestion
from labelmarket.domain.taxonomy import DataType
from labelmarket.domain.values import ClassMetric, LabelClass

Suggested = Mapping[str, tuple[ClassSuggestion, ...]]
"""Class name → what may have been meant, best first; only classes for which there is something."""


class ClassSuggester(Protocol):
    def suggest(
        self, names: Sequence[str], *, data_type: str, supported: Collection[str]
    ) -> Suggested:
        """Say for each name what may have been meant, never another one of the names.

        `supported` are the names that the project's oracle knows; they come first. The answer
        is the same for the same names.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggesting:
    market: Market
    suggester: ClassSuggester

    def for_project(self, row: ProjectRow) -> Suggested:
        """Suggest for the classes of a project, without what its customer ignored."""
        found = self.suggester.suggest(
            [one.name for one in row.classes],
            data_type=row.data_type,
            supported=_supported(row.metrics),
        )
        ignored = set(row.ignored_suggestions)
        left = {
            name: tuple(one for one in suggested if (name, one.name) not in ignored)
            for name, suggested in found.items()
        }
        return {name: suggested for name, suggested in left.items() if suggested}

    def for_names(self, names: Sequence[str], *, data_type: str) -> Suggested:
        """Suggest for names that are no project's yet. Refuses names that no class could have."""
        if data_type not in set(DataType):
            raise InvalidInput(f"there is no data type {data_type!r}", path=("dataType",))
        check_classes(tuple(LabelClass(name=name) for name in names))
        return self.suggester.suggest(names, data_type=data_type, supported=())

    def accept(
        self, *, project_id: UUID, class_name: str, suggestion: str, by: Actor, key: str | None
    ) -> Outcome:
        """Rename a class to what was suggested for it."""

        def command() -> Command:
            found = self._suggested(project_id, class_name, suggestion, by=by)
            return AcceptClassSuggestion(
                project_id=project_id,
                class_name=class_name,
                suggestion=suggestion,
                kind=found.kind,
                reason=found.reason,
            )

        asked = ("acceptClassSuggestion", project_id, class_name, suggestion)
        return self._once(command, asked=asked, by=by, key=key)

    def ignore(
        self, *, project_id: UUID, class_name: str, suggestion: str, by: Actor, key: str | None
    ) -> Outcome:
        """Leave a class as it is; this is not suggested for it again."""

        def command() -> Command:
            self._suggested(project_id, class_name, suggestion, by=by)
            return IgnoreClassSuggestion(
                project_id=project_id, class_name=class_name, suggestion=suggestion
            )

        asked = ("ignoreClassSuggestion", project_id, class_name, suggestion)
        return self._once(command, asked=asked, by=by, key=key)

    def _once(
        self,
        command: Callable[[], Command],
        *,
        asked: Sequence[object],
        by: Actor,
        key: str | None,
    ) -> Outcome:
        """Answer a key that is known before anything is looked up: the class has another name."""
        fingerprint = sha256(msgspec.json.encode(asked)).digest()
        known = self.market.known_answer(key, fingerprint=fingerprint)
        if known is not None:
            return known
        try:
            said = command()
        except Refusal as error:
            return Outcome(answer=refusal(error), position=None)
        return self.market.handle(said, by=by, key=key, fingerprint=fingerprint)

    def _suggested(
        self, project_id: UUID, class_name: str, suggestion: str, *, by: Actor
    ) -> ClassSuggestion:
        by.must_be(Role.CUSTOMER)
        project = self.market.find(Project, project_id)
        if project is None:
            raise NotFound("there is no such thing")
        by.must_own(project.organisation_id)
        project.must_have(class_name)
        # Asked for this class alone, so that a name taken meanwhile is refused as taken.
        found = self.suggester.suggest(
            [class_name], data_type=project.data_type, supported=_supported(project.metrics)
        )
        for one in found.get(class_name, ()):
            if one.name == suggestion:
                return one
        raise InvalidInput(
            f"{suggestion[:80]!r} is not suggested for {class_name[:80]!r}", path=("suggestion",)
        )


def _supported(metrics: Mapping[str, ClassMetric]) -> tuple[str, ...]:
    return tuple(name for name, one in metrics.items() if supported_value(one) is not None)
