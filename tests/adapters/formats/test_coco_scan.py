"""A scanned file gives the columns and the refusals of one that is read row by row."""

import json
import tempfile
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labelmarket.adapters.formats import coco_file
from labelmarket.adapters.formats.coco_annotations import Annotations, annotations
from labelmarket.adapters.formats.coco_file import Found
from labelmarket.application.labels import UnreadableFile
from tests.adapters.formats.coco_samples import annotation, coco, image

numbers = st.one_of(
    st.integers(-(2**70), 2**70),
    st.integers(-5, 700),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(-10.0, 700.0),
    st.decimals(-999, 999, places=2).map(float),
)
ids = st.one_of(st.integers(-3, 5), st.integers(-(2**63), 2**63), st.text(max_size=3))
anything = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=5)),
    lambda deeper: st.one_of(
        st.lists(deeper, max_size=3), st.dictionaries(st.text(max_size=4), deeper, max_size=3)
    ),
    max_leaves=6,
)
polygons = st.lists(
    st.lists(st.tuples(numbers, numbers), max_size=4).map(lambda ring: [*sum(ring, ())]), max_size=3
)
masks = st.fixed_dictionaries({"counts": st.just([1, 2, 3]), "size": st.just([2, 3])})
rows = st.fixed_dictionaries(
    {"image_id": ids, "category_id": ids},
    optional={
        "bbox": st.lists(numbers, min_size=3, max_size=5),
        "id": st.one_of(ids, st.none()),
        "iscrowd": st.one_of(st.sampled_from([0, 1, True, None, 2])),
        "area": st.one_of(numbers, st.none()),
        "score": st.one_of(numbers, st.none()),
        "annotator": st.one_of(ids, st.none()),
        "segmentation": st.one_of(polygons, masks, st.none(), anything),
        "attributes": anything,
        "segmentations of all the frames": anything,
        "\u00fcber": anything,
    },
)
documents = st.lists(rows, max_size=5)
layouts = st.sampled_from([{}, {"indent": 1}, {"separators": (",", ":")}, {"ensure_ascii": False}])


def read(text: bytes, *, scan: bool, listed: bool = False) -> Annotations | str:
    """Read a text, or give the code with which it is refused."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "labels.json"
        path.write_bytes(text)
        with patch.object(coco_file, "SCAN_BYTES_MIN", 0 if scan else 1 << 30):
            try:
                return annotations(
                    coco_file.results(path) if listed else coco_file.coco_file(path).rows()
                )
            except UnreadableFile as refused:
                return refused.code


def spoken(read: Annotations | str) -> Any:
    """Everything that two readings must share; the values of bad rows mean nothing."""
    if isinstance(read, str):
        return read
    values, outlines = read.values, read.values.outlines()
    good = [row for row in range(len(values)) if row not in read.bad]
    names = ("image_ids", "category_ids", "annotators")
    return (
        sorted((row, bad.refused.code, str(bad.image_id)) for row, bad in read.bad.items()),
        [[str(values.named(int(getattr(values, name)[row]))) for name in names] for row in good],
        [getattr(values, name)[good].tolist() for name in ("ids", "crowd", "outcome")],
        [str(getattr(values, name)[good].tolist()) for name in ("boxes", "areas", "scores")],
        [[ring.tolist() for ring in outlines.rings(row)] for row in good],
        [outlines.runs(row).tolist() for row in good],
        sorted((loss.what, loss.count) for loss in read.fields.losses(of="rows")),
        read.ids_lost,
    )


@given(documents, layouts)
@settings(max_examples=30, deadline=None)
def test_both_ways_read_the_same(annotations: list[Any], layout: dict[str, Any]) -> None:
    text = json.dumps(coco(images=[image(1)], annotations=annotations), **layout).encode(
        errors="surrogatepass"
    )

    assert str(spoken(read(text, scan=True))) == str(spoken(read(text, scan=False)))


@given(documents, layouts)
@settings(max_examples=30, deadline=None)
def test_both_ways_read_the_same_results(annotations: list[Any], layout: dict[str, Any]) -> None:
    text = json.dumps(annotations, **layout).encode(errors="surrogatepass")

    one, other = (read(text, scan=scan, listed=True) for scan in (True, False))

    assert str(spoken(one)) == str(spoken(other))


@given(documents, st.data())
@settings(max_examples=30, deadline=None)
def test_both_ways_refuse_the_same_damage(annotations: list[Any], data: st.DataObject) -> None:
    text = bytearray(json.dumps(coco(images=[image(1)], annotations=annotations)).encode())
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(text) - 1))
        text[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from(
                [
                    b"",
                    b",",
                    b"[",
                    b"]",
                    b"{",
                    b"}",
                    b'"',
                    b":",
                    b"1",
                    b"-",
                    b".",
                    b"\\",
                    b" ",
                    b"e",
                    b"\x00",
                    b"\xff",
                    b"n",
                ]
            )
        )

    one, other = read(bytes(text), scan=True), read(bytes(text), scan=False)

    # Of several damages one way may meet another first.
    assert isinstance(one, str) == isinstance(other, str)
    assert isinstance(one, str) or str(spoken(one)) == str(spoken(other))


@pytest.mark.parametrize(
    "outline", [b"[0]", b"[1,2,3,4]", b"[null]", b"[ ]", b"[[],[]]", b"[[] ,1]"]
)
def test_an_outline_that_is_no_list_of_lists_is_bad_both_ways(outline: bytes) -> None:
    row = b'{"image_id":1,"category_id":1,"segmentation":%s}' % outline
    text = b'{"images":[],"annotations":[%s]}' % row

    assert str(spoken(read(text, scan=True))) == str(spoken(read(text, scan=False)))


def plain(count: int) -> list[Any]:
    return [
        annotation(1, id=n, area=0.1 * n, segmentation=[[0.1, n, 2.25, 3e2]]) for n in range(count)
    ]


def test_plain_rows_are_not_read_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "labels.json"
    path.write_bytes(json.dumps(coco(images=[image(1)], annotations=plain(5))).encode())

    with patch.object(coco_file, "SCAN_BYTES_MIN", 0):
        found = coco_file.coco_file(path).rows()

    assert isinstance(found, Found)
    assert not found.odd.any()
    assert annotations(found).values.points.tolist()[:4] == [0.1, 0.0, 2.25, 300.0]


@pytest.mark.parametrize(
    "text",
    [
        b'{"x":{"annotations":[{"image_id":1,"category_id":1}]},"annotations":[],"images":[]}',
        b'{"x":"\\"annotations\\":[","annotations":[{"image_id":1,"category_id":1}],"images":[]}',
        b'{"annotations":[],"annotations":[{"image_id":1,"category_id":1}],"images":[]}',
        b'{"annotations":[{"image_id":1,"category_id":1}],"annotations":[],"images":[]}',
        b'{"annotations":[{"image_id":1,"category_id":1}],"images":[]',
        b'{"annotations":[{"image_id":1,"category_id":1}]',
        b'{"annotations":[{"image_id":1,"category_id":1}',
        b'{"annotations":{},"images":[{"image_id":1,"category_id":1}]}',
        b'\xef\xbb\xbf{"annotations":[{"image_id":1,"category_id":1}],"images":[]}',
    ],
)
def test_the_list_is_the_right_one(text: bytes) -> None:
    assert str(spoken(read(text, scan=True))) == str(spoken(read(text, scan=False)))


SPELLINGS = (
    *("0", "0.5", "1e5", "1E+5", "12.5e-3", "9007199254740993", "1e22", "1e23"),
    *("0.1", "123456789012345678", "702.1057499999998", "8.5e-40", "5e-324", "1e64"),
    *("2765.1486500000005", "9007199254740992.5", "0.30000000000000004", "4.35e-60"),
)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_numbers_are_rounded_as_python_rounds_them(spelling: str) -> None:
    text = b'{"images":[],"annotations":[{"image_id":1,"category_id":1,"area":%s}]}'

    found = read(text % spelling.encode(), scan=True)

    assert isinstance(found, Annotations)
    assert found.values.areas.tolist() == [float(spelling)]


@given(st.lists(st.tuples(st.integers(0, 10**18 - 1), st.integers(-64, 64)), min_size=1))
@settings(max_examples=30, deadline=None)
def test_any_mantissa_and_power_is_rounded_once(numbers: list[tuple[int, int]]) -> None:
    texts = [f"{mantissa}e{power}" for mantissa, power in numbers]
    rows = ",".join(f'{{"image_id":1,"category_id":1,"area":{text}}}' for text in texts)

    found = read(f'{{"images":[],"annotations":[{rows}]}}'.encode(), scan=True)

    assert isinstance(found, Annotations)
    assert np.array_equal(found.values.areas, [float(text) for text in texts])
