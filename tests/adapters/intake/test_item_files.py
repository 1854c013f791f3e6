"""Files of items in every format that a customer may bring."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labelmarket.adapters.intake.notes import NoteFiles
from labelmarket.application.labels import (
    TEXT_BYTES_MAX,
    TEXTS_PAGE_MAX,
    BlobMissing,
    TextPlace,
    UnreadableFile,
)
from tests.adapters.intake.uploads import Uploads, codes

TABLE = 'id,text,group\n1,"Nice, really",a\n2,Where is it?,b\n'


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(tmp_path)


def keys_and_texts(uploads: Uploads) -> list[tuple[str, str | None]]:
    items = uploads.items()
    texts = uploads.texts([one.ordinal for one in items])
    return [(item.key, text) for item, text in zip(items, texts, strict=True)]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        b"\xef\xbb\xbf" + TABLE.encode(),
        TABLE.encode("utf-16"),
        b"\xfe\xff" + TABLE.encode("utf-16-be"),
        TABLE.replace("\n", "\r\n").encode(),
        b'id\ttext\n1\t"Nice, really"\n2\tWhere is it?\n',
        b'ID;Text\n1;"Nice, really"\n2;Where is it?\n',
        b'{"id": 1, "text": "Nice, really"}\n{"id": "2", "text": "Where is it?"}\n',
        b'\xef\xbb\xbf{"id": 1, "text": "Nice, really"}\n\n{"id": 2, "text": "Where is it?"}',
        b'[{"id": 1, "text": "Nice, really"},\n {"id": 2, "text": "Where is it?", "more": [1]}]',
    ],
    ids=["utf-8", "mark", "utf-16", "big", "crlf", "tab", "semicolon", "lines", "marked", "list"],
)
def test_texts_come_in_tables_and_in_objects(uploads: Uploads, content: bytes) -> None:
    read = uploads.add(content)

    assert (read.items, read.problems_total) == (2, 0)
    assert keys_and_texts(uploads) == [("1", "Nice, really"), ("2", "Where is it?")]


def test_a_plain_list_names_items(uploads: Uploads) -> None:
    read = uploads.add("a.jpg\n\n  b c.jpg \na.jpg\n")

    assert [one.key for one in uploads.items()] == ["a.jpg", "b c.jpg"]
    assert codes(read) == [(4, "a.jpg", "DUPLICATE_ITEM")]


def test_files_are_items_with_their_address_size_and_group(uploads: Uploads) -> None:
    uploads.add("key,uri,width,height,group\nx,s3://b/x.jpg,640,480.5,walk 1\n,s3://b/y.jpg,,,\n")

    x, y = uploads.items()
    assert (x.key, x.uri, x.width, x.height, x.group) == ("x", "s3://b/x.jpg", 640, 480.5, "walk 1")
    assert (y.key, y.uri, y.width, y.height, y.group) == ("s3://b/y.jpg", "s3://b/y.jpg", 0, 0, "")
    assert (x.text, x.media) == (None, "")


def test_each_bad_row_is_named_and_the_others_stay(uploads: Uploads) -> None:
    uploads.add("key\nold\n")
    long = "x" * (TEXT_BYTES_MAX + 1)
    table = f"id,text,width\n,lost,\na,one,\na,again,\nb,,\nc,{long},\nd,n\0ul,\ne,five,wide\n"

    read = uploads.add(f'{table}f,six\nold,known,\n{"k" * 1025},seven,\ng,"two\nlines",5\n')

    assert codes(read) == [
        (2, "", "NO_KEY"),
        (4, "a", "DUPLICATE_ITEM"),
        (5, "b", "NO_TEXT"),
        (6, "c", "BAD_TEXT"),
        (7, "d", "BAD_TEXT"),
        (8, "e", "WRONG_TYPE"),
        (9, "", "WRONG_SHAPE"),
        (11, "k" * 300, "BAD_KEY"),
        (10, "old", "DUPLICATE_ITEM"),
    ]
    assert keys_and_texts(uploads) == [("old", None), ("a", "one"), ("g", "two\nlines")]


def test_each_bad_object_is_named_and_the_others_stay(uploads: Uploads) -> None:
    lines = [
        '{"id": "a", "text": "one"}',
        '{"text": "no key"}',
        '{"id": "b", "text": 5}',
        '{"id": "c", "text": ["no word"]}',
        '{"id": "d", "id": "d"}',
        '{"id": "e", "text": "n\\u0000ul"}',
        '{"id": "f", "text": "cut',
        "[1]",
        '{"id": "g", "text": "\\ud800"}',
        '{"id": true}',
        '{"id": "h", "width": -1, "text": "x"}',
    ]

    read = uploads.add("\n".join(lines))

    assert [(row, code) for row, _, code in codes(read)] == [
        (2, "NO_KEY"),
        (4, "WRONG_TYPE"),
        (5, "DUPLICATE_KEY"),
        (6, "BAD_TEXT"),
        (7, "NOT_JSON"),
        (8, "WRONG_TYPE"),
        (9, "NOT_JSON"),
        (10, "WRONG_TYPE"),
        (11, "OUT_OF_RANGE"),
    ]
    assert keys_and_texts(uploads) == [("a", "one"), ("b", "5")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "EMPTY_FILE"),
        (b"PK\x03\x04rest", "ARCHIVE"),
        (b"\x1f\x8b\x08rest", "ARCHIVE"),
        (b"x" * 257 + b"ustar", "ARCHIVE"),
        (("id,text\n" * 9).encode("utf-16-le"), "NOT_TEXT"),
        ("id,text\n1,a\n".encode("utf-32"), "NOT_TEXT"),
        ('{"images": []}'.encode("utf-16"), "NOT_JSON"),
        (b"id,text\n1,\xe9t\xe9\n", "NOT_TEXT"),
        (b'id,text\n1,"open\n', "NOT_CSV"),
        (b"name,words\n1,a\n", "WRONG_SHAPE"),
        (b"text\nno key\n", "WRONG_SHAPE"),
        (b"id,id\n1,2\n", "WRONG_SHAPE"),
        (b'{"images": [}', "NOT_JSON"),
        (b'{"images": 1}', "WRONG_SHAPE"),
        (b"<html></html>", "UNKNOWN_FORMAT"),
        (b"<annotation/>", "WRONG_SHAPE"),
        (b'[{"image_id": 1, "category_id": 2}]', "WRONG_SHAPE"),
    ],
)
def test_a_file_that_lists_no_items_is_refused_whole(
    uploads: Uploads, content: bytes, code: str
) -> None:
    with pytest.raises(UnreadableFile) as refused:
        uploads.add(content)

    assert refused.value.code == code


def test_a_text_is_named_by_its_own_digest_and_read_by_its_place(uploads: Uploads) -> None:
    uploads.add(TABLE)
    first, second = uploads.items()
    notes = NoteFiles(uploads.blobs)

    assert first.media == sha256(b"Nice, really").hexdigest()
    assert first.text is not None
    assert notes.text(first.media, first.text) == b"Nice, really"
    for wrong in (
        second.text or first.text,
        TextPlace(file=first.text.file, index=9),
        TextPlace(file=first.text.file, index=-2),
    ):
        with pytest.raises(BlobMissing):
            notes.text(first.media, wrong)


def test_the_same_text_twice_is_seen_as_such(uploads: Uploads) -> None:
    uploads.add("id,text\n1,same\n2,same\n3,other\n")

    one, two, three = uploads.items()
    assert one.media == two.media != three.media


def test_an_item_has_a_text_or_a_file_and_not_both(uploads: Uploads) -> None:
    digest = uploads.put("a file")

    read = uploads.add(
        "id,text,uri\n1,words,\n2,,x.jpg\n", **{"1": digest, "2": digest, "3": digest}
    )

    assert codes(read) == [(2, "1", "TEXT_AND_MEDIA"), (-1, "3", "UNKNOWN_ITEM")]
    assert [one.media for one in uploads.items()] == [sha256(b"words").hexdigest(), digest]


def test_texts_are_given_in_the_order_asked_for_over_manifests_of_every_kind(
    uploads: Uploads,
) -> None:
    uploads.add(json.dumps({"images": [{"id": 1, "file_name": "old.jpg"}]}))
    uploads.add("id,text\n1,one\n2,two\n")
    uploads.add("x\n")
    uploads.add('{"id": "3", "text": "drei 🙂"}')

    assert uploads.texts([4, 0, 2, 3, 2]) == ("drei 🙂", None, "two", None, "two")
    with pytest.raises(ValueError, match="no item"):
        uploads.texts([5])
    with pytest.raises(ValueError, match="at most"):
        uploads.texts([0] * (TEXTS_PAGE_MAX + 1))


def test_manifests_without_notes_are_stored_as_before(uploads: Uploads) -> None:
    read = uploads.add("a\nb\n")

    assert uploads.columns.notes(read.digest) is None
    assert (
        sum(path.is_file() for path in uploads.blobs.path(read.digest).parents[1].rglob("*")) == 2
    )


def test_reading_the_same_items_again_gives_the_same_digest(tmp_path: Path) -> None:
    one, other = Uploads(tmp_path / "one"), Uploads(tmp_path / "other")

    assert one.add(TABLE).digest == other.add(TABLE).digest


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), max_size=20)


@given(texts=st.lists(words.filter(str.strip), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_texts_come_back_as_they_were_given(tmp_path: Path, texts: list[str]) -> None:
    uploads = Uploads(tmp_path)
    lines = (json.dumps({"key": f"k{n}", "text": text}) for n, text in enumerate(texts))

    uploads.add("\n".join(lines))

    assert list(uploads.texts(range(len(texts)))) == texts
