"""Idempotency keys are kept for a week, and then forgotten."""

from labelmarket.adapters.postgres.pool import Pool

FORGET = """
DELETE FROM market.commands WHERE key IN (
    SELECT key FROM market.commands WHERE recorded_at < clock_timestamp() - interval '7 days'
    ORDER BY recorded_at LIMIT 1000)
"""


def forget_old_keys(pool: Pool) -> int:
    """Forget up to a thousand old keys and give their number."""
    with pool.connection() as connection:
        return connection.execute(FORGET).rowcount
