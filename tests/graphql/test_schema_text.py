"""The schema that is committed is the one that is served."""

from pathlib import Path

import labelmarket.graphql
from labelmarket.domain.facts import FACTS
from labelmarket.graphql.schema import sdl
from labelmarket.graphql.types.fact import aggregate_of

COMMITTED = Path(labelmarket.graphql.__file__).with_name("schema.graphql")


def test_the_committed_schema_is_the_code_s() -> None:
    assert COMMITTED.read_text() == sdl(), "run: python -m labelmarket.graphql.schema"


def test_every_kind_of_fact_is_about_a_kind_of_thing() -> None:
    assert {aggregate_of(topic) for topic in FACTS} == {
        "AccessToken",
        "Batch",
        "Export",
        "Offer",
        "Project",
        "Provider",
        "ProviderLoad",
        "Taxonomy",
        "WorkOrder",
    }
