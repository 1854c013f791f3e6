"""The routes that tell how the market is: alive, ready, and in numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from labelmarket.graphql.hub import Hub
from labelmarket.graphql.threads import Threads
from labelmarket.web.manners import Tally

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


class Health(Protocol):
    def look(self) -> dict[str, Any]:
        """What there is to tell, as JSON; `ready` is the short answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRoutes:
    health: Health
    threads: Threads
    hub: Hub
    tally: Tally

    async def alive(self, _request: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(self, _request: Request) -> Response:
        found = await self.threads.look(self.health.look)
        return JSONResponse(
            found,
            status_code=200 if found["ready"] else 503,
            headers={"cache-control": "no-store"},
        )

    async def metrics(self, _request: Request) -> Response:
        found = await self.threads.look(self.health.look)
        lines = "\n".join(_lines(found, self.tally, subscriptions=self.hub.listeners))
        return Response(lines + "\n", media_type=PROMETHEUS)


def _lines(found: Mapping[str, Any], tally: Tally, *, subscriptions: int) -> Iterator[str]:
    """Numbers in the text format of Prometheus; what could not be looked at is left out."""
    yield from _metric("ready", "gauge", {"": int(found["ready"])})
    if "head" in found:
        views = found["views"]
        positions = {f'view="{one["view"]}"': one["position"] for one in views}
        stopped = {f'view="{one["view"]}"': int(one["quarantinedAt"] is not None) for one in views}
        yield from _metric("facts_head", "gauge", {"": found["head"]})
        yield from _metric("view_position", "gauge", positions)
        yield from _metric("view_quarantined", "gauge", stopped)
        yield from _metric("reactions_failing", "gauge", {"": len(found["reactions"])})
        yield from _metric("reactions_set_aside", "gauge", {"": len(found["setAside"])})
        yield from _metric("jobs", "gauge", {f'state="{s}"': n for s, n in found["jobs"].items()})
        still = sum(job["standsStill"] for job in found["quarantinedJobs"])
        yield from _metric("jobs_standing_still", "gauge", {"": still})
    if "valkey" in found:
        yield from _metric("valkey_answers", "gauge", {"": int(found["valkey"] == "ok")})
    statuses = {f'status="{status}"': n for status, n in sorted(tally.statuses.items())}
    yield from _metric("requests_total", "counter", statuses)
    yield from _metric("subscriptions", "gauge", {"": subscriptions})


def _metric(name: str, kind: str, values: Mapping[str, int]) -> Iterator[str]:
    yield f"# TYPE labelmarket_{name} {kind}"
    for labels, value in values.items():
        yield f"labelmarket_{name}{f'{{{labels}}}' if labels else ''} {value}"
