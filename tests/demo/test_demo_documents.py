"""Every query of the demo is one that the market's schema answers."""

from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_schema, parse, validate

import labelmarket.demo
from labelmarket.demo import documents

SCHEMA = Path(labelmarket.demo.__file__).parents[1] / "graphql" / "schema.graphql"


DOCUMENTS = {
    name: text for name, text in vars(documents).items() if name.isupper() and isinstance(text, str)
}


@pytest.fixture(scope="module")
def schema() -> GraphQLSchema:
    return build_schema(SCHEMA.read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(DOCUMENTS))
def test_a_document_fits_the_schema(schema: GraphQLSchema, name: str) -> None:
    assert validate(schema, parse(DOCUMENTS[name])) == []
