"""Places in the log as clients see them: one word, good for one database only."""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from uuid import UUID

from labelmarket.graphql.errors import INVALID_INPUT, POSITION_UNKNOWN, CodedError

IDENTITY_BYTES = 6
NUMBER_BYTES = 8
NUMBER_MAX = (1 << 63) - 1


@dataclass(frozen=True, slots=True)
class Positions:
    """Writes and reads positions of the database with this identity."""

    identity: UUID

    def encode(self, number: int) -> str:
        packed = self.identity.bytes[:IDENTITY_BYTES] + number.to_bytes(NUMBER_BYTES)
        return urlsafe_b64encode(packed).decode().rstrip("=")

    def decode(self, text: str) -> int:
        """Raises INVALID_INPUT for what is no position, POSITION_UNKNOWN for a foreign one."""
        packed = _unpacked(text)
        number = int.from_bytes(packed[IDENTITY_BYTES:])
        if len(packed) != IDENTITY_BYTES + NUMBER_BYTES or number > NUMBER_MAX:
            raise CodedError("this is not a position", code=INVALID_INPUT)
        if packed[:IDENTITY_BYTES] != self.identity.bytes[:IDENTITY_BYTES]:
            raise CodedError("this position belongs to another database", code=POSITION_UNKNOWN)
        return number


def _unpacked(text: str) -> bytes:
    try:
        return urlsafe_b64decode((text + "=" * (-len(text) % 4)).encode("ascii"))
    except (ValueError, binascii.Error):
        return b""
