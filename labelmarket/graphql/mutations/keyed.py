"""What every mutation's input has."""

import strawberry


@strawberry.input
class Keyed:
    idempotency_key: str | None = strawberry.field(
        default=None,
        description="Asked again under the same key, it is done once and answered the same.",
    )
