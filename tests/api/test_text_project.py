"""A project of texts through the API: from a table of messages to an approved batch."""

import httpx

from labelmarket.demo.client import Client
from tests.api.people import Json, People, until
from tests.api.running import RunningMarket

CLASSES = ("praise", "complaint", "question")
ITEMS = """id,text,group
m1,"Thank you, it works!",mail
m2,It broke after a day.,mail
m3,"Where is my parcel,
and when does it come?",chat
m4,Broken. Can I send it back?,chat
m4,The same again,chat
,Nobody's message,chat
"""
GOLD = "item,label\nm1,praise\nm2,complaint\nm3,question\nm4,complaint\nm4,question\nm9,praise\n"
LABELS = """item,label,annotator
m1,praise,ann
m2,complaint,ann
m3,complaint,bob
m4,complaint,bob
m4,question,bob
m7,praise,bob
m1,swearing,ann
"""
AGAIN = "item,label\nm1,praise\n"
TASK = "text_categorisation"
OPEN = "{ offers(status: OPEN) { nodes { id } } }"
WORK = """query($b: ID!) { batch(id: $b) { status deliveredItems missingItems workItems { nodes {
  key group uri mediaUrl } } parts { number state labels problemCount refusedCode
  problems { row item code } } } }"""
REPORT = """query($b: ID!) { report(batchId: $b) { images labels problems sections
  goldBoxes goldItems goldItemsRight classes { name labels images }
  goldClasses { name gold given right precision recall } } }"""
PROJECT = "query($p: ID!) { project(id: $p) { status orders { status approvedSlots } } }"


def test_texts_are_labeled_from_a_table_to_the_approved_batch(
    people: People, market: RunningMarket
) -> None:
    # Given a project with texts, classes and gold from tables, and an accepted offer
    customer, (provider, provider_id) = people.customer(), people.provider("Reader", task=TASK)
    project = people.project(
        customer,
        items=ITEMS.encode("utf-16"),
        classes=CLASSES,
        data_type="text",
        requirement={"taskType": TASK},
    )
    gold = customer.mutate(
        "addGold",
        {"projectId": project, "uploadId": customer.upload(GOLD.encode(), name="gold.csv")},
        select="labels problemCount problems { row item code }",
    )
    assert gold["problems"] == [{"row": 7, "item": "m9", "code": "UNKNOWN_ITEM"}]
    assert (gold["labels"], gold["problemCount"]) == (5, 1)
    batch = _accepted(people, customer, provider, project, provider_id)
    # When the provider reads the texts by their links, and delivers two bad rows among the others
    given = provider.query(WORK, b=batch)["batch"]["workItems"]["nodes"]
    texts = {one["key"]: _text(market, one["mediaUrl"]) for one in given}
    assert texts["m3"] == "Where is my parcel,\nand when does it come?"
    assert (sorted(texts), given[0]["group"]) == (["m1", "m2", "m3", "m4"], "mail")
    part = _delivered(provider, batch, LABELS.encode(), part=1)
    assert part["problems"] == [
        {"row": 7, "item": "m7", "code": "UNKNOWN_ITEM"},
        {"row": 8, "item": "m1", "code": "UNKNOWN_CLASS"},
    ]
    stands = provider.query(WORK, b=batch)["batch"]
    assert (stands["deliveredItems"], stands["missingItems"]) == (3, 1)
    assert _delivered(provider, batch, AGAIN.encode(), part=2)["problemCount"] == 0
    # Then the report tells labels per class, what is right by the gold, and what was lost
    until(lambda: customer.query(WORK, b=batch)["batch"]["status"] == "DELIVERED")
    report = until(lambda: customer.query(REPORT, b=batch)["report"])
    assert (report["images"], report["labels"], report["problems"]) == (4, 5, 3)
    assert {one["name"]: one["labels"] for one in report["classes"]} == {
        "praise": 1,
        "complaint": 3,
        "question": 1,
    }
    assert (report["goldItems"], report["goldItemsRight"], report["goldBoxes"]) == (4, 3, 0)
    assert report["goldClasses"][1:] == [
        {"name": "complaint", "gold": 2, "given": 3, "right": 2, "precision": 2 / 3, "recall": 1.0},
        {"name": "question", "gold": 2, "given": 1, "right": 1, "precision": 1.0, "recall": 0.5},
    ]
    assert "LOCATION" not in report["sections"]
    # And the provider hears nothing of the gold
    own = provider.query(REPORT, b=batch)["report"]
    assert (own["goldItems"], own["goldItemsRight"], own["goldClasses"]) == (0, 0, [])
    # And approval ends the work, the project, and the links
    customer.mutate("approveBatch", {"batchId": batch}, select="batch { status }")
    ended = until(
        lambda: (p := customer.query(PROJECT, p=project)["project"])["status"] == "COMPLETED" and p
    )
    assert ended["orders"] == [{"status": "COMPLETED", "approvedSlots": 4}]
    late = httpx.get(market.address + given[0]["mediaUrl"], trust_env=False)
    assert late.status_code == 403


def test_a_delivery_for_another_task_is_refused_with_its_reason(people: People) -> None:
    # Given work on texts
    customer, (provider, provider_id) = people.customer(), people.provider("Boxer", task=TASK)
    project = people.project(
        customer,
        items=b"id,text\na,one\n",
        classes=CLASSES,
        data_type="text",
        requirement={"taskType": TASK},
    )
    batch = _accepted(people, customer, provider, project, provider_id)
    # When boxes are delivered, and an archive
    boxes = b"item,label,xmin,ymin,xmax,ymax\na,praise,1,1,5,5\n"
    parts = [_delivered(provider, batch, boxes, part=1)]
    parts.append(_delivered(provider, batch, b"PK\x03\x04 and more", part=2))
    # Then both are refused by their codes, and the item is still owed
    assert [one["refusedCode"] for one in parts] == ["WRONG_TASK", "ARCHIVE"]
    assert provider.query(WORK, b=batch)["batch"]["missingItems"] == 1


def _accepted(
    people: People, customer: Client, provider: Client, project: str, provider_id: str
) -> str:
    people.order(customer, project, [provider_id])
    customer.mutate("launchProject", {"projectId": project}, select="project { id }")
    offer = until(lambda: provider.query(OPEN)["offers"]["nodes"])[0]["id"]
    taken = provider.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")
    return str(taken["batch"]["id"])


def _delivered(provider: Client, batch: str, content: bytes, *, part: int) -> Json:
    """Deliver a file, and give the part when it was read."""
    upload = provider.upload(content, name="labels.csv")
    fields = {"batchId": batch, "uploadId": upload}
    assert provider.mutate("deliverLabels", fields, select="part")["part"] == part

    def read() -> Json | None:
        parts: list[Json] = provider.query(WORK, b=batch)["batch"]["parts"]
        return next((p for p in parts if p["number"] == part and p["state"] != "READING"), None)

    found: Json = until(read)
    return found


def _text(market: RunningMarket, link: str) -> str:
    answer = httpx.get(market.address + link, trust_env=False)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    return answer.text
