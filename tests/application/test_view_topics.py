"""A view says beforehand which facts it has to do with, so that all others are not even read."""

from typing import Any

import pytest

from labelmarket.application.view import View
from labelmarket.application.views.all import VIEWS
from labelmarket.domain.facts import FACTS
from tests.application.fact_samples import fact_of


@pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.name)
def test_a_view_finds_rows_in_the_facts_that_it_asks_for_and_in_no_others(view: View[Any]) -> None:
    named = {topic for topic, kind in FACTS.items() if view.keys(fact_of(kind))}

    assert named == view.topics
