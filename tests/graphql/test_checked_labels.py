"""People's labels and a machine's are held against gold side by side."""

from pathlib import Path
from typing import Any

import orjson

from tests.graphql.conftest import Client
from tests.graphql.exported_pets import (
    CAT,
    CAT_BOX,
    DOG,
    DOG_BOX,
    IMAGES,
    KNOWN,
    box,
    delivered,
    labels_file,
    launched,
)
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

REPORT = """query($projectId: ID, $batchId: ID, $of: ReportOf! = DELIVERED) {
    report(projectId: $projectId, batchId: $batchId, of: $of) { goldBoxes
        checkedLabels { maker right checked classes { name right checked } } } }"""
WITH_GOLD = 4
ELSEWHERE = [70, 60, 10, 10]


def gold() -> bytes:
    """The truth of the first images; in the second one of them the cat lies elsewhere."""
    rows = [box(n, DOG, DOG_BOX) for n in range(1, WITH_GOLD + 1)]
    rows += [box(n, CAT, ELSEWHERE if n == 2 else CAT_BOX) for n in range(1, WITH_GOLD + 1)]
    file = orjson.loads(labels_file(rows))
    file["images"] = file["images"][:WITH_GOLD]
    return orjson.dumps(file)


def checks(market: Market, by: Client, **of: str) -> dict[str, Any]:
    found = by.ask(REPORT, **of)["report"]["checkedLabels"]
    return {one.pop("maker"): one for one in found}


def test_a_report_tells_how_many_labels_of_each_kind_of_maker_are_right(tmp_path: Path) -> None:
    market = launched(tmp_path, gold=gold())
    batch = delivered(market)
    customer, project = market.play.customer, market.play.project_id

    found = checks(market, customer, projectId=project)

    # One of the dogs is none, and one of the cats lies elsewhere.
    assert found == {
        "PROVIDER": {
            "right": WITH_GOLD - 1,
            "checked": WITH_GOLD,
            "classes": [{"name": "dog", "right": WITH_GOLD - 1, "checked": WITH_GOLD}],
        },
        "MACHINE": {
            "right": WITH_GOLD - 1,
            "checked": WITH_GOLD,
            "classes": [{"name": "cat", "right": WITH_GOLD - 1, "checked": WITH_GOLD}],
        },
    }
    assert checks(market, customer, batchId=batch) == {"PROVIDER": found["PROVIDER"]}
    assert checks(market, customer, projectId=project, of="GOLD") == {}
    assert checks(market, market.play.providers[0], batchId=batch) == {}


def test_gold_that_comes_later_is_looked_at_and_without_gold_there_is_nothing(
    tmp_path: Path,
) -> None:
    market = launched(tmp_path)
    delivered(market)
    customer, project = market.play.customer, market.play.project_id
    assert checks(market, customer, projectId=project) == {}

    rows = [box(n, DOG, DOG_BOX) for n in range(1, IMAGES + 1)]
    market.play.on_project("addGold", uploadId=upload(customer, labels_file(rows)))
    market.work()

    found = checks(market, customer, projectId=project)
    assert (found["MACHINE"]["right"], found["MACHINE"]["checked"]) == (0, KNOWN)
    cats = IMAGES - KNOWN
    assert (found["PROVIDER"]["right"], found["PROVIDER"]["checked"]) == (IMAGES - 1, IMAGES + cats)
