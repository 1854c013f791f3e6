"""Where files come in and go out, by links that carry their own permission."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


class LinkRefused(Exception):
    """The link was not signed by this market, was changed, or has ended, as its reason may have."""


class Truncated(Exception):
    """Fewer bytes came than were announced; nothing of them is kept."""


class AlreadyArrived(Exception):
    """The upload ended in other bytes before; those stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenOut:
    """A file, or the UTF-8 of a text; one that is to be kept under a name has one."""

    content: Path | bytes
    name: str = ""


class FileDesk(Protocol):
    """Takes uploads and gives out files."""

    async def receive(
        self,
        upload_id: str,
        query: str,
        chunks: AsyncIterator[bytes],
        *,
        bytes_declared: int | None,
    ) -> Received:
        """Store what comes, in full or not at all.

        Raises LinkRefused, TooLarge, Truncated, DigestMismatch, AlreadyArrived and
        BlobStoreFull.
        """
        ...

    def open(self, digest: str, query: str) -> GivenOut:
        """Give what a link leads to. Raises LinkRefused, BlobMissing, Unavailable."""
        ...
