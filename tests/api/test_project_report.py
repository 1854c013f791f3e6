"""One report for a project whose labels came from several providers."""

from labelmarket.demo.client import Client
from tests.api.people import People, coco, until

CLASSES = ("cat", "dog")
BOX = [10.0, 10.0, 20.0, 20.0]
OFFERS = "{ offers(status: OPEN) { nodes { id } } }"
BATCH = "query($b: ID!) { batch(id: $b) { status overdue reportReady } }"
REPORT = """query($p: ID!) { report(projectId: $p) {
  images labels classes { name labels } } }"""


def test_what_one_provider_left_and_another_finished_is_one_report(people: People) -> None:
    # Given an order with a short deadline, and a provider that delivers half and falls late
    customer = people.customer()
    (slow, slow_id), (quick, quick_id) = people.provider("Slow"), people.provider("Quick")
    names = ("a", "b", "c", "d")
    items = coco({name: [] for name in names}, classes=CLASSES)
    project = people.project(customer, items=items, classes=CLASSES)
    planned = customer.mutate(
        "planWorkOrder",
        {"projectId": project, "answerWithinSeconds": 4, "deliverWithinSeconds": 1},
        select="workOrder { id }",
    )
    ranking = {"orderId": planned["workOrder"]["id"], "providerIds": [slow_id, quick_id]}
    customer.mutate("rankProviders", ranking, select="workOrder { id }")
    customer.mutate("launchProject", {"projectId": project}, select="project { id }")
    left = _take(slow)
    _deliver(slow, left, coco({n: [("cat", BOX)] for n in names[:2]}, classes=CLASSES))
    until(lambda: (b := slow.query(BATCH, b=left)["batch"])["reportReady"] and b["overdue"])
    # When the customer takes the rest back, and the next provider does it
    customer.mutate("revokeBatch", {"batchId": left, "reason": "late"}, select="batch { id }")
    rest = _take(quick)
    _deliver(quick, rest, coco({n: [("dog", BOX)] * 2 for n in names[2:]}, classes=CLASSES))
    until(lambda: quick.query(BATCH, b=rest)["batch"]["status"] == "DELIVERED")
    # Then the project's report holds both halves
    report = customer.query(REPORT, p=project)["report"]
    assert (report["images"], report["labels"]) == (4, 6)
    assert report["classes"] == [{"name": "cat", "labels": 2}, {"name": "dog", "labels": 4}]


def _take(provider: Client) -> str:
    offer = until(lambda: provider.query(OFFERS)["offers"]["nodes"])[0]["id"]
    accepted = provider.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")
    return str(accepted["batch"]["id"])


def _deliver(provider: Client, batch: str, labels: bytes) -> None:
    upload = provider.upload(labels, name="labels.json")
    provider.mutate("deliverLabels", {"batchId": batch, "uploadId": upload}, select="part")
