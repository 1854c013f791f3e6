"""What a customer may have meant by a class: another name for it, and why."""

from dataclasses import dataclass
from enum import StrEnum


class SuggestionKind(StrEnum):
    """How a suggested name relates to the one that is there; the nearest kinds first."""

    RESERVED = "reserved"
    SAME_NAME = "same_name"
    SPELLING = "spelling"
    PLURAL = "plural"
    SYNONYM = "synonym"
    MISSPELLING = "misspelling"
    BROADER = "broader"
    NARROWER = "narrower"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassSuggestion:
    """A name to take instead. `supported` says that the project's oracle knows it."""

    name: str
    kind: SuggestionKind
    reason: str
    source: str
    supported: bool
