"""What a customer may have meant by a class."""

from typing import Self

import strawberry

from labelmarket.application.suggesting import Suggested
from labelmarket.domain import suggestion
from labelmarket.domain.suggestion import SuggestionKind


@strawberry.type(description="A name to take instead.")
class ClassSuggestion:
    name: str
    kind: SuggestionKind
    reason: str = strawberry.field(description="Why it is suggested, in words.")
    source: str = strawberry.field(description="The label set that has it, or the oracle.")
    supported: bool = strawberry.field(description="Whether the project's oracle knows it.")

    @classmethod
    def of(cls, one: suggestion.ClassSuggestion) -> Self:
        return cls(
            name=one.name,
            kind=one.kind,
            reason=one.reason,
            source=one.source,
            supported=one.supported,
        )


@strawberry.type(description="A class for which there are suggestions.")
class ClassSuggestions:
    class_name: str
    suggestions: list[ClassSuggestion] = strawberry.field(
        description="Three at the most, best first."
    )


def suggestions_of(suggested: Suggested) -> list[ClassSuggestions]:
    return [
        ClassSuggestions(class_name=name, suggestions=[ClassSuggestion.of(one) for one in found])
        for name, found in suggested.items()
    ]
