"""What more labels did to a model, told beside the advice, and what the advice speaks of."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.graphql.labeled_images import (
    BESIDE,
    CAT,
    CAT_BOX,
    DOG,
    DOG_BOX,
    GOLD,
    IMAGES,
    box,
    delivered,
    labels_file,
    on_the_command_line,
    opened,
)
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

IMPACT = """impactUnknown impact { metric points { labels value } perDoubling words }"""
REPORT = f"""query($id: ID!, $of: ReportOf!) {{ report(projectId: $id, of: $of) {{
    advice {{ action classes {IMPACT} }} }} }}"""
EVIDENCE = """query($id: ID!, $of: ReportOf!, $first: Int!, $after: String) {
    report(projectId: $id, of: $of) { advice { action classes evidence { count query {
        found(first: $first, after: $after) { pageInfo { hasNextPage endCursor }
            nodes { labelId class box item { key width } } } } } } } }"""
OF_BATCH = f"""query($id: ID!) {{ report(batchId: $id) {{
    advice {{ {IMPACT} evidence {{ query {{ found {{ nodes {{ labelId }} }} }} }} }} }} }}"""


def found_with(right: int) -> bytes:
    """What a model says that finds so many cats and dogs."""
    rows = [
        box(n, kind, at if n <= right else BESIDE, score=0.9 - n / 20)
        for n in range(1, IMAGES + 1)
        for kind, at in ((CAT, CAT_BOX), (DOG, DOG_BOX))
    ]
    return orjson.dumps(rows)


def say(market: Market, content: bytes, *, oracle: str = "detector", **fields: Any) -> None:
    market.play.on_project(
        "addPredictions", oracle=oracle, uploadId=upload(market.play.customer, content), **fields
    )
    market.work()


def advice(market: Market, of: str = "DELIVERED") -> list[dict[str, Any]]:
    asked = {"id": market.play.project_id, "of": of}
    return list(market.play.customer.ask(REPORT, **asked)["report"]["advice"])


def learned(folder: Path) -> tuple[Market, list[str]]:
    """A project with three versions of a model, and their files for the command line."""
    market = opened(folder)
    words = []
    for version, (many, right) in enumerate(((2, 2), (4, 5), (8, 7))):
        content = found_with(right)
        say(market, content, version=str(version), trainedOn=many)
        place = folder / f"{many}.json"
        place.write_bytes(content)
        words += ["--predicted-with", f"{many}={place}"]
    return market, words


def told(report: dict[str, Any]) -> list[dict[str, Any]]:
    """The advice of a report in JSON, as far as these tests ask for it."""
    names = ("action", "classes", "impact", "impactUnknown")
    return [{name: one[name] for name in names} for one in report["advice"]]


def test_versions_of_a_model_tell_what_more_gold_did_as_the_command_line_does(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market, words = learned(tmp_path)
    (tmp_path / "gold.json").write_bytes(GOLD)

    given = advice(market, "GOLD")

    assert given == told(on_the_command_line(capsys, "report", tmp_path / "gold.json", *words))
    impact = next(one["impact"] for one in given if one["classes"] == ["cat"])
    assert [point["labels"] for point in impact["points"]] == [2, 4, 8]
    assert impact["metric"] == "AP"
    assert impact["perDoubling"] > 0.1


def test_so_do_reports_on_what_was_delivered_against_the_same_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market, words = learned(tmp_path)
    market.play.on_project("applyRoutingThreshold", threshold=1.0)
    given = labels_file([box(n, CAT, CAT_BOX) for n in range(1, IMAGES + 1)])
    batch = delivered(market, given)
    for name, content in (("gold", GOLD), ("given", given)):
        (tmp_path / f"{name}.json").write_bytes(content)

    expected = on_the_command_line(
        capsys, "report", tmp_path / "given.json", "--gold", tmp_path / "gold.json", *words
    )

    assert advice(market) == told(expected)
    assert any(one["impact"] for one in told(expected))
    # A provider hears nothing of what gold says, and of no image.
    for one in market.play.providers[0].ask(OF_BATCH, id=batch)["report"]["advice"]:
        assert (one["impact"], one["impactUnknown"]) == (None, None)
        assert one["evidence"]["query"]["found"] is None


@pytest.mark.parametrize("true", [GOLD, None], ids=["gold", "no gold"])
def test_what_a_model_found_after_the_delivery_shows_in_the_report_on_it(
    tmp_path: Path, true: bytes | None
) -> None:
    market = opened(tmp_path, true=true)
    delivered(market, GOLD)
    assert not any(one["impact"] for one in advice(market))

    for version, right in (("1", 3), ("2", 6)):
        content = labels_file(orjson.loads(found_with(right)))
        say(market, content, version=version, trainedOn=right)
        market.work()

    assert any(one["impact"] for one in advice(market))


def test_without_gold_the_delivered_labels_that_count_are_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given cats on eight images, of which the second part speaks again of three that are in
    market, words = opened(tmp_path, true=None), []
    for many in (2, 4):
        content = labels_file(orjson.loads(found_with(many)))
        say(market, content, version=str(many), trainedOn=many)
        (tmp_path / f"{many}.json").write_bytes(content)
        words += ["--predicted-with", f"{many}={tmp_path / f'{many}.json'}"]
    market.play.on_project("applyRoutingThreshold", threshold=1.0)
    first = [box(n, CAT, CAT_BOX) for n in range(1, 7)]
    again = [box(n, CAT, CAT_BOX if n > 6 else BESIDE) for n in range(4, IMAGES + 1)]
    whole = labels_file([box(n, CAT, CAT_BOX) for n in range(1, IMAGES + 1)])
    (tmp_path / "whole.json").write_bytes(whole)
    # When they are delivered
    delivered(market, labels_file(first, range(1, 7)), labels_file(again, range(4, IMAGES + 1)))
    # Then what more labels did is what the first words on each image tell
    expected = told(on_the_command_line(capsys, "report", tmp_path / "whole.json", *words))
    impact = next(one["impact"] for one in expected if one["classes"] == ["cat"])
    assert impact is not None
    assert next(one["impact"] for one in advice(market) if one["classes"] == ["cat"]) == impact


@pytest.mark.parametrize(
    "versions",
    [
        [],
        [{"version": "1", "trainedOn": 4}],
        [{"version": "1"}, {"version": "2"}],
        [{"version": "1", "trainedOn": 4}, {"version": "1", "trainedOn": 8, "oracle": "another"}],
    ],
    ids=["no model", "one", "not said", "of two models"],
)
def test_without_two_that_learned_more_and_more_there_is_a_reason(
    tmp_path: Path, versions: list[dict[str, Any]]
) -> None:
    market = opened(tmp_path)
    for right, fields in enumerate(versions, start=4):
        say(market, found_with(right), **fields)

    given = advice(market, "GOLD")

    assert {one["impact"] for one in given} == {None}
    assert all(one["impactUnknown"].startswith("Not known: ") for one in given)


def test_the_learner_s_lessons_are_known(tmp_path: Path) -> None:
    market = Market.open(tmp_path, task_type="sentiment", data_type="text")
    play = market.play
    words = {"good": ("great", "lovely", "bright"), "bad": ("poor", "dull", "broken")}
    texts = [
        (f"{kind}{n}", kind, f"A {words[kind][n % 3]} day {n}") for kind in words for n in range(24)
    ]
    items = "id,text\n" + "".join(f"{key},{text}\n" for key, _, text in texts)
    play.on_project("addItems", uploadId=upload(play.customer, items.encode()))
    play.on_project("defineClasses", classes=[{"name": kind} for kind in words])
    for part in (0, 1):
        true = [f"{key},{kind}\n" for n, (key, kind, _) in enumerate(texts) if n % 2 == part]
        play.on_project(
            "addGold", uploadId=upload(play.customer, ("item,class\n" + "".join(true)).encode())
        )
        play.on_project("teachLearner")
        market.work()

    shown = market.project("predictions { trainedOn }")["predictions"]

    assert [one["trainedOn"] for one in shown] == [24, 48]
    impact = next(one["impact"] for one in advice(market, "GOLD") if one["classes"] == ["good"])
    assert impact["metric"] == "F1"
    assert [point["labels"] for point in impact["points"]] == [12, 24]


@pytest.mark.parametrize("many", [0, -1])
def test_a_model_learns_from_one_example_at_least(tmp_path: Path, many: int) -> None:
    market = opened(tmp_path)
    refused = market.play.customer.do(
        "addPredictions",
        projectId=market.play.project_id,
        oracle="detector",
        version="1",
        trainedOn=many,
        uploadId=upload(market.play.customer, found_with(3)),
    )
    (error,) = refused["errors"]
    assert (error["code"], error["path"]) == ("INVALID_INPUT", ["trainedOn"])


def test_what_an_advice_speaks_of_is_found_page_by_page(tmp_path: Path) -> None:
    # Given cats on five of eight images
    market = opened(tmp_path)
    delivered(market, labels_file([box(n, CAT, CAT_BOX, id=70 + n) for n in range(3, 8)]))
    asked = {"id": market.play.project_id, "of": "DELIVERED", "first": 3}
    # When the images behind "collect cats" are asked for, three at a time
    pages, after = [], None
    while True:
        report = market.play.customer.ask(EVIDENCE, **asked, after=after)["report"]
        given = next(one for one in report["advice"] if one["classes"] == ["cat"])
        page = given["evidence"]["query"]["found"]
        pages.append([one["item"]["key"] for one in page["nodes"]])
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    # Then these are the images, as many as the advice counts
    assert pages == [["3.png", "4.png", "5.png"], ["6.png", "7.png"]]
    assert given["evidence"]["count"] == 5


def test_a_check_of_labels_gives_the_labels_with_their_ids_and_boxes(tmp_path: Path) -> None:
    # Given two parts, the second of which also speaks of an image whose labels are in already
    market = opened(tmp_path)
    off = [200, 10, 20, 20]
    first = labels_file([box(1, CAT, off, id=71), box(2, DOG, off, id=72)], range(1, 3))
    again = labels_file([box(2, CAT, CAT_BOX, id=73), box(3, DOG, off, id=74)], range(2, 4))
    delivered(market, first, again)
    document = """query($id: ID!) { report(projectId: $id) { health { check count query {
        found { nodes { labelId class box item { key } } } } } } }"""

    health = market.play.customer.ask(document, id=market.play.project_id)["report"]["health"]

    found = next(one for one in health if one["check"] == "BOXES_OFF_IMAGE")
    assert found["count"] == 3
    assert found["query"]["found"]["nodes"] == [
        {"labelId": "71", "class": "cat", "box": off, "item": {"key": "1.png"}},
        {"labelId": "72", "class": "dog", "box": off, "item": {"key": "2.png"}},
        {"labelId": "74", "class": "dog", "box": off, "item": {"key": "3.png"}},
    ]
    assert all(
        len(one["query"]["found"]["nodes"]) == one["count"] for one in health if one["query"]
    )
