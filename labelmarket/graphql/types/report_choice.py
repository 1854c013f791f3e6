"""Which classes of a report are asked for."""

from typing import Annotated

import strawberry

from labelmarket.domain.errors import InvalidInput
from labelmarket.domain.values import CLASSES_MAX
from labelmarket.graphql.errors import from_refusal

Of = Annotated[
    list[str] | None, strawberry.argument(description="Only these classes, by their names.")
]


def names_of(of: list[str] | None) -> frozenset[str] | None:
    """Give the names, None where all are asked for."""
    if of is not None and len(of) > CLASSES_MAX:
        raise from_refusal(InvalidInput(f"at most {CLASSES_MAX} classes"))
    return None if of is None else frozenset(of)
