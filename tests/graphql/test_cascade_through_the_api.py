"""A project from its creation to the provider's work, as each side sees it."""

import pytest

from labelmarket.domain.access_token import Role
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import ITEMS, Played

OFFER = """
    status round rank projectName items terms { total currency }
    instructions { number text writtenAt } provider { name contact }
"""


@pytest.fixture
def played(market: MemoryOffice, customer: Client, operator: Client) -> Played:
    played = Played(market, customer, operator)
    for name in ("First", "Second"):
        played.add_provider(name)
    played.launch()
    return played


def test_a_provider_sees_its_offer_with_the_brief_and_without_the_competition(
    played: Played,
) -> None:
    (offer,) = played.providers[0].ask(f"{{ offers {{ nodes {{ {OFFER} }} }} }}")["offers"]["nodes"]
    assert (offer["projectName"], offer["items"]) == ("Street", ITEMS)
    assert offer["terms"] == {"total": "0.70", "currency": "EUR"}
    assert (offer["instructions"]["number"], offer["instructions"]["text"]) == (1, "Draw tightly.")
    assert (offer["round"], offer["rank"]) == (None, None)
    assert offer["provider"] == {"name": "First", "contact": "First@example.org"}
    assert played.providers[1].ask("{ offers { nodes { id } } }")["offers"]["nodes"] == []


def test_a_customer_sees_rounds_and_ranks_and_no_contact(played: Played) -> None:
    document = f"query($id: ID!) {{ workOrder(id: $id) {{ offers {{ {OFFER} }} }} }}"
    (offer,) = played.customer.ask(document, id=played.order_id)["workOrder"]["offers"]
    assert (offer["round"], offer["rank"]) == (1, 1)
    assert offer["provider"] == {"name": "First", "contact": None}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.PROVIDER])
def test_what_belongs_to_others_is_like_what_there_is_not(played: Played, role: Role) -> None:
    stranger = Client(played.customer.app, played.market.token(role))
    offer = played.open_offer(played.providers[0])["id"]
    document = """query($p: ID!, $w: ID!, $o: ID!) {
        project(id: $p) { id } workOrder(id: $w) { id } offer(id: $o) { id } node(id: $p) { id }
    }"""
    found = stranger.ask(document, p=played.project_id, w=played.order_id, o=offer)
    assert set(found.values()) == {None}
    refused = stranger.do("acceptOffer", offerId=offer)["errors"]
    expected = "NOT_FOUND" if role is Role.PROVIDER else "FORBIDDEN"
    assert [(e["__typename"], e["code"]) for e in refused] == [("StateError", expected)]


def test_a_provider_reads_what_it_is_to_label_while_the_work_is_its_own(played: Played) -> None:
    batch = played.accept(played.providers[0])
    document = """query($id: ID!, $after: String) { batch(id: $id) {
        workItems(first: 5, after: $after) { nodes { key } pageInfo { hasNextPage endCursor } }
    } }"""
    first = played.providers[0].ask(document, id=batch)["batch"]["workItems"]
    assert first["pageInfo"]["hasNextPage"]
    rest = played.providers[0].ask(document, id=batch, after=first["pageInfo"]["endCursor"])
    keys = [item["key"] for page in (first, rest["batch"]["workItems"]) for item in page["nodes"]]
    assert keys == [f"{n}.png" for n in range(1, ITEMS + 1)]
    played.customer.done("revokeBatch", batchId=batch, reason="changed our mind")
    gone = played.providers[0].ask(document, id=batch)["batch"]["workItems"]
    assert gone == {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    assert played.customer.ask(document, id=batch)["batch"]["workItems"]["nodes"] != []


def test_a_provider_s_facts_tell_nothing_of_others(played: Played) -> None:
    played.accept(played.providers[0])
    document = "{ events(first: 100) { nodes { type data aggregateId } } }"
    seen = played.providers[0].ask(document)["events"]["nodes"]
    assert {"OfferSent", "BatchOpened", "CapacityCommitted"} <= {fact["type"] for fact in seen}
    assert {"ProjectCreated", "ProvidersRanked", "SliceFilled"}.isdisjoint(f["type"] for f in seen)
    hidden = {"round", "rank", "succeeds", "organisation_id", "gold_right", "report_digest"}
    assert all(hidden.isdisjoint(fact["data"]) for fact in seen)


def test_operators_see_every_fact_but_no_secret(played: Played) -> None:
    nodes = played.operator.ask("{ events(first: 100) { nodes { type data } } }")["events"]["nodes"]
    issued = [fact["data"] for fact in nodes if fact["type"] == "TokenIssued"]
    assert issued
    assert all("secret_sha256" not in data for data in issued)
    auditor = Client(played.customer.app, played.market.token(Role.AUDITOR))
    nodes = auditor.ask("{ events(first: 100) { nodes { type data } } }")["events"]["nodes"]
    (applied, _) = [fact["data"] for fact in nodes if fact["type"] == "ProviderApplied"]
    assert "contact" not in applied


def test_the_log_is_read_page_by_page_without_a_gap(played: Played) -> None:
    document = """query($after: Position) { events(after: $after, first: 7) {
        nodes { position type } pageInfo { hasNextPage endCursor } } }"""
    seen, after = [], None
    while True:
        page = played.operator.ask(document, after=after)["events"]
        seen += [fact["type"] for fact in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [fact.topic for fact in played.market.play.recorder.log]


def test_nested_things_are_read_once_a_level(
    played: Played, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        played.launch()
    reads: list[str] = []
    for name in ("offer_board", "order_sheet", "provider_record", "batch_sheet", "project_page"):
        view = played.market.play.views[name]
        for way in ("by_ids", "page"):
            real = getattr(view, way)

            def counted(
                *given: object, _real: object = real, _name: str = name, **more: object
            ) -> object:
                reads.append(_name)
                return _real(*given, **more)  # type: ignore[operator]

            monkeypatch.setattr(view, way, counted)
    document = """{ projects { nodes { orders { offers { provider { name } projectName
        instructions { number } batch { id } } batches { id } rankedProviders { name } } } } }"""
    found = played.customer.ask(document)
    assert len(found["projects"]["nodes"]) == 4
    assert len(reads) <= 7
