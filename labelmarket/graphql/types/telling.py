"""Types of the schema whose fields stand in a report's JSON under the names that clients use."""

from collections.abc import Mapping
from dataclasses import fields
from functools import lru_cache
from typing import Any, TypeVar

from strawberry.utils.str_converters import to_camel_case

T = TypeVar("T")


def told(kind: type[T], said: Mapping[str, Any], **others: object) -> T:
    """Give a type by its fields' names in the JSON; `others` are those that were worked out.

    Raises KeyError for a field that neither holds.
    """
    names = [one.name for one in fields(kind) if one.init and one.name not in others]  # type: ignore[arg-type]
    return kind(**{name: said[_key(name)] for name in names}, **others)


@lru_cache(maxsize=256)
def _key(name: str) -> str:
    return to_camel_case(name)
