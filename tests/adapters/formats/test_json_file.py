"""Hostile JSON ends in one typed refusal, never in a crash."""

import json
import os
from pathlib import Path

import pytest

from labelmarket.adapters.formats import coco_file, json_file
from labelmarket.adapters.formats.coco_annotations import annotations
from labelmarket.adapters.formats.coco_items import read_items
from labelmarket.adapters.formats.coco_labels import read_labels
from labelmarket.application.labels import FILE_BYTES_MAX, UnreadableFile
from labelmarket.workers.columns import ItemTable
from tests.adapters.formats.coco_samples import CLASSES, annotation, coco, image, written

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
SUITE = sorted((REFERENCE / "hostile" / "jsontestsuite").glob("[ny]_*.json"))


def refusal(path: Path) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as by_items:
        read_items(path, after=ItemTable(()), media={})
    with pytest.raises(UnreadableFile) as by_labels:
        read_labels(path, items=ItemTable(()), classes=CLASSES, within=None)
    assert by_items.value.code == by_labels.value.code
    return by_items.value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "NOT_JSON"),
        (b"\x93NUMPY\x01\x00v\x00{'descr': '<f8'}", "NOT_JSON"),
        (b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00\x8c\x05hello\x94.", "NOT_JSON"),
        ('{"images":[]}'.encode("utf-16"), "NOT_JSON"),
        (b"\xef\xbb\xbf", "NOT_JSON"),
        (b'\xef\xbb\xbf\xef\xbb\xbf{"images":[]}', "NOT_JSON"),
        (b'{"images":[],"x":"\xff"}', "NOT_JSON"),
        (b'{"images":[{"id":1,"x":"\xed\xa0\x80"}]}', "NOT_JSON"),
        (b'{"images":[{"id":1,"file_name":"\\ud800.jpg"}]}', "NOT_JSON"),
        (b'{"images":[],"x":NaN}', "NOT_JSON"),
        (b'{"images":[{"id":1,"width":Infinity}]}', "NOT_JSON"),
        (b'{"images":[]} {}', "NOT_JSON"),
        (b'{"images":[', "NOT_JSON"),
        (b"[]", "WRONG_SHAPE"),
        (b"null", "WRONG_SHAPE"),
        (b"{}", "WRONG_SHAPE"),
        (b'{"images":{}}', "WRONG_SHAPE"),
        (b'{"images":null}', "WRONG_SHAPE"),
        (b'{"images":[1]}', "WRONG_SHAPE"),
        (b'{"images":[[]]}', "WRONG_SHAPE"),
        (b'{"images":[],"x":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "TOO_DEEP"),
        (b'{"images":[{"x":' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}]}", "TOO_DEEP"),
        (b"[" * 1_000_000, "TOO_DEEP"),
        (b'{"images":[],"images":[]}', "DUPLICATE_KEY"),
        (b'{"images":[],"x":{"a":1,"a":2}}', "DUPLICATE_KEY"),
        (b'{"images":[],"x":1,"\\u0078":2}', "DUPLICATE_KEY"),
        (b'{"images":[{"id":1,"id":2}]}', "DUPLICATE_KEY"),
        (b'{"images":[],"x":18446744073709551616}', "NUMBER_TOO_LARGE"),
        (b'{"images":[],"x":-9223372036854775809}', "NUMBER_TOO_LARGE"),
        (b'{"images":[],"x":' + b"9" * 10_000 + b"}", "NUMBER_TOO_LARGE"),
        (b'{"images":[{"id":' + b"9" * 10_000 + b"}]}", "NUMBER_TOO_LARGE"),
    ],
)
def test_a_hostile_file_is_refused_with_its_reason(tmp_path: Path, text: bytes, code: str) -> None:
    assert refusal(written(tmp_path, text)).code == code


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ('{"image_id":0,"image_id":1,"category_id":1,"bbox":[1,1,1,1]}', "DUPLICATE_KEY"),
        ('{"image_id":0,"category_id":1,"bbox":[1,1,1,1],"\\u0062box":[2,2,2,2]}', "DUPLICATE_KEY"),
        ('{"image_id":0,"category_id":1,"bbox":[1,1,1,1],"bbox":[2,2,2,2]}', "DUPLICATE_KEY"),
        (
            '{"image_id":0,"category_id":1,"bbox":[1,1,1,1],'
            '"segmentation":{"counts":[1],"counts":[2],"size":[1,1]}}',
            "DUPLICATE_KEY",
        ),
        ('{"image_id":0,"category_id":1,"bbox":[1,1,1,1],"x":{"a":1,"a":1}}', "DUPLICATE_KEY"),
        ('{"image_id":%s,"category_id":1,"bbox":[1,1,1,1]}' % ("9" * 40), "NUMBER_TOO_LARGE"),
        ("7", "WRONG_SHAPE"),
        ("null", "WRONG_SHAPE"),
    ],
)
def test_a_hostile_annotation_refuses_the_file(tmp_path: Path, row: str, code: str) -> None:
    text = json.dumps(coco(images=[image(0)], annotations=["HERE"])).replace('"HERE"', row)
    items, _ = read_items(written(tmp_path, text.encode()), after=ItemTable(()), media={})

    with pytest.raises(UnreadableFile) as refused:
        read_labels(
            tmp_path / "upload.json", items=ItemTable((items,)), classes=CLASSES, within=None
        )

    assert refused.value.code == code


def test_a_large_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    with path.open("wb") as file:
        file.truncate(FILE_BYTES_MAX + 1)

    assert refusal(path).code == "FILE_TOO_LARGE"


def test_much_beside_the_lists_is_refused(tmp_path: Path) -> None:
    text = b'{"images":[],"x":"' + b"x" * json_file.REST_BYTES_MAX + b'"}'

    assert refusal(written(tmp_path, text)).code == "FILE_TOO_LARGE"


def test_more_objects_than_rows_can_be_are_refused_before_they_are_held(
    tmp_path: Path,
) -> None:
    path = written(tmp_path, coco(images=[{}] * 11))

    with pytest.raises(UnreadableFile, match="at most 5 rows"):
        json_file.lists_of(path, rows_max=5)


@pytest.mark.parametrize("scan_bytes_min", [0, 1 << 30])
def test_more_rows_than_allowed_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scan_bytes_min: int
) -> None:
    monkeypatch.setattr(coco_file, "SCAN_BYTES_MIN", scan_bytes_min)
    path = written(tmp_path, coco(images=[image(1)], annotations=[annotation(1)] * 10))

    assert len(annotations(coco_file.coco_file(path, rows_max=10).rows()).values) == 10
    with pytest.raises(UnreadableFile, match="at most 9 rows"):
        coco_file.coco_file(path, rows_max=9).rows()


def test_a_byte_order_mark_changes_nothing(tmp_path: Path) -> None:
    text = json.dumps(coco(images=[image(3)], annotations=[annotation(3)])).encode()
    plain, marked = tmp_path / "plain", tmp_path / "marked"
    plain.mkdir()
    marked.mkdir()

    lists = json_file.lists_of(written(plain, text))

    assert json_file.lists_of(written(marked, b"\xef\xbb\xbf" + text)) == lists


def test_lists_are_found_wherever_they_stand(tmp_path: Path) -> None:
    text = json.dumps(dict(reversed(coco(images=[image(3)], annotations=[annotation(3)]).items())))
    lists = json_file.lists_of(written(tmp_path, text.encode())).lists

    assert json.loads(bytes(lists.images))[0]["file_name"] == "3.jpg"
    assert len(json_file.rows(lists.annotations, name="annotations")) == 1


@pytest.mark.skipif(not SUITE, reason="LABELMARKET_REFERENCE_DATA has no hostile/jsontestsuite")
def test_the_json_suite_is_told_apart_and_never_crashes(tmp_path: Path) -> None:
    for case in SUITE:
        code = refusal(written(tmp_path, case.read_bytes())).code
        valid = case.name.startswith("y_")
        assert code in ({"WRONG_SHAPE", "DUPLICATE_KEY"} if valid else {"NOT_JSON", "TOO_DEEP"}), (
            case.name
        )


@pytest.mark.skipif(not SUITE, reason="LABELMARKET_REFERENCE_DATA has no hostile/jsontestsuite")
@pytest.mark.parametrize("frame", [b'{"images":[],"x":%s}', b'{"images":[{"id":1,"x":%s}]}'])
def test_the_json_suite_is_told_apart_inside_a_file_as_well(tmp_path: Path, frame: bytes) -> None:
    for case in SUITE:
        path = written(tmp_path, frame.replace(b"%s", case.read_bytes()))
        if case.name.startswith("n_"):
            with pytest.raises(UnreadableFile):
                read_items(path, after=ItemTable(()), media={})
        elif "duplicated_key" not in case.name:
            read_items(path, after=ItemTable(()), media={})


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b'{\n"images":[{"id":1},\n{"id":', "line 3, byte 28: "),
        (b'{"images":[],\n"x":tru}', "line 2, byte 19: "),
        (b'{"images":[],\n\n"x":NaN}', "line 3, byte 19: "),
        (b'{"images":[],\n"x":"\xff"}', "line 1 or later, near byte 0: "),
    ],
)
def test_a_broken_file_is_named_with_its_line(tmp_path: Path, text: bytes, place: str) -> None:
    assert place in refusal(written(tmp_path, text)).message


@pytest.mark.parametrize("scan_bytes_min", [0, 1 << 30])
def test_a_file_that_is_cut_off_inside_a_row_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, scan_bytes_min: int
) -> None:
    monkeypatch.setattr(coco_file, "SCAN_BYTES_MIN", scan_bytes_min)
    whole = json.dumps(coco(images=[image(1)], annotations=[annotation(1)] * 9), indent=1).encode()
    cut = whole[: whole.rfind(b"bbox")]

    refused = refusal(written(tmp_path, cut))

    assert refused.code == "NOT_JSON"
    lines = cut.count(b"\n") + 1
    assert f"line {lines}, byte {len(cut)}: " in refused.message


def test_a_row_that_is_no_json_is_named_with_its_line_by_a_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(coco_file, "SCAN_BYTES_MIN", 0)
    rows = b'{"image_id":1,"category_id":1},\n{"image_id":1,"category_id":1,"x":nul }'
    path = written(tmp_path, b'{"images":[],"categories":[],\n"annotations":[' + rows + b"]}")

    with pytest.raises(UnreadableFile, match=r"^annotations\[1\]: line 3, byte 112: "):
        annotations(coco_file.coco_file(path).rows())


@pytest.mark.parametrize("before", [b"x", b"null,", b'{"a":', b"\xef\xbb\xbf\xef\xbb\xbf"])
@pytest.mark.parametrize("scan_bytes_min", [0, 1 << 30])
def test_nothing_stands_before_a_bare_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bytes, scan_bytes_min: int
) -> None:
    monkeypatch.setattr(coco_file, "SCAN_BYTES_MIN", scan_bytes_min)
    path = written(tmp_path, before + b'[{"image_id":1,"category_id":1}]')

    with pytest.raises(UnreadableFile) as refused:
        coco_file.results(path)

    assert refused.value.code == "NOT_JSON"
