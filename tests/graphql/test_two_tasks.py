"""Two tasks on the same items: boxes that people draw, and words that a machine says."""

from pathlib import Path

import pytest

from labelmarket.domain.access_token import Role
from labelmarket.workers.estimates.providers import estimate_providers
from tests.graphql.conftest import Client
from tests.graphql.machine_market import Market
from tests.graphql.memory_office import MemoryOffice
from tests.graphql.played_project import Played, coco, upload
from tests.graphql.test_machine_and_people import DOG, DOG_BOX, IMAGES, box, labels_file

WORDS = "item,cat,dog\n" + "".join(f"{n}.png,0.9,0.1\n" for n in range(1, IMAGES + 1))


@pytest.fixture
def market(tmp_path: Path) -> Market:
    """Ada draws the dogs of all images, of which a machine has said that they are of cats."""
    office = MemoryOffice(tmp_path, estimates=estimate_providers)
    app = office.web()
    customer, operator = (Client(app, office.token(r)) for r in (Role.CUSTOMER, Role.OPERATOR))
    play = Played(office, customer, operator)
    play.add_provider("Ada")
    tasks = [{"taskType": "object_detection"}, {"taskType": "image_classification"}]
    made = customer.done(
        "createProject",
        "project { id tasks { id } }",
        name="Pets",
        dataType="image",
        tasks=tasks,
    )["project"]
    play.project_id = made["id"]
    boxes, words = (task["id"] for task in made["tasks"])
    play.on_project("addItems", uploadId=upload(customer, coco(IMAGES)))
    play.on_project("defineClasses", classes=[{"name": "cat"}, {"name": "dog"}])
    said = {"oracle": "reader", "version": "1", "uploadId": upload(customer, WORDS.encode())}
    play.on_project("addPredictions", taskId=words, **said)
    known = [{"className": "cat", "value": 0.9, "goldExamples": 40}]
    registered = {"projectId": play.project_id, "classMetrics": known}
    customer.done("registerOracle", name="reader", metric="f1", **registered)
    play.on_project("applyRoutingThreshold", threshold=0.5)
    order = play.on_project("planWorkOrder", "workOrder { id }", taskId=boxes)["workOrder"]
    customer.done("rankProviders", orderId=order["id"], providerIds=play.provider_ids)
    play.on_project("launchProject")
    office.settle()
    market, (ada,) = Market(play, office), play.providers
    drawn = labels_file([box(n, DOG, DOG_BOX) for n in range(1, IMAGES + 1)])
    ada.done("deliverLabels", batchId=play.accept(ada), uploadId=upload(ada, drawn))
    market.work()
    return market


def test_boxes_and_words_are_not_one_report(market: Market) -> None:
    document = "query($id: ID!) { report(projectId: $id) { labels machineLabels } }"
    assert market.play.customer.code(document, id=market.play.project_id) == "CONFLICT"
