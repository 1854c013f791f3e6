"""Facts that reactions went on without, on the command line."""

import json
from uuid import uuid4

import pytest

from labelmarket.application.access import MARKET
from labelmarket.bootstrap.core import open_core
from labelmarket.cli import main
from tests.adapters.postgres.scene import Record, append_raw, one, select

ASIDE = """
INSERT INTO market.set_aside (reaction, position, attempts, error)
SELECT 'offer_next_provider', max(notification_id), 5, 'ValueError: no' FROM market.facts
"""


def test_what_was_set_aside_is_listed_and_tried_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with open_core(database_url, name="test", connections_max=2) as core:
        position = core.market.handle(Record(ids=(uuid4(),)), by=MARKET).position
    select(database_url, ASIDE)

    assert main(("reactions", "list", "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {
        "reaction": "offer_next_provider",
        "position": position,
        "attempts": 5,
        "error": "ValueError: no",
    }
    assert main(("reactions", "retry")) == 0

    assert one(database_url, "SELECT count(*) FROM market.set_aside") == 0


def test_what_fails_again_stays_set_aside(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    with open_core(database_url, name="test", connections_max=2) as core:
        append_raw(core, topic="Unheard", state=b"{}")
    select(database_url, ASIDE)

    assert main(("reactions", "retry")) == 1

    assert "FactUnreadable" in capsys.readouterr().err
    assert one(database_url, "SELECT count(*) FROM market.set_aside") == 1
