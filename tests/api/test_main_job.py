"""The main job through the API: from a project to its report, with a cascade in between."""

from labelmarket.demo.client import Client
from tests.api.people import People, coco, until

OFFERS = "query($p: ID) { offers(projectId: $p) { nodes { id status batch { id } } } }"
BATCH = """query($b: ID!) { batch(id: $b) { status deliveredItems missingItems labels reportReady
  parts { number state labels problemCount problems { code item } refusedCode } } }"""
REPORT = """query($b: ID, $p: ID, $of: ReportOf!) { report(batchId: $b, projectId: $p, of: $of) {
  images labels classes { name labels images } cooccurrence { a b images } meanBestIou goldBoxes
  density { name maxInOneImage shareOfTopImage effectiveImages } location { name quadrants } } }"""
CLASSES = ("bicycle", "rider", "cat")
TRUTH = {
    "a.jpg": [("bicycle", [10.0, 10.0, 20.0, 20.0]), ("rider", [12.0, 5.0, 10.0, 10.0])],
    "b.jpg": [("bicycle", [50.0, 50.0, 20.0, 20.0]), ("rider", [52.0, 45.0, 10.0, 10.0])],
    "c.jpg": [("cat", [70.0, 70.0, 20.0, 20.0])],
    "d.jpg": [],
}


def test_offers_go_down_the_ranking_until_one_accepts_and_its_labels_become_a_report(
    people: People,
) -> None:
    # Given a launched project with three ranked providers
    customer = people.customer()
    silent, declining, good = (people.provider(n) for n in ("Silent", "Busy", "Good"))
    truth = coco(TRUTH, classes=CLASSES)
    project = people.project(customer, items=truth, classes=CLASSES)
    gold = customer.upload(truth, name="gold.json")
    customer.mutate("addGold", {"projectId": project, "uploadId": gold}, select="labels")
    people.order(customer, project, [p for _, p in (silent, declining, good)], answer_within_s=1)
    customer.mutate("launchProject", {"projectId": project}, select="project { status }")
    # When the first is silent, the second declines, and the third accepts and delivers
    asked = until(lambda: _offers(declining[0], "OPEN"))
    declining[0].mutate(
        "declineOffer", {"offerId": asked[0]["id"], "reason": "CAPACITY"}, select="offer { id }"
    )
    asked = until(lambda: _offers(good[0], "OPEN"))
    accepted = good[0].mutate(
        "acceptOffer", {"offerId": asked[0]["id"]}, select="offer { status } batch { id }"
    )
    batch = accepted["batch"]["id"]
    good[0].mutate("startWork", {"batchId": batch}, select="batch { status }")
    for part in (("a.jpg", "b.jpg"), ("c.jpg", "d.jpg")):
        labels = coco({name: TRUTH[name] for name in part}, classes=CLASSES)
        upload = good[0].upload(labels, name="labels.json")
        good[0].mutate("deliverLabels", {"batchId": batch, "uploadId": upload}, select="part")
    delivered = until(
        lambda: (b := customer.query(BATCH, b=batch)["batch"])["status"] == "DELIVERED" and b
    )
    # Then every step is seen, and the report is exact
    outcomes = [o["status"] for o in customer.query(OFFERS, p=project)["offers"]["nodes"]]
    assert outcomes == ["EXPIRED", "DECLINED", "ACCEPTED"]
    assert (delivered["deliveredItems"], delivered["missingItems"], delivered["labels"]) == (
        4,
        0,
        5,
    )
    report = customer.query(REPORT, b=batch, p=None, of="DELIVERED")["report"]
    assert report["cooccurrence"] == [{"a": "bicycle", "b": "rider", "images": 2}]
    assert report["meanBestIou"] == 1.0
    assert report["goldBoxes"] == 5
    places = {row["name"]: row["quadrants"] for row in report["location"]}
    assert places["cat"] == [[0, 0], [0, 1]]
    true = until(lambda: customer.query(REPORT, b=None, p=project, of="GOLD")["report"])
    assert (true["images"], true["labels"]) == (4, 5)
    # And approval ends the order and the project
    customer.mutate("approveBatch", {"batchId": batch}, select="batch { status }")
    status = "query($p: ID!) { project(id: $p) { status orders { status approvedSlots } } }"
    ended = until(
        lambda: (p := customer.query(status, p=project)["project"])["status"] == "COMPLETED" and p
    )
    assert ended["orders"] == [{"status": "COMPLETED", "approvedSlots": 4}]


def test_a_provider_without_the_directed_language_pair_is_excluded_with_its_reason(
    people: People,
) -> None:
    # Given a translation from English to Japanese, and a provider for each direction
    customer = people.customer()
    pairs = {"Nippon": ("en", "ja"), "Wrong Way": ("ja", "en")}
    for name, (source, target) in pairs.items():
        people.provider(
            name,
            task="translation",
            capability={"sourceLanguage": source, "targetLanguage": target},
        )
    project = people.project(
        customer,
        items=coco({"one": []}, classes=("text",)),
        classes=("text",),
        data_type="text",
        requirement={
            "taskType": "translation",
            "sourceLanguage": "en",
            "targetLanguage": "ja",
        },
    )
    order = people.order(customer, project, [])
    # When the customer asks for a recommendation
    advice = customer.query(
        """query($o: ID!) { recommendations(orderId: $o) {
          recommended { provider { name } reasons accuracy { low mean high } price { total } }
          excluded { provider { name } exclusions { code message } } } }""",
        o=order,
    )["recommendations"]
    # Then only the right direction is recommended
    assert [r["provider"]["name"] for r in advice["recommended"]] == ["Nippon"]
    found = advice["recommended"][0]
    assert 0 < found["accuracy"]["low"] < found["accuracy"]["mean"] < found["accuracy"]["high"] < 1
    assert found["reasons"]
    why = {e["provider"]["name"]: e["exclusions"] for e in advice["excluded"]}
    assert [e["code"] for e in why["Wrong Way"]] == ["NO_LANGUAGE_PAIR"]


def test_classes_strictly_below_the_threshold_go_to_people_unless_the_customer_chose(
    people: People,
) -> None:
    # Given the oracle's figures for five classes, and one it does not know
    customer = people.customer()
    names = ("bicycle", "_background_", "motorcycle", "person", "car", "kaleidoscope")
    project = people.project(customer, items=coco({"a": []}, classes=names), classes=names)
    values = {"bicycle": 0.45, "_background_": 0.5, "motorcycle": 0.45, "person": 0.45, "car": 0.45}
    customer.mutate(
        "registerOracle",
        {
            "projectId": project,
            "name": "detector 1",
            "metric": "mAP",
            "classMetrics": [
                {"className": name, "value": value, "goldExamples": 40}
                for name, value in values.items()
            ],
        },
        select="project { id }",
    )
    # When the threshold is .5 and person is overridden
    customer.mutate(
        "overrideClassRoute",
        {"projectId": project, "className": "person", "route": "MACHINE"},
        select="project { id }",
    )
    routed = customer.mutate(
        "applyRoutingThreshold",
        {"projectId": project, "threshold": 0.5},
        select="project { routingThreshold classes { name route overridden reserved } }",
    )["project"]
    # Then .5 itself stays with the machine, and the override is kept
    routes = {c["name"]: c["route"] for c in routed["classes"]}
    assert routes == {
        "bicycle": "HUMAN",
        "_background_": "MACHINE",
        "motorcycle": "HUMAN",
        "person": "MACHINE",
        "car": "HUMAN",
        "kaleidoscope": "HUMAN",
    }
    assert [c["name"] for c in routed["classes"] if c["overridden"]] == ["person"]
    assert [c["name"] for c in routed["classes"] if c["reserved"]] == ["_background_"]


def test_a_hundred_and_forty_bikes_with_a_hundred_in_one_image_are_seen_as_clustered(
    people: People,
) -> None:
    # Given gold with 100 bicycles in one image and one in each of 40 others
    customer = people.customer()
    box = [1.0, 1.0, 2.0, 2.0]
    images = {"rack": [("bicycle", box)] * 100} | {
        f"street {n}": [("bicycle", box)] for n in range(40)
    }
    gold = coco(images, classes=("bicycle",))
    project = people.project(customer, items=gold, classes=("bicycle",))
    upload = customer.upload(gold, name="gold.json")
    # When it is added
    customer.mutate("addGold", {"projectId": project, "uploadId": upload}, select="labels")
    report = until(lambda: customer.query(REPORT, b=None, p=project, of="GOLD")["report"])
    # Then the top image holds 71.4 %, which is as good as 1.95 images
    (density,) = report["density"]
    assert density["maxInOneImage"] == 100
    assert round(density["shareOfTopImage"], 3) == 0.714
    assert round(density["effectiveImages"], 2) == 1.95


def _offers(client: Client, status: str) -> list[dict[str, str]]:
    document = "query($s: OfferStatus) { offers(status: $s) { nodes { id } } }"
    found: list[dict[str, str]] = client.query(document, s=status)["offers"]["nodes"]
    return found


def test_gold_that_comes_after_the_labels_is_compared_all_the_same(people: People) -> None:
    # Given labels that were delivered and measured without any gold
    customer, (provider, provider_id) = people.customer(), people.provider("Early")
    truth = coco(TRUTH, classes=CLASSES)
    project = people.project(customer, items=truth, classes=CLASSES)
    people.order(customer, project, [provider_id])
    customer.mutate("launchProject", {"projectId": project}, select="project { id }")
    offer = until(lambda: _offers(provider, "OPEN"))[0]["id"]
    accepted = provider.mutate("acceptOffer", {"offerId": offer}, select="batch { id }")
    batch = accepted["batch"]["id"]
    labels = provider.upload(truth, name="labels.json")
    provider.mutate("deliverLabels", {"batchId": batch, "uploadId": labels}, select="part")
    delivered = {"b": batch, "p": None, "of": "DELIVERED"}
    report = until(lambda: customer.query(REPORT, **delivered)["report"])
    assert report["meanBestIou"] is None
    # When the gold is added
    gold = customer.upload(truth, name="gold.json")
    customer.mutate("addGold", {"projectId": project, "uploadId": gold}, select="labels")
    # Then the report speaks of it
    compared = until(
        lambda: (r := customer.query(REPORT, **delivered)["report"])["goldBoxes"] and r
    )
    assert (compared["goldBoxes"], compared["meanBestIou"]) == (5, 1.0)
