"""Who fetched which file: one row for each token, file and batch, with how often and when."""

from datetime import datetime

from labelmarket.adapters.postgres.pool import Pool, patiently
from labelmarket.application.fetching import Fetch

# Said again with the same moment, as after a lost answer, it counts once.
RECORD = """
INSERT INTO market.fetches AS known
    (token_id, organisation_id, digest, batch_id, first_at, last_at)
VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT (token_id, digest, batch_id) DO UPDATE
SET last_at = EXCLUDED.last_at, times = known.times + 1
WHERE known.last_at < EXCLUDED.last_at
"""


class PostgresFetches:
    """Implements the port `Fetches`."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def record(self, fetch: Fetch, /, *, at: datetime) -> None:
        row = (fetch.token_id, fetch.organisation_id, fetch.digest, fetch.batch_id, at, at)
        patiently(self._pool, lambda c: c.execute(RECORD, row))
