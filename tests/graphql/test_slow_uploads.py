"""An upload that comes by drops ends, however steadily it drops."""

import asyncio
from collections.abc import AsyncIterator

import anyio
import pytest

from labelmarket.application.file_desk import Truncated
from labelmarket.web import files


def test_a_sender_that_sends_by_drops_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SILENT_S_MAX", 0.2)

    async def drops() -> AsyncIterator[bytes]:
        while True:
            yield b"."
            await asyncio.sleep(0.02)

    async def take() -> None:
        async with asyncio.timeout(5):
            async for _ in files._in_time(drops()):
                pass

    with pytest.raises(Truncated):
        anyio.run(take)
