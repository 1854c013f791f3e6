"""Sign-ins without a token: in a demo, to a browser on its own machine, and nowhere else."""

import inspect
import json
import stat
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.applications import Starlette

import labelmarket.cli
from labelmarket.bootstrap import market as whole_market
from labelmarket.bootstrap.sign_in_book import sign_in_book
from labelmarket.demo.sign_in import SignIn
from labelmarket.web.sign_ins import ADDRESS
from tests.graphql.conftest import Client
from tests.graphql.memory_office import MemoryOffice

HOME = "127.0.0.1"


def ask(
    app: Starlette, *, host: str = "127.0.0.1:8000", client: str = HOME, **headers: str
) -> httpx.Response:
    async def asking() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(client, 50_000))
        async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}") as browser:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            return await browser.get(ADDRESS, headers=sent)

    return anyio.run(asking)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "sign-ins.json"
    path.write_text('[{"role": "CUSTOMER", "name": "a town", "token": "lm_1"}]')
    return path


def test_a_market_offers_nobody_a_sign_in(nobody: Client) -> None:
    assert nobody.send("GET", ADDRESS).status_code == 404
    assert "demo" not in nobody.send("GET", "/").text


def test_no_setting_makes_a_market_offer_one(
    market: MemoryOffice, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LABELMARKET_DEMO", "LABELMARKET_SIGN_INS", "LABELMARKET_DEMO_SIGN_INS"):
        monkeypatch.setenv(name, str(book))
    assert ask(market.web()).status_code == 404


def test_up_and_serve_have_no_way_to_the_sign_ins() -> None:
    started = [word for words in whole_market.children().values() for word in words]
    assert not [word for word in started if "demo" in word]
    for verb in (whole_market.run_up, labelmarket.cli._serve):
        assert "sign_ins" not in inspect.getsource(verb)


def test_a_demo_offers_its_accounts_to_its_own_page(market: MemoryOffice, book: Path) -> None:
    app = market.web(sign_ins=book)
    answer = ask(app, sec_fetch_site="same-origin")
    assert answer.json() == [{"role": "CUSTOMER", "name": "a town", "token": "lm_1"}]
    assert answer.headers["cache-control"] == "no-store"
    page = Client(app, "").send("GET", "/").text
    assert f'<meta name="demo" content="{ADDRESS}" />' in page


@pytest.mark.parametrize("host", ["localhost:8000", "[::1]:8000", "localhost", "127.0.0.1"])
def test_this_machine_has_several_names(market: MemoryOffice, book: Path, host: str) -> None:
    assert ask(market.web(sign_ins=book), host=host).status_code == 200


@pytest.mark.parametrize("client", ["192.0.2.7", "10.0.0.1", "2001:db8::1", "testclient"])
def test_another_machine_gets_nothing(market: MemoryOffice, book: Path, client: str) -> None:
    assert ask(market.web(sign_ins=book), client=client).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1.evil.example"])
def test_a_foreign_name_that_leads_here_gets_nothing(
    market: MemoryOffice, book: Path, host: str
) -> None:
    assert ask(market.web(sign_ins=book), host=host).status_code == 404


def test_a_page_from_elsewhere_gets_nothing(market: MemoryOffice, book: Path) -> None:
    app = market.web(sign_ins=book)
    for site in ("cross-site", "same-site"):
        assert ask(app, sec_fetch_site=site).status_code == 404


def test_before_the_play_has_begun_there_is_nobody(market: MemoryOffice, tmp_path: Path) -> None:
    assert ask(market.web(sign_ins=tmp_path / "not-yet.json")).json() == []


def test_the_book_is_private_and_goes_with_the_demo(tmp_path: Path) -> None:
    with sign_in_book(tmp_path) as book:
        for name in ("a town", "a village"):
            book.write(SignIn(role="CUSTOMER", name=name, token=f"lm_{name}"))
        assert [one["name"] for one in json.loads(book.path.read_text())] == ["a town", "a village"]
        assert stat.S_IMODE(book.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(book.path.parent.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []
