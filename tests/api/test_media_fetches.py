"""A link to an item's file opens while its reason lasts, and every fetch is remembered."""

import httpx
import pytest

from labelmarket.demo.client import Client
from tests.api.people import People, coco, until
from tests.api.running import RunningMarket

CLASSES = ("cat",)
PICTURE = b"\x89PNG\r\n\x1a\n" + b"a cat"
LABELS = {"a.png": [("cat", [10.0, 10.0, 20.0, 20.0])]}
WORK = "query($b: ID!) { batch(id: $b) { status workItems { nodes { mediaUrl } } } }"
ITEMS = "query($p: ID!) { project(id: $p) { items { nodes { mediaUrl } } } }"
OPEN = "{ offers(status: OPEN) { nodes { id batch { id } projectName } } }"
FETCHES = "SELECT count(*), sum(times) FROM market.fetches WHERE batch_id IS NOT NULL"


class Work:
    """A project with a picture, offered to one provider."""

    def __init__(self, people: People, market: RunningMarket) -> None:
        self.market = market
        self.people = people
        self.customer = people.customer()
        self.provider, provider_id = people.provider("Looker")
        truth = coco(LABELS, classes=CLASSES)
        self.project = people.project(
            self.customer, items=coco({}, classes=CLASSES), classes=CLASSES
        )
        media = [{"key": "a.png", "uploadId": self.customer.upload(PICTURE, name="a.png")}]
        upload = self.customer.upload(truth, name="items.json")
        fields = {"projectId": self.project, "uploadId": upload, "media": media}
        self.customer.mutate("addItems", fields, select="added")
        people.order(self.customer, self.project, [provider_id])
        launch = {"projectId": self.project}
        self.customer.mutate("launchProject", launch, select="project { id }")
        found = until(lambda: self.provider.query(OPEN)["offers"]["nodes"])
        self.offer = str(found[0]["id"])

    def accept(self) -> str:
        taken = self.provider.mutate("acceptOffer", {"offerId": self.offer}, select="batch { id }")
        return str(taken["batch"]["id"])

    def deliver(self, batch: str) -> None:
        upload = self.provider.upload(coco(LABELS, classes=CLASSES), name="labels.json")
        fields = {"batchId": batch, "uploadId": upload}
        self.provider.mutate("deliverLabels", fields, select="part")
        until(lambda: self.provider.query(WORK, b=batch)["batch"]["status"] == "DELIVERED")

    def links(self, by: Client, batch: str) -> list[str]:
        nodes = by.query(WORK, b=batch)["batch"]["workItems"]["nodes"]
        return [str(node["mediaUrl"]) for node in nodes]

    def fetch(self, link: str) -> int:
        answer = httpx.get(self.market.address + link, trust_env=False)
        assert answer.status_code != 200 or answer.content == PICTURE
        return answer.status_code


@pytest.fixture
def work(people: People, market: RunningMarket) -> Work:
    return Work(people, market)


def test_an_offer_alone_shows_no_item(work: Work) -> None:
    (offer,) = work.provider.query(OPEN)["offers"]["nodes"]
    assert offer == {"id": work.offer, "batch": None, "projectName": "a project"}
    assert work.provider.query(ITEMS, p=work.project)["project"] is None


@pytest.mark.parametrize("ending", ["approved", "revoked"])
def test_a_providers_link_opens_while_the_work_is_its_to_do(work: Work, ending: str) -> None:
    # Given work that was accepted
    batch = work.accept()
    (link,) = work.links(work.provider, batch)
    assert work.fetch(link) == 200
    # When it ends
    named = {"batchId": batch}
    if ending == "approved":
        work.deliver(batch)
        work.customer.mutate("approveBatch", named, select="batch { id }")
    else:
        work.customer.mutate("revokeBatch", {**named, "reason": "late"}, select="batch { id }")
    # Then the link ends with it, and there are no new ones; the customer's still open
    assert work.fetch(link) == 403
    assert work.links(work.provider, batch) == []
    (own,) = work.links(work.customer, batch)
    assert work.fetch(own) == 200


def test_a_link_ends_with_its_token(work: Work, people: People) -> None:
    # Given a second token of the provider's
    viewer = work.provider.query("{ viewer { organisationId } }")["viewer"]
    fields = {"name": "second", "role": "PROVIDER", "organisationId": viewer["organisationId"]}
    made = people.operator.mutate("createToken", fields, select="secret token { id }")
    batch = work.accept()
    (mine,), (second,) = (
        work.links(by, batch) for by in (work.provider, people.client(made["secret"]))
    )
    assert (work.fetch(mine), work.fetch(second)) == (200, 200)
    # When it is revoked
    people.operator.mutate("revokeToken", {"tokenId": made["token"]["id"]}, select="token { id }")
    # Then its links open nothing, and those of the first one do
    assert (work.fetch(mine), work.fetch(second)) == (200, 403)


def test_a_links_reason_cannot_be_changed(work: Work) -> None:
    batch = work.accept()
    (link,) = work.links(work.provider, batch)
    assert work.fetch(link.replace("batch=", "batch=0")) == 403
    assert work.fetch(link.replace("token=", "token=0")) == 403


def test_every_fetch_is_remembered(work: Work, market: RunningMarket) -> None:
    # Given
    batch = work.accept()
    (link,) = work.links(work.provider, batch)
    rows, times = _fetches(market)
    # When a file is fetched three times, and once in vain
    found = [work.fetch(link) for _ in range(3)]
    work.customer.mutate("revokeBatch", {"batchId": batch, "reason": "late"}, select="batch { id }")
    found.append(work.fetch(link))
    # Then the three are counted
    assert found == [200, 200, 200, 403]
    assert _fetches(market) == (rows + 1, times + 3)


def _fetches(market: RunningMarket) -> tuple[int, int]:
    with market.core.pool.connection() as connection:
        row = connection.execute(FETCHES).fetchone()
    assert row is not None
    return int(row[0]), int(row[1] or 0)
