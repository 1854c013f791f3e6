"""The console as the server gives it: its pages, its files, and what browsers may do with them."""

import gzip
import re
from pathlib import Path

import pytest

from labelmarket.web.console import BUNDLE, policy
from tests.graphql.conftest import Client

HASHED = re.compile(r"/assets/[\w.-]+-[\w-]{8}\.(?:js|css|svg)")
MAIN_BYTES_MAX = 200_000


def assets(page: str) -> list[str]:
    return HASHED.findall(page)


@pytest.mark.parametrize("path", ["/", "/projects", "/projects/UHJvamVjdDox", "/offers/a/b"])
def test_every_address_of_the_console_is_the_one_page(nobody: Client, path: str) -> None:
    answer = nobody.send("GET", path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert '<div id="root">' in answer.text


@pytest.mark.parametrize(
    "path",
    ["/nowhere", "/project", "/graphql/x", "/files/", "/assets", "/healthz/x", "/index.html"],
)
def test_no_other_address_is_taken_for_the_page(nobody: Client, path: str) -> None:
    assert nobody.send("GET", path).status_code == 404


def test_files_of_the_page_are_named_by_their_content_and_kept_for_ever(nobody: Client) -> None:
    found = assets(nobody.send("GET", "/").text)
    assert {Path(name).suffix for name in found} == {".js", ".css", ".svg"}
    for name in found:
        answer = nobody.send("GET", name)
        assert answer.status_code == 200
        assert answer.content == (BUNDLE / name.lstrip("/")).read_bytes()
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name",
    ["..%2Findex.html", "%2e%2e/build.json", "../build.json", "..%5C..%5Csettings.py", "index.js"],
)
def test_nothing_but_a_built_file_can_be_named(nobody: Client, name: str) -> None:
    assert nobody.send("GET", f"/assets/{name}").status_code == 404


def test_an_unchanged_page_is_not_sent_again(nobody: Client) -> None:
    etag = nobody.send("GET", "/").headers["etag"]
    again = nobody.send("GET", "/projects", headers={"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")


def test_whoever_cannot_unpack_gets_the_plain_file(nobody: Client) -> None:
    packed = nobody.send("GET", "/", headers={"accept-encoding": "gzip"})
    plain = nobody.send("GET", "/", headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content


def test_the_page_runs_its_own_scripts_and_speaks_to_its_own_server_alone(nobody: Client) -> None:
    answer = nobody.send("GET", "/", headers={"host": "market.example:8000"})
    rules = dict(
        rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";")
    )
    assert rules == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "connect-src": "'self' ws://market.example:8000 wss://market.example:8000",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "form-action": "'none'",
    }
    assert answer.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["", "a;script-src *", "a b", "a,b", "*", "a\r\nb", "'self'"])
def test_a_host_that_is_none_adds_nothing_to_the_policy(host: str) -> None:
    assert "connect-src 'self';" in policy(host)


def test_the_page_holds_no_inline_script_or_style(nobody: Client) -> None:
    page = nobody.send("GET", "/").text
    assert re.findall(r"<script(?![^>]* src=)", page) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", page) == []
    assert "://" not in page


def test_what_a_browser_loads_first_is_small() -> None:
    packed = [gzip.compress(path.read_bytes()) for path in (BUNDLE / "assets").glob("*.*s")]
    assert sum(map(len, packed)) <= MAIN_BYTES_MAX


def test_the_bundle_holds_no_source_maps() -> None:
    files = [path for path in BUNDLE.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix == ".map"]
    assert not [path for path in files if b"sourceMappingURL" in path.read_bytes()]
