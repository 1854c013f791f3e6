"""What an honest log looks like: one chain, whole streams, time that never falls."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent

from labelmarket.application.mapping import FactMapper, FactUnreadable


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A row of the log with what holds it in place.

    `recorded_at_us` counts microseconds since 1970, and is None for a moment that no clock
    shows. `before` is the position of the fact before it in its stream, None without one.
    """

    position: int
    originator_id: UUID
    originator_version: int
    topic: str
    state: bytes
    project_id: UUID | None
    provider_id: UUID | None
    organisation_id: UUID | None
    recorded_at_us: int | None
    chain: bytes
    before: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The first place where the log is not as it was written, and what is wrong there."""

    position: int
    problems: tuple[str, ...]


def link(head: bytes, line: Line) -> bytes:
    """The hash of a line and of all before it, as `market.append` makes it.

    `head` is the hash of the line before, empty for the first one.
    """
    return sha256(
        head
        + _number(line.position, size=8)
        + line.originator_id.bytes
        + _number(line.originator_version, size=8)
        + _number(line.recorded_at_us or 0, size=8)
        + _optional(line.project_id)
        + _optional(line.provider_id)
        + _optional(line.organisation_id)
        + _sized(line.topic.encode())
        + _sized(line.state)
    ).digest()


class Examination:
    """Looks at one line after the other, from the first; remembers the last one only."""

    def __init__(self, mapper: FactMapper) -> None:
        self._mapper = mapper
        self.facts = 0
        self.position = 0
        self.chain = b""
        self._recorded_at_us: int | None = None

    def look(self, line: Line) -> Finding | None:
        """What is wrong with the next line, if anything is; then there is no going on."""
        problems = tuple(self._problems(line))
        if problems:
            return Finding(position=line.position, problems=problems)
        self.facts += 1
        self.position = line.position
        self.chain = line.chain
        self._recorded_at_us = line.recorded_at_us
        return None

    def missing(self, promised: int) -> Finding | None:
        """What is wrong at the end: others took in a fact that is not there any more."""
        if promised <= self.position:
            return None
        words = f"the log ends at {self.position}, but this fact was recorded or taken in"
        return Finding(position=promised, problems=(words,))

    def _problems(self, line: Line) -> Iterator[str]:
        if line.position <= self.position:
            yield f"positions do not rise: {self.position} comes before it"
        if link(self.chain, line) != line.chain:
            yield (
                f"the hash chain breaks behind {self.position}: "
                "this fact was changed or put in, or one before it is missing"
            )
        yield from self._stream(line)
        if line.recorded_at_us is None:
            yield "the moment of its recording is none"
        elif self._recorded_at_us is not None and line.recorded_at_us < self._recorded_at_us:
            yield f"it was recorded before {self.position}, which precedes it"
        try:
            self._mapper.to_domain_event(
                StoredEvent(line.originator_id, line.originator_version, line.topic, line.state)
            )
        except (FactUnreadable, RecursionError) as error:
            yield f"it cannot be read: {error}"

    @staticmethod
    def _stream(line: Line) -> Iterator[str]:
        version, before = line.originator_version, line.before
        if version < 1:
            yield f"{version} is no number of a fact in its stream"
        elif version > 1 and before is None:
            yield f"its stream has a hole: version {version - 1} is missing"
        elif before is not None and before >= line.position:
            yield f"its stream is out of order: version {version - 1} stands at {before}"


class _Who(msgspec.Struct):
    actor: str


class _Enveloped(msgspec.Struct):
    envelope: _Who | None = None


def actor_in(state: bytes) -> str | None:
    """Who caused a stored fact; None for one that says nothing, or cannot be read."""
    try:
        envelope = msgspec.json.decode(state, type=_Enveloped).envelope
    except (msgspec.MsgspecError, RecursionError):
        return None
    return envelope.actor if envelope else None


def _number(value: int, *, size: int) -> bytes:
    return value.to_bytes(size, "big", signed=True)


def _optional(value: UUID | None) -> bytes:
    return b"\x00" if value is None else b"\x01" + value.bytes


def _sized(value: bytes) -> bytes:
    return _number(len(value), size=4) + value
