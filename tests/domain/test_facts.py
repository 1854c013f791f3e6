"""Facts have names for ever, and each of them is known."""

import pkgutil
from importlib import import_module

import pytest

import labelmarket.domain
from labelmarket.domain.aggregate import Aggregate, Fact, FirstFact
from labelmarket.domain.facts import FACTS

MODULES = [
    import_module(f"labelmarket.domain.{found.name}")
    for found in pkgutil.iter_modules(labelmarket.domain.__path__)
]
KINDS = {
    kind
    for module in MODULES
    for kind in vars(module).values()
    if isinstance(kind, type) and issubclass(kind, Fact) and kind not in (Fact, FirstFact)
}


def test_every_fact_of_the_domain_is_known() -> None:
    assert set(FACTS.values()) == KINDS


def test_no_two_facts_share_a_name() -> None:
    assert len({kind.TOPIC for kind in KINDS}) == len(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS, key=str))
def test_a_fact_states_its_own_name(kind: type[Fact]) -> None:
    assert "TOPIC" in vars(kind)
    assert kind.__name__ == kind.TOPIC


def test_every_aggregate_states_its_own_name() -> None:
    kinds = {
        kind
        for module in MODULES
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, Aggregate) and not kind.__subclasses__()
    }
    assert {kind.TOPIC for kind in kinds} == {kind.__name__ for kind in kinds}
