"""Probabilities of whole items, from tables and JSON."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.adapters.oracles import json_scores, table_scores
from labelmarket.application.labels import LabelKind, UnreadableFile
from labelmarket.workers.columns import GEOMETRY_ITEM
from tests.adapters.oracles.prediction_desk import PredictionDesk, codes

WIDE = "item,dog,cat\na,.25,.75\nb,1,0\n"
SAID = [(0, "cat", 0.75), (0, "dog", 0.25), (1, "cat", 0.0), (1, "dog", 1.0)]


@pytest.fixture
def desk(tmp_path: Path) -> PredictionDesk:
    return PredictionDesk(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        WIDE,
        "item;dog;cat\na;0,25;0,75\nb;1;0\n",
        WIDE.encode("utf-16"),
        b"\xef\xbb\xbf" + WIDE.encode(),
        WIDE.replace("\n", "\r\n"),
        "label,score,id\ndog,.25,a\ncat,.75,a\ndog,1,b\ncat,0,b",
        '{"item": "a", "dog": 0.25, "cat": 0.75}\n\n{"dog": 1, "cat": 0, "item": "b"}\n',
        '{"id": "a", "scores": {"dog": 0.25, "cat": 0.75}}\n{"id": "b", "probs": '
        '{"dog": 1, "cat": 0}}',
        [
            {"item": "a", "class": "dog", "score": 0.25},
            {"item": "a", "class": "cat", "score": 0.75},
            {"item": "b", "scores": {"cat": 0, "dog": 1.0}, "text": "not: a class"},
        ],
    ],
    ids=["wide", "commas", "utf-16", "mark", "crlf", "long", "flat", "maps", "list"],
)
def test_every_way_to_write_probabilities_gives_the_same_columns(
    desk: PredictionDesk, content: object
) -> None:
    read = desk.read(content)

    assert (desk.rows(read), codes(read)) == (SAID, [])
    assert (read.labels, read.covered) == (4, ((0, 2),))
    assert set(desk.columns(read).geometry.tolist()) == {GEOMETRY_ITEM}
    assert len(desk.outlines(read)) == 4


def test_items_that_the_file_does_not_speak_of_are_not_covered(desk: PredictionDesk) -> None:
    read = desk.read("item,cat,dog\nd,1,0\nb,0,1\n")

    assert read.covered == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ("a,nan,.5", "SCORE_NOT_A_NUMBER"),
        ("a,,1", "SCORE_NOT_A_NUMBER"),
        ("a,0_1,0", "SCORE_NOT_A_NUMBER"),
        ("a,cat,1", "SCORE_NOT_A_NUMBER"),
        ("a,inf,0", "SCORE_OUT_OF_RANGE"),
        ("a,-.1,1", "SCORE_OUT_OF_RANGE"),
        ("a,1.0001,0", "SCORE_OUT_OF_RANGE"),
        ("a,.5,.3", "NOT_ONE_IN_SUM"),
        ("a,.9,.9", "NOT_ONE_IN_SUM"),
        ("a,1,0,0", "WRONG_SHAPE"),
    ],
)
def test_a_bad_row_of_a_wide_table_is_named_and_its_item_falls_to_people(
    desk: PredictionDesk, cells: str, code: str
) -> None:
    read = desk.read(f"item,cat,dog\nb,1,0\n{cells}\n")

    item = "" if code == "WRONG_SHAPE" else "a"
    assert codes(read) in ([(3, item, code)], [(3, "a", code)])
    assert (read.covered, read.labels) == (((1, 2),), 2)


def test_of_several_classes_the_scores_need_no_sum(desk: PredictionDesk) -> None:
    read = desk.read("item,cat,dog\na,.9,.8\nb,0,0\n", kind=LabelKind.ITEM_CLASSES)

    assert (read.covered, read.problems_total) == (((0, 2),), 0)


def test_rounded_probabilities_are_about_one(desk: PredictionDesk) -> None:
    read = desk.read("item,cat,dog\na,.33,.66\n")

    assert read.problems_total == 0


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("zebra,cat,1", (3, "zebra", "UNKNOWN_ITEM")),
        ("b,cat,x", (3, "b", "SCORE_NOT_A_NUMBER")),
        ("b,cat,2", (3, "b", "SCORE_OUT_OF_RANGE")),
        ("b,zebra,.9", (3, "b", "UNKNOWN_CLASS")),
    ],
)
def test_a_bad_row_of_a_long_table_is_named(
    desk: PredictionDesk, line: str, problem: tuple[int, str, str]
) -> None:
    read = desk.read(f"item,class,score\na,cat,1\n{line}\n")

    assert (codes(read), read.covered, read.labels) == ([problem], ((0, 1),), 1)


def test_the_same_said_twice_is_named_and_costs_nothing(desk: PredictionDesk) -> None:
    read = desk.read("item,class,score\na,cat,.5\na,dog,.5\na,cat,.5\n")

    assert codes(read) == [(4, "a", "DUPLICATE")]
    assert desk.rows(read) == [(0, "cat", 0.5), (0, "dog", 0.5)]


def test_what_contradicts_an_earlier_row_leaves_the_item_to_people(desk: PredictionDesk) -> None:
    read = desk.read("item,cat,dog\na,1,0\nb,1,0\na,0,1\n")

    assert codes(read) == [(4, "a", "DUPLICATE")]
    assert read.covered == ((1, 2),)


def test_probabilities_over_one_in_rows_apart_are_named(desk: PredictionDesk) -> None:
    read = desk.read("item,class,score\na,cat,.8\nb,cat,1\na,dog,.8\n")

    assert (codes(read), read.covered) == ([(4, "a", "NOT_ONE_IN_SUM")], ((1, 2),))


def test_a_class_of_others_is_named_once_and_harms_only_where_it_is_the_answer(
    desk: PredictionDesk,
) -> None:
    read = desk.read("item,cat,dog,emu,notes\na,.2,.1,.7,x\nb,.6,.2,.2,\n")

    assert codes(read) == [
        (1, "", "UNKNOWN_CLASS"),
        (1, "", "UNKNOWN_CLASS"),
        (2, "a", "UNKNOWN_CLASS"),
    ]
    assert desk.rows(read) == [(1, "cat", 0.6), (1, "dog", 0.2)]


def test_a_class_of_others_that_is_the_answer_in_rows_apart_leaves_the_item_to_people(
    desk: PredictionDesk,
) -> None:
    read = desk.read("item,class,score\na,cat,.3\na,emu,.6\nb,cat,.6\nb,emu,.3\n")

    assert [code for _, _, code in codes(read)] == ["UNKNOWN_CLASS", "UNKNOWN_CLASS"]
    assert read.covered == ((1, 2),)


def test_numbers_that_are_no_json_are_bad_rows_and_not_bad_files(desk: PredictionDesk) -> None:
    nan = {"item": "a", "cat": float("nan"), "dog": float("inf"), "text": "NaN: Infinity"}

    lines = desk.read(json.dumps(nan) + '\n{"item": "b", "cat": 1, "dog": 0}')
    whole = desk.read([nan, {"item": "b", "cat": 1, "dog": 0}])

    assert codes(lines) == [(1, "a", "SCORE_NOT_A_NUMBER")]
    assert codes(whole) == [(0, "a", "SCORE_NOT_A_NUMBER")]
    assert lines.covered == whole.covered == ((1, 2),)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ('{"item": "a", "cat": 1', "NOT_JSON"),
        ('{"item": "a", "cat": 1, "cat": 0}', "DUPLICATE_KEY"),
        ('{"item": "a", "scores": {"cat": 1, "cat": 0}}', "DUPLICATE_KEY"),
        ('{"item": ["a"], "cat": 1}', "NO_ITEM"),
        ('{"item": "a"}', "NO_SCORE"),
        ("[1]", "WRONG_TYPE"),
        ('{"item": "a", "cat": true, "dog": 0}', "SCORE_NOT_A_NUMBER"),
        ('{"item": "a", "cat": "x", "dog": 0}', "SCORE_NOT_A_NUMBER"),
        ('{"item": "a", "cat": 1' + "0" * 400 + ', "dog": 0}', "SCORE_OUT_OF_RANGE"),
    ],
)
def test_a_bad_line_of_json_is_named(desk: PredictionDesk, line: str, code: str) -> None:
    read = desk.read('{"item": "b", "cat": 1, "dog": 0}\n' + line)

    assert [(row, said) for row, _, said in codes(read)] == [(2, code)]
    assert read.covered == ((1, 2),)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ([{"image_id": 1, "category_id": 1, "bbox": [1, 1, 2, 2], "score": 0.5}], "WRONG_TASK"),
        ({"images": [], "annotations": [], "categories": []}, "WRONG_TASK"),
        ('{"item": "a", "bbox": [1, 1, 2, 2], "label": "cat", "score": 1}', "WRONG_TASK"),
        ("item,xmin,ymin,xmax,ymax,class,score\na,1,1,2,2,cat,1\n", "WRONG_TASK"),
        ("item,emu\na,1\n", "WRONG_SHAPE"),
        ("cat,dog\n1,0\n", "WRONG_SHAPE"),
        ("item,cat,cat\na,1,0\n", "WRONG_SHAPE"),
        ('item,cat\na,"1\n', "NOT_CSV"),
        ("item,cat\na,1\0\n", "NOT_TEXT"),
        (b"item,cat\n\xff,1\n", "NOT_TEXT"),
        ("", "WRONG_SHAPE"),
    ],
)
def test_a_file_that_cannot_be_meant_is_refused_whole(
    desk: PredictionDesk, content: object, code: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        desk.read(content)

    assert refused.value.code == code


rows = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    max_size=8,
    unique_by=lambda row: row[0],
)


@given(rows=rows, at_once=st.integers(1, 4))
def test_good_rows_come_back_however_the_file_is_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, float]], at_once: int
) -> None:
    desk = PredictionDesk(tmp_path_factory.mktemp("rows"))
    table = "item,cat,dog\n" + "".join(f"{key},{cat},{1 - cat}\n" for key, cat in rows)
    lines = "\n".join(json.dumps({"item": key, "cat": cat, "dog": 1 - cat}) for key, cat in rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(table_scores, "ROWS_AT_ONCE", at_once)
        patch.setattr(json_scores, "ROWS_AT_ONCE", at_once)
        read = [desk.read(table), *([desk.read(lines)] if rows else [])]

    expected = sorted(
        ("abcd".index(key), name, score)
        for key, cat in rows
        for name, score in (("cat", cat), ("dog", 1 - cat))
    )
    assert [desk.rows(one) for one in read] == [expected] * len(read)


def test_more_scores_than_a_file_may_hold_are_refused(
    desk: PredictionDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labelmarket.adapters.oracles.item_scores.ROWS_MAX", 3)

    with pytest.raises(UnreadableFile, match="at most") as refused:
        desk.read(WIDE)

    assert refused.value.code == "TOO_MANY_ROWS"


def test_a_row_is_named_by_the_line_that_it_begins_in(desk: PredictionDesk) -> None:
    read = desk.read('item,cat,dog\n"z\ny",1,0\nb,2,0\n')

    assert codes(read) == [(2, "z\ny", "UNKNOWN_ITEM"), (4, "b", "SCORE_OUT_OF_RANGE")]
