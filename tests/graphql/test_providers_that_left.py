"""A provider that left the market is still read where somebody worked with it."""

import pytest

from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import Played

WORK = """query($order: ID!, $batch: ID!) {
    batch(id: $batch) { provider { name standing standingReason contact } }
    workOrder(id: $order) {
        rankedProviders { name }
        offers { provider { name } }
        asked { provider { name } }
    }
}"""


@pytest.mark.parametrize(
    ("leave", "standing"), [("suspendProvider", "SUSPENDED"), ("removeProvider", "REMOVED")]
)
def test_a_customer_goes_on_reading_whom_it_worked_with_and_chooses_it_no_more(
    market: MemoryOffice, customer: Client, operator: Client, leave: str, standing: str
) -> None:
    played = Played(market, customer, operator)
    played.add_provider("First")
    played.launch()
    batch_id = played.accept(played.providers[0])

    operator.done(leave, providerId=played.provider_ids[0], reason="between us")
    market.settle()

    seen = customer.ask(WORK, order=played.order_id, batch=batch_id)
    assert seen["batch"]["provider"] == {
        "name": "First",
        "standing": standing,
        "standingReason": None,
        "contact": None,
    }
    order = seen["workOrder"]
    assert order["rankedProviders"] == [{"name": "First"}]
    assert order["offers"] == order["asked"] == [{"provider": {"name": "First"}}]
    assert customer.ask("{ providers { nodes { name } } }") == {"providers": {"nodes": []}}
    assert operator.ask("{ providers { nodes { standingReason } } }") == {
        "providers": {"nodes": [{"standingReason": "between us"}]}
    }
