"""Files in and out over HTTP, by signed links, in full or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.application.access import Viewer
from labelmarket.application.labels import BlobStoreFull
from labelmarket.domain.access_token import Role
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice

CONTENT = b"\x89PNG\r\n\x1a\n" + b"picture" * 50_000
DIGEST = sha256(CONTENT).hexdigest()


@pytest.fixture
def viewer(market: MemoryOffice) -> Viewer:
    viewer = market.office.authenticate(market.token(Role.CUSTOMER))
    assert viewer is not None
    return viewer


def link(market: MemoryOffice, viewer: Viewer, *, sha256: str | None = DIGEST) -> str:
    made = market.office.links.for_upload(
        viewer, name="ünïcode & co.png", size_bytes=len(CONTENT), sha256=sha256
    )
    return made.path


def put(client: Client, path: str, content: bytes | Iterator[bytes]) -> tuple[int, str]:
    answer = client.send("PUT", path, content=content)
    return answer.status_code, str(answer.json().get("code", ""))


def kept(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_an_upload_is_kept_and_given_out_as_it_came(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    answer = nobody.send("PUT", link(market, viewer), content=CONTENT)
    assert (answer.status_code, answer.json()) == (201, {"sha256": DIGEST, "bytes": len(CONTENT)})
    found = nobody.send("GET", market.office.links.for_media(viewer, DIGEST))
    assert found.content == CONTENT
    assert found.headers["content-type"] == "image/png"
    part = nobody.send(
        "GET", market.office.links.for_media(viewer, DIGEST), headers={"range": "bytes=0-7"}
    )
    assert (part.status_code, part.content) == (206, CONTENT[:8])


def test_an_upload_sent_again_ends_the_same(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    path = link(market, viewer, sha256=None)
    assert put(nobody, path, CONTENT) == (201, "")
    assert put(nobody, path, CONTENT) == (201, "")
    assert put(nobody, path, CONTENT[::-1]) == (409, "CONFLICT")


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        (CONTENT[:-1], (400, "TRUNCATED")),
        (CONTENT + b"x", (413, "TOO_LARGE")),
        (CONTENT[::-1], (422, "DIGEST_MISMATCH")),
    ],
    ids=["short", "long", "different"],
)
@pytest.mark.parametrize("announced", [True, False])
def test_other_bytes_than_were_announced_leave_nothing_behind(
    market: MemoryOffice,
    nobody: Client,
    viewer: Viewer,
    *,
    tmp_path: Path,
    content: bytes,
    refused: tuple[int, str],
    announced: bool,
) -> None:
    path = link(market, viewer)
    pieces = [content[n : n + 65_536] for n in range(0, len(content), 65_536)]

    async def streamed() -> object:
        for piece in pieces:
            yield piece

    sent = content if announced else streamed()
    assert put(nobody, path, sent) == refused  # type: ignore[arg-type]
    assert kept(tmp_path) == []


def test_a_link_that_was_changed_opens_nothing(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    path = link(market, viewer)
    other = urlsplit(link(market, viewer)).path
    for forged in (
        path.replace("bytes=", "bytes=9"),
        f"{other}?{urlsplit(path).query}",
        urlsplit(path).path,
        path + "&bytes=5",
    ):
        assert put(nobody, forged, CONTENT) == (403, "FORBIDDEN")
    media = market.office.links.for_media(viewer, DIGEST)
    assert nobody.send("GET", media.replace(DIGEST, DIGEST[::-1])).status_code == 403


def test_a_link_ends(market: MemoryOffice, nobody: Client, viewer: Viewer) -> None:
    path, media = link(market, viewer), market.office.links.for_media(viewer, DIGEST)
    market.play.clock.pass_by(timedelta(hours=1))
    assert put(nobody, path, CONTENT) == (403, "FORBIDDEN")
    assert nobody.send("GET", media).status_code == 403


def test_a_file_that_is_not_there_is_not_found(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    answer = nobody.send("GET", market.office.links.for_media(viewer, "0" * 64))
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


def test_what_is_no_picture_is_given_out_as_a_download(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    digest = market.blobs.put(b"<script>alert(1)</script>")
    found = nobody.send("GET", market.office.links.for_media(viewer, digest))
    assert found.headers["content-type"] == "application/octet-stream"
    assert found.headers["content-disposition"].startswith("attachment")


def test_a_full_store_says_so(
    market: MemoryOffice, nobody: Client, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise BlobStoreFull("the disk of the blob store is full")

    monkeypatch.setattr(LocalBlobs, "receive", full)
    assert put(nobody, link(market, viewer), CONTENT) == (507, "STORE_FULL")


def test_a_text_is_given_out_as_plain_text_by_its_own_digest(
    market: MemoryOffice, nobody: Client, viewer: Viewer
) -> None:
    # Given two texts, one of which looks like a page
    table = market.blobs.put(b"id,text\na,<script>alert(1)</script>\nb,\xc3\xbcber\n")
    read = market.office.files.read_items(table, after=(), media={})
    page, other = market.office.files.items((read.digest,), first=0, count=2)
    links = market.office.links
    # When they are fetched by their links
    found = [
        nobody.send("GET", links.for_media(viewer, one.media, text=one.text))
        for one in (page, other)
    ]
    # Then they come as plain text, and each fetch is remembered by the digest of its text
    assert [one.text for one in found] == ["<script>alert(1)</script>", "über"]
    assert {one.headers["content-type"] for one in found} == {"text/plain; charset=utf-8"}
    assert [fetch.digest for fetch, _ in market.fetches] == [page.media, other.media]
    # And a link of one text opens no other, nor one that is not there
    crossed = nobody.send("GET", links.for_media(viewer, page.media, text=other.text))
    bare = nobody.send("GET", links.for_media(viewer, page.media))
    assert (crossed.status_code, bare.status_code) == (404, 404)
    assert len(market.fetches) == 2
