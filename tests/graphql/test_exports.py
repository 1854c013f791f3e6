"""Delivered labels are taken home in every format, and each says who made it."""

from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from labelmarket.application.measuring import give_up
from labelmarket.domain.access_token import Role
from labelmarket.domain.label_format import LabelFormat
from tests.graphql.conftest import Client
from tests.graphql.exported_pets import (
    ADA,
    DETECTOR,
    DOG,
    EXPORT,
    IMAGES,
    KNOWN,
    as_delivered,
    by_people,
    delivered,
    exported,
    fetched,
    labels_file,
    launched,
    made,
    read_back,
)
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

LABELS = len(as_delivered())
OPEN = f"query($id: ID!) {{ export(id: $id) {{ {EXPORT} }} }}"
BOTH_WAYS = ("COCO", "YOLO")
"""One file, and an archive."""
WITH_MAKERS = ["COCO", "CSV", "CVAT", "LABEL_STUDIO", "NATIVE"]


@pytest.fixture
def market(tmp_path: Path) -> Market:
    return launched(tmp_path / "market")


@pytest.fixture
def batch(market: Market) -> str:
    return delivered(market)


def test_every_format_that_is_written_can_be_asked_for() -> None:
    assert [one.value for one in LabelFormat] == [one.value for one in LabelFormat]


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("kind", WITH_MAKERS)
def test_a_customer_takes_all_labels_home_and_each_says_who_made_it(
    market: Market, tmp_path: Path, kind: str
) -> None:
    customer = market.play.customer

    export = exported(market, customer, kind, projectId=market.play.project_id)

    back = read_back(customer, export, tmp_path)
    assert (made(back), back.problems_total) == (as_delivered(), 0)
    assert (export["status"], export["items"]) == ("READY", IMAGES)
    assert (export["labels"], export["labelsWritten"]) == (LABELS, LABELS)
    assert export["machineLabels"] == KNOWN
    assert {(one["maker"], one["annotator"], one["labels"]) for one in madeby(export)} == {
        ("PROVIDER", "provider: Ada", LABELS - KNOWN),
        ("MACHINE", DETECTOR, KNOWN),
    }


def madeby(export: dict[str, object]) -> list[dict[str, object]]:
    found: list[dict[str, object]] = export["manifest"]["madeBy"]  # type: ignore[index]
    return found


@pytest.mark.usefixtures("batch")
@pytest.mark.parametrize("kind", ["YOLO", "VOC"])
def test_an_archive_holds_every_box_and_says_how_many_marks_it_loses(
    market: Market, tmp_path: Path, kind: str
) -> None:
    customer = market.play.customer

    export = exported(market, customer, kind, projectId=market.play.project_id)

    back = read_back(customer, export, tmp_path)
    assert [(item, name) for item, name, _ in made(back)] == [
        (item, name) for item, name, _ in as_delivered()
    ]
    lost = {one["what"]: one["count"] for one in export["manifest"]["losses"]}
    assert lost["marks of labels that a machine made"] == KNOWN
    assert lost["annotators"] == LABELS
    assert sum(int(one["labels"]) for one in madeby(export)) == LABELS  # type: ignore[call-overload]
    with ZipFile(tmp_path / export["file"]["name"]) as archive:
        assert {one.date_time for one in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.usefixtures("batch")
def test_coco_results_name_items_by_their_place_in_the_project(
    market: Market, tmp_path: Path
) -> None:
    customer = market.play.customer

    export = exported(market, customer, "COCO_RESULTS", projectId=market.play.project_id)

    back = read_back(customer, export, tmp_path)
    keys = {(f"{item}.png", who) for item, _, who in made(back)}
    assert keys == {(item, who) for item, _, who in as_delivered()}
    assert np.nansum(back.labels.scores) == 0.75 * KNOWN
    lost = {one["what"] for one in export["manifest"]["losses"]}
    assert lost == {
        "names of items",
        "names of classes",
        "sizes of images",
        "labels without a score",
    }


@pytest.mark.usefixtures("batch")
def test_a_file_comes_whole_or_in_parts_under_its_own_name(market: Market) -> None:
    customer = market.play.customer
    export = exported(market, customer, "COCO", projectId=market.play.project_id)

    whole, part = fetched(customer, export), fetched(customer, export, range="bytes=5-14")

    file = export["file"]
    assert whole.headers["content-disposition"] == 'attachment; filename="labels.coco.json"'
    assert whole.headers["content-type"] == "application/json"
    assert int(whole.headers["content-length"]) == len(whole.content) == file["bytes"]
    assert sha256(whole.content).hexdigest() == file["sha256"]
    assert (part.status_code, part.content) == (206, whole.content[5:15])


@pytest.mark.usefixtures("batch")
def test_the_manifest_tells_of_every_file_in_an_archive(market: Market, tmp_path: Path) -> None:
    customer = market.play.customer
    export = exported(market, customer, "VOC", projectId=market.play.project_id)
    (tmp_path / "voc.zip").write_bytes(fetched(customer, export).content)

    manifest = customer.send("GET", export["manifest"]["file"]["url"]).json()

    assert manifest["labels_written"] == LABELS
    with ZipFile(tmp_path / "voc.zip") as archive:
        told = {name: sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert {one["name"]: one["sha256"] for one in manifest["files"]} == told


def test_the_same_labels_give_the_same_bytes_in_every_market(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "other"):
        market = launched(tmp_path / name)
        delivered(market)
        named = {"projectId": market.play.project_id}
        exports = [exported(market, market.play.customer, kind, **named) for kind in BOTH_WAYS]
        digests.add(tuple(one["file"]["sha256"] for one in exports))
    assert len(digests) == 1


@pytest.mark.usefixtures("batch")
def test_what_was_exported_before_is_not_written_again(market: Market) -> None:
    customer, named = market.play.customer, {"projectId": market.play.project_id}
    first = exported(market, customer, "CSV", **named)
    head = market.office.play.recorder.max_notification_id()

    again = exported(market, customer, "CSV", **named)

    assert again["id"] == first["id"]
    assert market.office.play.recorder.max_notification_id() == head


def test_labels_that_came_later_are_another_export(market: Market) -> None:
    # Given an export of the machine's labels alone
    customer, named = market.play.customer, {"projectId": market.play.project_id}
    first = exported(market, customer, "CSV", **named)
    assert (first["labels"], first["machineLabels"]) == (KNOWN, KNOWN)
    # When people deliver theirs
    delivered(market)
    # Then asking again gives another one, and both are there
    second = exported(market, customer, "CSV", **named)
    assert second["labels"] == LABELS
    listed = market.project("exports { nodes { id labels } }")["exports"]["nodes"]
    assert [one["id"] for one in listed] == [first["id"], second["id"]]
    assert fetched(customer, first).status_code == fetched(customer, second).status_code == 200


def test_a_provider_exports_its_own_batch_and_nobody_else_s(market: Market, batch: str) -> None:
    ada, bel = market.play.providers

    export = exported(market, ada, "CSV", batchId=batch)

    rows = fetched(ada, export).text.splitlines()[1:]
    assert len(rows) == export["labels"] == LABELS - KNOWN
    assert all(ADA in row for row in rows)
    assert ada.ask("query($b: ID!) { batch(id: $b) { exports { nodes { id } } } }", b=batch) == {
        "batch": {"exports": {"nodes": [{"id": export["id"]}]}}
    }
    other = Client(ada.app, market.office.token(Role.CUSTOMER))
    for stranger in (bel, other):
        assert stranger.ask(OPEN, id=export["id"]) == {"export": None}
    listed = market.project("exports { nodes { id providerId } }")["exports"]["nodes"]
    assert listed == [{"id": export["id"], "providerId": market.play.provider_ids[0]}]
    refused = bel.do("exportLabels", "export { id }", format="CSV", batchId=batch)
    assert [one["code"] for one in refused["errors"]] == ["NOT_FOUND"]
    project = {"projectId": market.play.project_id}
    refused = ada.do("exportLabels", "export { id }", format="CSV", **project)
    assert [one["code"] for one in refused["errors"]] == ["FORBIDDEN"]


def test_a_customer_exports_one_batch_without_the_machine_s_labels(
    market: Market, batch: str
) -> None:
    export = exported(market, market.play.customer, "NATIVE", batchId=batch)

    assert (export["labels"], export["machineLabels"]) == (LABELS - KNOWN, 0)


def test_both_labels_of_a_critical_class_are_taken_home(tmp_path: Path) -> None:
    # Given dogs that Ada and Bel label, neither knowing of the other
    market = launched(tmp_path, critical="dog")
    delivered(market)
    bel = market.play.providers[1]
    batch = market.play.accept(bel)
    dogs = [row for row in by_people() if row["category_id"] == DOG]
    bel.done("deliverLabels", batchId=batch, uploadId=upload(bel, labels_file(dogs)))
    market.work()
    # When
    project = {"projectId": market.play.project_id}
    export = exported(market, market.play.customer, "NATIVE", **project)
    # Then the file holds what both say, and tells that it does
    makers = {one["annotator"]: one["labels"] for one in madeby(export)}
    assert makers["provider: Bel"] == IMAGES
    assert export["labels"] == LABELS + IMAGES
    assert export["manifest"]["itemsLabeledTwice"] == IMAGES


@pytest.mark.usefixtures("batch")
def test_a_link_ends_with_its_time_and_with_its_token(market: Market) -> None:
    customer = market.play.customer
    export = exported(market, customer, "COCO", projectId=market.play.project_id)
    forged = {**export, "file": {"url": export["file"]["url"].replace("export=", "export=0")}}
    assert fetched(customer, forged).status_code == 403
    # When its half hour is over
    market.office.play.clock.pass_by(timedelta(minutes=30))
    assert fetched(customer, export).status_code == 403
    # Then there are new ones as long as the token is good
    renewed = customer.ask(OPEN, id=export["id"])["export"]
    assert fetched(customer, renewed).status_code == 200
    market.office.revoke(customer.token)
    assert fetched(customer, renewed).status_code == 403


def test_who_asks_for_nothing_is_told_so(tmp_path: Path) -> None:
    market = Market.open(tmp_path, task_type="object_detection", data_type="image")
    customer, project = market.play.customer, market.play.project_id
    both = {"projectId": project, "batchId": "x"}
    task = market.project("tasks { id }")["tasks"][0]["id"]
    for asked, code in (
        ({}, "INVALID_INPUT"),
        (both, "NOT_FOUND"),
        ({"projectId": project}, "NOTHING_TO_DO"),
        ({"projectId": project, "taskId": task}, "NOTHING_TO_DO"),
        ({"projectId": project, "taskId": project}, "NOT_FOUND"),
    ):
        refused = customer.do("exportLabels", "export { id }", format="COCO", **asked)
        assert [one["code"] for one in refused["errors"]] == [code]
    assert market.project("exports { nodes { id } }") == {"exports": {"nodes": []}}


def test_a_name_that_a_format_cannot_spell_fails_in_words_and_may_be_asked_for_again(
    tmp_path: Path,
) -> None:
    # Given items whose names XML has no letters for
    names = "{}\x01.png"
    market = launched(tmp_path, names=names)
    delivered(market, names=names)
    customer, named = market.play.customer, {"projectId": market.play.project_id}
    # When
    failed = exported(market, customer, "CVAT", **named)
    # Then it says why, and the same labels may be had in another format
    assert (failed["status"], failed["failedCode"]) == ("FAILED", "BAD_NAME")
    assert "XML cannot spell" in failed["failedMessage"]
    assert exported(market, customer, "NATIVE", **named)["status"] == "READY"
    # And whoever asks again has it tried again
    asked = customer.done("exportLabels", "export { id status }", format="CVAT", **named)
    assert asked["export"] == {"id": failed["id"], "status": "WRITING"}
    market.work()
    assert customer.ask(OPEN, id=failed["id"])["export"]["status"] == "FAILED"


@pytest.mark.usefixtures("batch")
def test_an_export_that_was_given_up_says_so(market: Market) -> None:
    customer, named = market.play.customer, {"projectId": market.play.project_id}
    asked = customer.done("exportLabels", "export { id }", format="COCO", **named)["export"]
    jobs = market.office.play.recorder.jobs
    (job,) = (one for one in jobs.values() if one.kind == "write_export")

    assert give_up(market.office.play.market, job.id, kind=job.kind, args=job.args)

    market.office.settle()
    found = customer.ask(OPEN, id=asked["id"])["export"]
    assert (found["status"], found["failedCode"]) == ("FAILED", "COULD_NOT_BE_WRITTEN")
    # And doing the job after all changes nothing
    market.work()
    assert customer.ask(OPEN, id=asked["id"])["export"] == found


def test_a_provider_cannot_make_its_labels_look_like_a_machine_s(
    market: Market, tmp_path: Path
) -> None:
    rows = [{**row, "annotator": DETECTOR} for row in by_people()]
    ada = market.play.providers[0]
    batch = market.play.accept(ada)
    ada.done("deliverLabels", batchId=batch, uploadId=upload(ada, labels_file(rows)))
    market.work()
    project = {"projectId": market.play.project_id}

    export = exported(market, market.play.customer, "CVAT", **project)

    back = made(read_back(market.play.customer, export, tmp_path))
    assert sum(who == DETECTOR for _, _, who in back) == export["machineLabels"] == KNOWN
    assert sum(who == f"provider: Ada: {DETECTOR}" for _, _, who in back) == LABELS - KNOWN
    text = (tmp_path / export["file"]["name"]).read_text()
    assert text.count('source="auto"') == KNOWN
