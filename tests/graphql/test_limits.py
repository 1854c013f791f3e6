"""Documents that ask for too much are refused before anything is carried out."""

import pytest
from graphql import get_introspection_query, parse

from labelmarket.graphql.errors import CodedError
from labelmarket.graphql.limits import (
    ALIASES_MAX,
    DEPTH_MAX,
    DIRECTIVES_MAX,
    FIELDS_MAX,
    check_document,
    factors_of,
)
from labelmarket.graphql.schema import make_schema

FACTORS = factors_of(make_schema()._schema)


def check(document: str, **variables: object) -> None:
    check_document(parse(document), variables, factors=FACTORS)


def is_too_costly(document: str, **variables: object) -> bool:
    try:
        check(document, **variables)
    except CodedError as error:
        return error.extensions == {"code": "TOO_COSTLY"}
    return False


def nested(levels: int) -> str:
    return "{" + "a{" * (levels - 1) + "b" + "}" * levels


def test_a_list_counts_as_often_as_its_page_is_long() -> None:
    assert FACTORS["projects"] == 50
    assert FACTORS["parts"] == 10
    assert "nodes" not in FACTORS
    assert "name" not in FACTORS


@pytest.mark.parametrize("levels", [1, DEPTH_MAX])
def test_a_document_may_be_as_deep_as_the_limit(levels: int) -> None:
    assert not is_too_costly(nested(levels))


def test_one_level_more_is_refused() -> None:
    assert is_too_costly(nested(DEPTH_MAX + 1))


def test_depth_hidden_in_fragments_is_counted() -> None:
    half = DEPTH_MAX // 2 + 1
    deep = "a{" * half + "b" + "}" * half
    spread = "a{" * half + "...F" + "}" * half
    assert is_too_costly(f"{{ {spread} }} fragment F on Query {{ {deep} }}")


def test_the_standard_introspection_is_not_too_deep() -> None:
    assert not is_too_costly(get_introspection_query(descriptions=True))


def test_a_fragment_that_spreads_itself_ends_the_walk() -> None:
    check("{ ...F } fragment F on Query { a { ...F } }")


def test_fragments_that_double_each_time_are_walked_once_each_and_counted_in_full() -> None:
    bodies = " ".join(
        f"fragment F{n} on Query {{ a {{ ...F{n + 1} }} b: a {{ ...F{n + 1} }} }}"
        for n in range(15)
    )
    many = " ".join(f"c{n}: c" for n in range(50))
    assert is_too_costly(f"{{ ...F0 }} {bodies} fragment F15 on Query {{ {many} }}")


@pytest.mark.parametrize(
    ("document", "costly"),
    [
        ("{" + " a" * FIELDS_MAX + "}", False),
        ("{" + " a" * (FIELDS_MAX + 1) + "}", True),
        ("{" + " ".join(f"x{n}: a" for n in range(ALIASES_MAX)) + "}", False),
        ("{" + " ".join(f"x{n}: a" for n in range(ALIASES_MAX + 1)) + "}", True),
        ("{ a" + " @x" * DIRECTIVES_MAX + "}", False),
        ("{ a" + " @x" * (DIRECTIVES_MAX + 1) + "}", True),
    ],
    ids=range(6),
)
def test_fields_aliases_and_directives_are_bounded(document: str, costly: bool) -> None:
    assert is_too_costly(document) is costly


def test_large_pages_inside_large_pages_are_too_costly() -> None:
    page = "{ projects(first: %s) { nodes { items(first: %s) { nodes { key width height } } } } }"
    assert not is_too_costly(page % (10, 100))
    deep = """{ projects(first: $n) { nodes { orders { offers { batch {
        parts { problems(first: $n) { item } } } } } } } }"""
    assert is_too_costly(f"query($n: Int!) {deep}", n=100)
    assert not is_too_costly(f"query($n: Int!) {deep}", n=1)


def test_a_page_size_of_any_length_is_counted_as_a_page() -> None:
    check("{ projects(first: %s) { nodes { id } } }" % ("9" * 10_000))
