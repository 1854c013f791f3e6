"""How the market is: what works, what lags, what was set aside."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import psycopg

from labelmarket.adapters.postgres.clock import ServerClock
from labelmarket.adapters.postgres.feed import progress
from labelmarket.adapters.postgres.jobs import quarantined
from labelmarket.adapters.postgres.pool import Pool
from labelmarket.adapters.postgres.reactions import errors, set_aside
from labelmarket.application.views.all import VIEWS

LAG_FACTS_MAX = 10_000

HEAD = "SELECT coalesce(max(notification_id), 0) FROM market.facts"
JOBS = "SELECT state, count(*) FROM market.jobs GROUP BY state"
VERSIONS = {view.name: view.version for view in VIEWS}
TIMERS = "SELECT count(*) FROM market.timers"


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketHealth:
    pool: Pool
    clock: ServerClock
    blobs: Path
    valkey: Callable[[], str] = lambda: "not looked at"
    """Shown only: without Valkey the market goes on, and jobs wait."""

    def look(self) -> dict[str, Any]:
        """What `/readyz` and `/metrics` tell; `ready` is the short answer."""
        try:
            found = self._database()
        except psycopg.Error as error:
            return {"ready": False, "database": type(error).__name__}
        # A process that nobody asks anything stays ready.
        self.clock.set_when_old()
        found["clockAgeSeconds"] = round(self.clock.age_s, 3)
        found["blobStore"] = self._blob_store()
        found["valkey"] = self.valkey()
        quarantined_views = any(view["quarantinedAt"] is not None for view in found["views"])
        behind = any(view["lag"] > LAG_FACTS_MAX for view in found["views"])
        # Rows of another version may not be readable here, and are not followed from here.
        strange = any(
            view["version"] != VERSIONS.get(view["view"], view["version"])
            for view in found["views"]
        )
        found["ready"] = (
            bool(found["views"])
            and not quarantined_views
            and not behind
            and not strange
            and not found["reactions"]
            and not found["setAside"]
            and not any(job["standsStill"] for job in found["quarantinedJobs"])
            and self.clock.is_fresh
            and found["blobStore"] == "ok"
        )
        return found

    def _database(self) -> dict[str, Any]:
        with self.pool.connection() as connection:
            head = connection.execute(HEAD).fetchone()
            jobs: dict[str, int] = dict(connection.execute(JOBS).fetchall())
            timers = connection.execute(TIMERS).fetchone()
        assert head is not None and timers is not None
        views = [
            {
                "view": p.view,
                "version": p.version,
                "position": p.position,
                "lag": head[0] - p.position,
                "quarantinedAt": p.quarantined_at,
                "error": p.error,
            }
            for p in progress(self.pool)
        ]
        stuck = [
            {"reaction": name, "position": position, "error": error}
            for name, position, error in errors(self.pool)
        ]
        return {
            "database": "ok",
            "head": head[0],
            "views": views,
            "reactions": stuck,
            "setAside": [asdict(one) for one in set_aside(self.pool)],
            "jobs": jobs,
            "quarantinedJobs": [
                {"job": job.id, "error": job.error, "standsStill": not job.told}
                for job in quarantined(self.pool)
            ],
            "timers": timers[0],
        }

    def _blob_store(self) -> str:
        try:
            with TemporaryFile(dir=self.blobs) as file:
                file.write(b"ok")
        except OSError as error:
            return str(error.strerror)
        return "ok"
