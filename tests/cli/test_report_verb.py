"""`labelmarket report`: what it prints and writes, what it says of bad files, how it ends."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from labelmarket.workers.insight.report_types import Report
from tests.adapters.pages.page_reading import read_page
from tests.cli.shell import Box, Shell, coco, results

HERE = (10.0, 10.0, 20.0, 30.0)
THERE = (60.0, 60.0, 20.0, 30.0)
BOXES: list[Box] = [(1, "cat", HERE), (1, "dog", THERE), (2, "cat", HERE)]


def test_without_more_words_a_summary_is_printed(shell: Shell, tmp_path: Path) -> None:
    printed = shell.run("report", coco(tmp_path / "a.json", BOXES))

    assert printed.startswith("3 labels of 2 classes on 3 images.\n")
    assert "         2 labels          2 images  cat\n" in printed
    assert f"labelmarket: reading {tmp_path / 'a.json'}\n" in shell.said


def test_json_is_the_report_and_what_was_read(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", BOXES)

    found = shell.json("report", path)

    assert Report.__required_keys__ < found.keys()
    assert [one["labels"] for one in found["classes"]] == [2, 1]
    assert found["files"] == [
        {"file": str(path), "items": 3, "labels": 3, "problems": 0, "unread": [], "rows": []}
    ]


def test_html_is_one_file_and_nothing_is_printed(shell: Shell, tmp_path: Path) -> None:
    page = tmp_path / "a.html"

    printed = shell.run("report", coco(tmp_path / "a.json", BOXES), "--html", page)

    assert printed == ""
    assert read_page(page.read_text()).text_of("h1") == "Report on a.json"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.html", "a.json"]


def test_bikes_that_crowd_one_image_are_told_as_such(shell: Shell, tmp_path: Path) -> None:
    bikes: list[Box] = [(1, "bike", (n / 2, n / 2, 9.0, 9.0)) for n in range(100)]
    bikes += [(n, "bike", HERE) for n in range(2, 42)]
    path = coco(tmp_path / "bikes.json", bikes, images=60, classes=["bike"])

    found = shell.json("report", path, "--html", tmp_path / "bikes.html")

    [spread] = found["density"]
    assert spread["shareOfTopImage"] == pytest.approx(100 / 140)
    assert spread["effectiveImages"] == pytest.approx(1.95, abs=0.005)
    text = read_page((tmp_path / "bikes.html").read_text()).text_of("main")
    assert "71.4 %" in text
    assert "1.95" in text


def test_a_bad_row_is_named_and_the_others_are_reported_on(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", [*BOXES, (1, "bird", HERE)])

    found = shell.json("report", path)

    assert (found["labels"], found["problems"]) == (3, 1)
    assert found["files"][0]["rows"][0]["place"] == "$.annotations[3]"
    assert f"{path}: a.json $.annotations[3]" in shell.said
    assert "left out" in shell.said


def test_strict_fails_for_a_bad_row_and_still_reports(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", [*BOXES, (1, "bird", HERE)])

    found = shell.json("report", path, "--strict", code=1)

    assert found["labels"] == 3


def test_many_bad_rows_are_counted(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", [*BOXES, *[(1, "bird", HERE)] * 30])

    shell.run("report", path)

    assert shell.said.count("left out") == 10
    assert f"{path}: 20 more rows with problems" in shell.said


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("none.json", None, "NO_FILE"),
        ("broken.json", '{"images": [', "NOT_JSON"),
        ("other.json", '{"a": 1}', "UNKNOWN_FORMAT"),
        ("empty.json", '{"images":[],"categories":[],"annotations":[]}', "it has no items"),
    ],
)
def test_a_file_that_nothing_can_be_done_with_is_named_with_the_reason(
    shell: Shell, tmp_path: Path, name: str, content: str | None, reason: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)

    assert shell.run("report", path, code=1) == ""

    assert f"labelmarket: {path}: " in shell.said
    assert reason in shell.said


def test_wrong_words_are_refused(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", BOXES)

    assert "FILE" in shell.refused("report")
    assert "is no folder" in shell.refused("report", path, "--images", tmp_path / "none")


def test_a_page_that_cannot_be_written_is_told(shell: Shell, tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", BOXES)

    shell.run("report", path, "--html", tmp_path / "none" / "a.html", code=1)

    assert "No such file or directory" in shell.said


@pytest.mark.parametrize("beside", [(), ("--gold",), ("--predicted",)])
def test_a_page_is_not_written_over_labels_that_are_read(
    shell: Shell, tmp_path: Path, beside: tuple[str, ...]
) -> None:
    path, other = coco(tmp_path / "a.json", BOXES), coco(tmp_path / "b.json", BOXES)
    before = other.read_bytes()
    words: list[str | Path] = [path, *beside, other]

    shell.run("report", *words, "--html", tmp_path / "." / "b.json", code=2)

    assert "would be written over labels" in shell.said
    assert other.read_bytes() == before


def test_several_files_are_one_report(shell: Shell, tmp_path: Path) -> None:
    first = coco(tmp_path / "a.json", BOXES)
    second = coco(tmp_path / "b.json", [(4, "bird", HERE)], images=4, classes=["bird", "cat"])

    found = shell.json("report", first, second)

    assert (found["images"], found["labels"]) == (4, 4)
    assert [one["name"] for one in found["classes"]] == ["cat", "dog", "bird"]
    assert [one["labels"] for one in found["classes"]] == [2, 1, 1]


def test_files_beside_predictions_keep_their_own_items(shell: Shell, tmp_path: Path) -> None:
    first, second = tmp_path / "train.csv", tmp_path / "val.csv"
    first.write_text("text,label\nx/1.png,cat\n")
    second.write_text("text,label\ny/1.png,cat\n")

    found = shell.json("report", first, second, "--predicted", first)

    assert found["images"] == 2


def test_results_get_their_names_from_gold_and_are_judged_by_it(
    shell: Shell, tmp_path: Path
) -> None:
    gold = coco(tmp_path / "gold.json", BOXES)
    found = results(tmp_path / "found.json", [(1, "cat", HERE), (2, "cat", HERE)])

    report = shell.json("report", found, "--gold", gold)

    assert [one["name"] for one in report["classes"]] == ["cat", "dog"]
    assert report["quality"]["right"] == 2
    assert report["quality"]["notFound"] == 1


def test_labels_are_the_truth_for_predictions(shell: Shell, tmp_path: Path) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)
    found = results(tmp_path / "found.json", [(1, "cat", HERE), (2, "dog", HERE)])

    report = shell.json("report", labels, "--predicted", found)

    assert (report["images"], report["labels"]) == (3, 3)
    assert report["quality"]["classes"][1]["wrong"] == 1


def test_predicted_classes_of_whole_items_are_judged(shell: Shell, tmp_path: Path) -> None:
    labels, found = tmp_path / "tone.csv", tmp_path / "found.csv"
    labels.write_text("text,label\ngood,happy\nbad,sad\n")
    found.write_text("text,label\ngood,happy\nbad,happy\n")
    page = tmp_path / "tone.html"

    report = shell.json("report", labels, "--predicted", found, "--html", page)

    assert report["quality"]["figures"]["accuracy"] == 0.5
    text = read_page(page.read_text()).text_of("main")
    assert "1 of 2 items have exactly the classes of gold." in text
    assert "Accuracy of the predictions" in text


def test_labels_that_nothing_true_can_be_said_of_are_counted(shell: Shell, tmp_path: Path) -> None:
    labels = coco(tmp_path / "labels.json", [*BOXES, (4, "cat", HERE)], images=4)
    gold = coco(tmp_path / "gold.json", BOXES)

    report = shell.json("report", labels, "--gold", gold)

    assert report["quality"]["wrong"] == 0
    assert "not compared, on items without true labels: 1 labels" in shell.said


def test_results_of_unknown_numbers_are_counted(shell: Shell, tmp_path: Path) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)
    found = results(tmp_path / "found.json", [*BOXES, (9, "cat", HERE), (8, "dog", HERE)])

    report = shell.json("report", labels, "--predicted", found)

    assert report["quality"]["right"] == 3
    assert f"{found}: left out, its numbers stand for no item or no class: 2 labels" in shell.said


def test_what_fits_wholly_is_compared_without_a_word(shell: Shell, tmp_path: Path) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)

    shell.json("report", labels, "--predicted", results(tmp_path / "found.json", BOXES))

    assert "not compared" not in shell.said
    assert "left out" not in shell.said


def test_models_that_learned_from_nested_parts_tell_what_more_labels_did(
    shell: Shell, tmp_path: Path
) -> None:
    true: list[Box] = [(n, "cat", HERE) for n in range(1, 9)]
    labels = coco(tmp_path / "labels.json", true, images=8)
    few = results(tmp_path / "few.json", true[:2])
    many = results(tmp_path / "many.json", true)

    report = shell.json(
        *("report", labels, "--predicted-with", f"4={few}", "--predicted-with", f"8={many}")
    )

    [impact] = [one["impact"] for one in report["advice"] if one["classes"][:1] == ["cat"]]
    assert impact["metric"] == "AP"
    assert [point["labels"] for point in impact["points"]] == [4, 8]
    assert [point["value"] for point in impact["points"]] == pytest.approx([26 / 101, 1.0])
    assert [Path(one["file"]).name for one in report["files"]] == [
        *("labels.json", "few.json", "many.json")
    ]


def test_models_of_whole_items_are_measured_by_f1(shell: Shell, tmp_path: Path) -> None:
    files = {}
    for name, told in (("true", "sad"), ("few", "happy"), ("many", "sad")):
        files[name] = tmp_path / f"{name}.csv"
        files[name].write_text(f"text,label\ngood,happy\nfine,happy\nbad,{told}\nodd,sad\n")

    report = shell.json(
        *("report", files["true"], "--predicted-with", f"2={files['few']}"),
        *("--predicted-with", f"4={files['many']}"),
    )

    [impact] = [one["impact"] for one in report["advice"] if one["classes"][:1] == ["sad"]]
    assert impact["metric"] == "F1"
    assert [point["value"] for point in impact["points"]] == pytest.approx([2 / 3, 1.0])


@pytest.mark.parametrize("wrong", ["found.json", "=found.json", "1.5=found.json", "2="])
def test_a_model_without_a_number_is_refused(shell: Shell, tmp_path: Path, wrong: str) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)

    assert "is not like 500=" in shell.refused("report", labels, "--predicted-with", wrong)


def test_one_model_alone_is_refused_for_no_curve_goes_through_one_point(
    shell: Shell, tmp_path: Path
) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)

    shell.run("report", labels, "--predicted-with", f"2={labels}", code=2)

    assert "--predicted-with is said twice or more" in shell.said


@pytest.mark.parametrize("many", [0, 4])
def test_a_model_cannot_learn_from_more_items_than_there_are(
    shell: Shell, tmp_path: Path, many: int
) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)

    more = ("--predicted-with", f"3={labels}")
    shell.run("report", labels, "--predicted-with", f"{many}={labels}", *more, code=2)

    assert f"a model can learn from 1 to 3 of the 3 items, not from {many}" in shell.said


def test_two_models_of_one_number_are_no_two_points(shell: Shell, tmp_path: Path) -> None:
    labels = coco(tmp_path / "labels.json", BOXES)

    models = ("--predicted-with", f"2={labels}") * 2
    shell.run("report", labels, *models, code=2)

    assert "each model learned from another number of items" in shell.said


def test_what_has_no_boxes_is_not_called_an_image(shell: Shell, tmp_path: Path) -> None:
    path, page = tmp_path / "tone.csv", tmp_path / "tone.html"
    path.write_text("text,labels\ngood,happy|calm\nbad,sad\nfine,happy\nbare,\n")

    printed = shell.run("report", path)
    shell.run("report", path, "--html", page)

    assert "         2 labels          2 items  happy\n" in printed
    assert "image" not in printed
    said = re.sub(r"\{[^}]*\}", "", read_page(page.read_text()).text_of("main"))
    assert "image" not in said.lower()
    assert "Effective items" in said


def test_words_on_whole_items_have_no_places(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "tone.csv"
    path.write_text("text,label\ngood,happy\nbad,sad\nfine,happy\n")

    found = shell.json("report", path, "--html", tmp_path / "tone.html")

    assert {"location", "shapes"}.isdisjoint(found["sections"])
    assert [one["labels"] for one in found["classes"]] == [2, 1]
    assert read_page((tmp_path / "tone.html").read_text()).text_of("h1") == "Report on tone.csv"


def test_images_tell_their_sizes_and_which_are_there_twice(shell: Shell, tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    for name, colour in (("1", "red"), ("2", "red"), ("3", "blue")):
        Image.new("RGB", (200, 100), colour).save(folder / f"{name}.png")
    path = coco(tmp_path / "a.json", BOXES)
    path.write_text(path.read_text().replace('"width": 100, "height": 100', '"width": 0'))

    found = shell.json("report", path, "--images", folder)

    counts = {one["check"]: one["count"] for one in found["health"]}
    assert counts["IMAGES_OF_UNKNOWN_SIZE"] == 0
    assert counts["DUPLICATE_IMAGES"] > 0


def test_names_cannot_steer_the_terminal(shell: Shell, tmp_path: Path) -> None:
    name = "\x1b[2Jcat\u202e\n"

    printed = shell.run("report", coco(tmp_path / "a.json", [(1, name, HERE)], classes=[name]))

    assert "\x1b" not in printed + shell.said
    assert "\u202e" not in printed + shell.said
    assert "\ufffd[2Jcat\ufffd\ufffd" in printed


def test_a_process_of_its_own_needs_no_server_and_keeps_its_answer_apart(tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", BOXES)
    heavy = ("psycopg", "strawberry", "dramatiq", "redis", "starlette", "eventsourcing")
    script = (
        "import sys; from labelmarket.cli import main; code = main(sys.argv[1:]); "
        f"sys.exit(code or sum(name in sys.modules for name in {heavy!r}))"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, "report", str(path), "--json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        # The kernels need not be compiled again for it.
        env={"PATH": "/usr/bin:/bin", "NUMBA_CACHE_DIR": os.environ["NUMBA_CACHE_DIR"]},
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["labels"] == 3
    assert "labelmarket: measuring" in done.stderr
    assert "compiling" not in done.stderr


def test_a_first_run_says_that_kernels_are_compiled(tmp_path: Path) -> None:
    path = coco(tmp_path / "a.json", BOXES)

    with subprocess.Popen(
        [sys.executable, "-m", "labelmarket.cli", "report", str(path)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={"PATH": "/usr/bin:/bin", "NUMBA_CACHE_DIR": str(tmp_path / "empty")},
    ) as first:
        assert first.stderr is not None
        said = [first.stderr.readline() for _ in range(3)]
        first.kill()

    assert said[-1].startswith("labelmarket: compiling kernels, ")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_an_answer_that_no_disk_takes_is_a_failure_and_no_crash(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    path = coco(tmp_path / "a.json", BOXES)

    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "labelmarket.cli", "report", str(path), *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.endswith("labelmarket: No space left on device\n")
