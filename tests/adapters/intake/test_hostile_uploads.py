"""Whatever bytes come, an upload is read or refused in words, and nothing else happens."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import product
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from labelmarket.adapters.intake.items import read_items
from labelmarket.adapters.intake.labels import Project, read_labels
from labelmarket.application.labels import UnreadableFile
from labelmarket.workers.columns import ItemTable, item_columns
from labelmarket.workers.insight import spans
from tests.adapters.intake.uploads import CLASSES, OBJECTS, ONE, SEVERAL

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
SUITE = sorted((REFERENCE / "hostile" / "jsontestsuite").rglob("*.json"))

SAMPLES = (
    b"id,text,group\na,one,x\nb,two,y\n",
    b"item,label,score,annotator\na,praise,.5,ann\nb,,,\n",
    b"item,label,xmin,ymin,xmax,ymax\na,praise,1,2,3,4\n",
    b'{"id": "a", "text": "one", "label": "praise"}\n{"id": "b", "labels": ["question"]}\n',
    b'[{"id": "a", "label": "praise", "text": "x"}]',
    b'{"images": [{"id": 1, "file_name": "a"}], "annotations": [{"image_id": 1, "category_id": 1}],'
    b' "categories": [{"id": 1, "name": "praise"}]}',
    b'[{"data": {"id": "a"}, "annotations": [{"result": [{"type": "choices", "value":'
    b' {"choices": ["praise"]}}]}]}]',
    b"<annotation><filename>a</filename><object><name>praise</name></object></annotation>",
    b'<annotations><image name="a"><tag label="praise"/><box label="x"/></image></annotations>',
    "id;text\na;\u00fc\n".encode("utf-16"),
)
PIECES = (
    *(b"\0", b'"', b"\n", b",", b";", b"\t", b"{", b"}", b"[", b"]", b"<", b">", b"&", b"\xff"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"NaN", b"1e999", b"\\ud800", b"'=", b"-1", b"null", b"true"),
)


@st.composite
def spoiled(draw: st.DrawFn) -> bytes:
    """Give a good file with pieces put in, cut out or cut off."""
    content = draw(st.sampled_from(SAMPLES))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(content)))
        until = draw(st.integers(at, min(at + 6, len(content))))
        content = content[:at] + draw(st.sampled_from(PIECES)) + content[until:]
    return content[: draw(st.integers(1, len(content) + 1))]


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=spoiled() | st.binary(max_size=60))
@example(content=b"\xff\xfe")
@example(content=b"\xef\xbb\xbf")
@example(content=b"\n\n\n")
@example(content=b"id")
@example(content=b"<")
@example(content=b"{")
@example(content=b"[")
def test_any_bytes_are_read_or_refused_in_words(tmp_path: Path, content: bytes) -> None:
    taken_or_refused(tmp_path, content)


@pytest.mark.skipif(not SUITE, reason="LABELMARKET_REFERENCE_DATA has no hostile/jsontestsuite")
@pytest.mark.parametrize("path", SUITE, ids=lambda path: path.stem)
def test_every_file_of_the_json_test_suite_is_read_or_refused(tmp_path: Path, path: Path) -> None:
    taken_or_refused(tmp_path, path.read_bytes())


def taken_or_refused(folder: Path, content: bytes) -> None:
    """Use a file as items, as deliveries and as gold of every kind; only a refusal may come."""
    path = folder / "upload"
    path.write_bytes(content)
    items = ItemTable((item_columns([b"a", b"b"], sizes=np.zeros((2, 2))),))
    for kind, within in product((ONE, SEVERAL, OBJECTS), (None, spans.from_pairs([(0, 2)]))):
        project = Project(items=items, classes=CLASSES, within=within, known=spans.NOTHING)
        with refusing():
            labels, _, problems = read_labels(path, project, kinds=(kind,))
            assert labels.problems == problems.total >= len(problems.kept)
            assert set(labels.items.tolist()) <= {0, 1}
            assert all(msgspec.json.encode(one) for one in problems.kept)
    with refusing():
        taken = read_items(path, after=items, media={})
        assert all(msgspec.json.encode(one) for one in taken.problems.kept)
        assert taken.notes is None or len(taken.notes.texts) == len(taken.columns)


@contextmanager
def refusing() -> Iterator[None]:
    """Let a refusal pass that says why."""
    with suppress(UnreadableFile):
        try:
            yield
        except UnreadableFile as refused:
            if not (refused.code and refused.message):
                raise AssertionError("a refusal without words") from refused
            raise
