"""Delivered labels against gold over the API: the numbers of the command line, for the customer."""

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
    gold,
    labels_file,
    on_the_command_line,
    opened,
)
from tests.graphql.machine_market import Market
from tests.graphql.played_project import upload

QUALITY = """qualityUnknown quality { geometry figures { name value } items right wrong notFound
    ignored setAside errors { kind count apGain } confusionClasses confusion
    classes { name gold predicted right wrong notFound ap ap50 ap75 ar100 precision recall f1
        metric value low high goldExamples } }"""
REPORT = f"query($id: ID!) {{ report(projectId: $id) {{ sections labels {QUALITY} }} }}"
OF_BATCH = f"query($id: ID!) {{ report(batchId: $id) {{ sections labels {QUALITY} }} }}"
OF_GOLD = f"query($id: ID!) {{ report(projectId: $id, of: GOLD) {{ {QUALITY} }} }}"


def drawn(right: int) -> list[dict[str, Any]]:
    """Every cat, one of them twice, and so many dogs where they are; a dog for the last cat."""
    rows = [box(n, CAT if n < IMAGES else DOG, CAT_BOX) for n in range(1, IMAGES + 1)]
    rows += [box(n, DOG, DOG_BOX if n <= right else BESIDE) for n in range(1, IMAGES + 1)]
    return [*rows, box(2, CAT, CAT_BOX)]


DELIVERED = labels_file(drawn(5))


def quality_of(market: Market) -> dict[str, Any]:
    asked = {"id": market.play.project_id}
    return dict(market.play.customer.ask(REPORT, **asked)["report"])


def evaluated(
    folder: Path, true: bytes, given: bytes, capsys: pytest.CaptureFixture[str]
) -> dict[str, Any]:
    """What the command line says of the same two files."""
    folder.mkdir()
    kind = "json" if true.startswith(b"{") else "csv"
    one, other = folder / f"gold.{kind}", folder / f"given.{kind}"
    one.write_bytes(true)
    other.write_bytes(given)
    return on_the_command_line(capsys, "evaluate", "--gold", one, "--predicted", other)


def as_on_the_command_line(told: dict[str, Any]) -> dict[str, Any]:
    """The API's answer without what it says of the other kind of labels, in the words of JSON."""
    said = {name: value for name, value in told.items() if value is not None and value != []}
    said["figures"] = {one["name"]: one["value"] for one in told["figures"]}
    said["geometry"] = told["geometry"].lower()
    known = (
        ("ap", "ap50", "ap75", "ar100") if told["items"] is None else ("precision", "recall", "f1")
    )
    shared = ("name", "gold", "predicted", "right", "wrong", "notFound", "value", "low", "high")
    said["classes"] = [
        {name: one[name] for name in (*shared, "goldExamples", *known)}
        | {"metric": one["metric"].lower()}
        for one in told["classes"]
    ]
    return said


def test_delivered_boxes_have_the_quality_that_the_command_line_tells(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = opened(tmp_path)

    batch = delivered(market, DELIVERED)

    report = quality_of(market)
    expected = evaluated(tmp_path / "files", GOLD, DELIVERED, capsys)
    assert as_on_the_command_line(report["quality"]) == expected
    assert (report["quality"]["right"], report["quality"]["wrong"]) == (12, 5)
    assert report["qualityUnknown"] is None
    assert "QUALITY" in report["sections"]
    # And the batch says the same.
    assert market.play.customer.ask(OF_BATCH, id=batch)["report"] == report


def test_masks_are_compared_where_every_label_has_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    corner = {"segmentation": [[10, 10, 30, 10, 10, 30]], "area": 200.0}
    true = labels_file([box(n, CAT, CAT_BOX, **corner) for n in range(1, IMAGES + 1)])
    other = {"segmentation": [[10, 10, 30, 30, 10, 30]], "area": 200.0}
    given = labels_file(
        [box(n, CAT, CAT_BOX, **(corner if n > 2 else other)) for n in range(1, IMAGES + 1)]
    )
    market = opened(tmp_path, true=true)

    delivered(market, given)

    quality = quality_of(market)["quality"]
    assert as_on_the_command_line(quality) == evaluated(tmp_path / "files", true, given, capsys)
    assert (quality["geometry"], quality["right"]) == ("MASK", IMAGES - 2)


def test_parts_of_a_delivery_are_compared_as_one_and_only_where_labels_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given gold of all images, and two parts that cover six of them, the second with a correction
    market = opened(tmp_path)
    rows = [row for row in drawn(5) if row["image_id"] <= 6]
    first = labels_file([row for row in rows if row["image_id"] <= 4], range(1, 5))
    again = labels_file([row for row in rows if row["image_id"] >= 4], range(4, 7))
    delivered(market, first, again)
    # Then what is not delivered yet does not count as missed
    quality = quality_of(market)["quality"]
    whole, six = labels_file(rows, range(1, 7)), gold(range(1, 7))
    assert as_on_the_command_line(quality) == evaluated(tmp_path / "files", six, whole, capsys)
    assert quality["notFound"] == 1


def test_without_gold_there_is_a_reason_and_with_gold_added_later_there_are_figures(
    tmp_path: Path,
) -> None:
    market = opened(tmp_path, true=None)
    delivered(market, DELIVERED)
    before = quality_of(market)

    for images, right in ((range(1, 3), 4), (range(3, IMAGES + 1), 12)):
        market.play.on_project("addGold", uploadId=upload(market.play.customer, gold(images)))
        # Measuring the gold has the batch compared with it anew.
        market.work()
        market.work()
        assert quality_of(market)["quality"]["right"] == right

    assert before["quality"] is None
    assert before["qualityUnknown"] == "Not known: there are no true labels to compare with."
    assert "QUALITY" not in before["sections"]


def test_the_gold_is_not_compared_with_itself(tmp_path: Path) -> None:
    market = opened(tmp_path)

    report = market.play.customer.ask(OF_GOLD, id=market.play.project_id)["report"]

    assert report["quality"] is None
    assert report["qualityUnknown"] == "Not known: these are the true labels themselves."


@pytest.mark.parametrize("true", [GOLD, None], ids=["gold", "no gold"])
def test_a_provider_is_not_told_how_gold_judged_its_work_nor_whether_there_is_any(
    tmp_path: Path, true: bytes | None
) -> None:
    market = opened(tmp_path, true=true)
    batch = delivered(market, DELIVERED)

    told = market.play.providers[0].ask(OF_BATCH, id=batch)["report"]

    assert (told["quality"], told["qualityUnknown"]) == (None, None)
    assert told["labels"] == 2 * IMAGES + 1
    assert "QUALITY" not in told["sections"]


def test_labels_of_a_machine_and_of_people_are_judged_together(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Given cats that a machine labels on six images, and people who draw the rest
    market = opened(tmp_path)
    said = [box(n, CAT, CAT_BOX, score=0.9) for n in range(1, 7)]
    market.play.on_project(
        "addPredictions",
        oracle="detector",
        version="1",
        uploadId=upload(market.play.customer, orjson.dumps(said)),
    )
    market.work()
    market.play.on_project("applyRoutingThreshold", threshold=0.5)
    people = [box(n, DOG, DOG_BOX if n < 4 else BESIDE) for n in range(1, IMAGES + 1)]
    people += [box(n, CAT, CAT_BOX) for n in range(7, IMAGES + 1)]
    delivered(market, labels_file(people))
    # Then the figures are those of all labels together
    quality = quality_of(market)["quality"]
    both = labels_file([*people, *said])
    assert as_on_the_command_line(quality) == evaluated(tmp_path / "files", GOLD, both, capsys)
    assert [one["right"] for one in quality["classes"]] == [IMAGES, 3]


def test_words_on_whole_items_have_the_quality_of_items(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    market = Market.open(tmp_path, task_type="sentiment", data_type="text")
    play = market.play
    texts = "id,text\n" + "".join(f"{key},text {key}\n" for key in "abcdef")
    true = b"item,class\na,good\nb,good\nc,bad\nd,bad\ne,good\nf,bad\n"
    given = b"item,class\na,good\nb,bad\nc,bad\nd,bad\ne,good\nf,good\n"
    play.on_project("addItems", uploadId=upload(play.customer, texts.encode()))
    play.on_project("defineClasses", classes=[{"name": "good"}, {"name": "bad"}])
    play.on_project("addGold", uploadId=upload(play.customer, true))
    market.work()

    delivered(market, given)

    quality = quality_of(market)["quality"]
    assert as_on_the_command_line(quality) == evaluated(tmp_path / "files", true, given, capsys)
    assert (quality["items"], quality["right"], quality["errors"]) == (6, 4, [])


def test_rows_of_a_confusion_are_chosen_by_their_classes(tmp_path: Path) -> None:
    market = opened(tmp_path)
    delivered(market, DELIVERED)
    document = """query($id: ID!) { report(projectId: $id) { quality {
        confusion(of: ["dog"]) classes(of: ["cat"]) { name } confusionClasses } } }"""

    asked = {"id": market.play.project_id}
    quality = market.play.customer.ask(document, **asked)["report"]["quality"]

    assert quality["confusionClasses"] == ["cat", "dog", "(nothing)"]
    assert quality["classes"] == [{"name": "cat"}]
    assert quality["confusion"] == [[0, 5, 3]]
