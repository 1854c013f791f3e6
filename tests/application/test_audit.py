"""An examination finds the first line that is not as it was recorded, and says why."""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

import msgspec
import pytest

from labelmarket.application.audit import Examination, Finding, Line, actor_in, link
from labelmarket.application.mapping import FactMapper
from labelmarket.domain.facts import FACTS

ONE, OTHER = UUID(int=1), UUID(int=2)
ENVELOPE = {
    "actor": "somebody",
    "organisation_id": None,
    "token_id": None,
    "command_id": "c",
    "correlation_id": "c",
    "causation_id": None,
    "policy_version": 1,
    "traceparent": None,
}
STATE = msgspec.json.encode({"timestamp": "2026-03-01T12:00:00Z", "envelope": ENVELOPE})


def line(position: int, stream: UUID, version: int, *, before: int | None = None) -> Line:
    return Line(
        position=position,
        originator_id=stream,
        originator_version=version,
        topic="BatchApproved",
        state=STATE,
        project_id=OTHER if version == 2 else None,
        provider_id=None,
        organisation_id=None,
        recorded_at_us=1_000_000 * position,
        chain=b"",
        before=before,
    )


def chained(lines: Iterable[Line]) -> list[Line]:
    """The lines with the hashes that they have when they are recorded in this order."""
    head, done = b"", []
    for one in lines:
        head = link(head, one)
        done.append(replace(one, chain=head))
    return done


def log() -> list[Line]:
    return [
        line(1, ONE, 1),
        line(2, OTHER, 1),
        line(5, ONE, 2, before=1),
        line(6, ONE, 3, before=5),
    ]


def examine(lines: Iterable[Line]) -> Finding | None:
    examination = Examination(FactMapper(FACTS))
    for one in lines:
        if (finding := examination.look(one)) is not None:
            return finding
    return None


def problem(lines: Iterable[Line]) -> tuple[int, str]:
    finding = examine(lines)
    assert finding is not None
    return finding.position, " / ".join(finding.problems)


def test_a_log_with_skipped_positions_is_sound() -> None:
    examination = Examination(FactMapper(FACTS))
    lines = chained(log())

    assert [examination.look(one) for one in lines] == [None] * 4

    assert (examination.facts, examination.position) == (4, 6)
    assert examination.chain == lines[-1].chain
    assert examination.missing(6) is None


@pytest.mark.parametrize(
    "change",
    [
        {"state": STATE.replace(b"somebody", b"somebodx")},
        {"topic": "BatchRevoked"},
        {"recorded_at_us": 5_000_001},
        {"project_id": None},
        {"provider_id": ONE},
        {"project_id": None, "provider_id": OTHER},
        {"chain": b"\x00" * 32},
        {"originator_id": UUID(int=3)},
    ],
)
def test_a_line_that_was_changed_breaks_the_chain_there(change: dict[str, object]) -> None:
    lines = chained(log())
    lines[2] = replace(lines[2], **change)  # type: ignore[arg-type] # any one field

    position, words = problem(lines)

    assert position == 5
    assert "the hash chain breaks behind 2" in words


def test_a_line_that_is_missing_breaks_the_chain_behind_it() -> None:
    lines = chained(log())

    position, words = problem([lines[0], *lines[2:]])

    assert position == 5
    assert "the hash chain breaks behind 1" in words


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (line(6, ONE, 3), "version 2 is missing"),
        (line(6, ONE, 3, before=9), "version 2 stands at 9"),
        (line(6, ONE, 0), "0 is no number"),
        (line(5, ONE, 3, before=1), "positions do not rise"),
        (replace(line(6, ONE, 3, before=5), recorded_at_us=4_999_999), "recorded before 5"),
        (replace(line(6, ONE, 3, before=5), recorded_at_us=None), "its recording is none"),
        (replace(line(6, ONE, 3, before=5), state=b"{"), "cannot be read"),
        (replace(line(6, ONE, 3, before=5), state=b"[" * 100_000), "cannot be read"),
        (replace(line(6, ONE, 3, before=5), topic="os.system"), "cannot be read"),
    ],
)
def test_a_forged_line_with_a_right_hash_is_found_by_what_it_says(bad: Line, words: str) -> None:
    position, said = problem(chained([*log()[:3], bad]))

    assert position == bad.position
    assert words in said
    assert "chain" not in said


def test_a_log_that_lost_its_end_is_found_by_what_others_took_in() -> None:
    examination = Examination(FactMapper(FACTS))
    for one in chained(log())[:3]:
        examination.look(one)

    finding = examination.missing(6)

    assert finding is not None
    assert finding.position == 6
    assert finding.problems[0].startswith("the log ends at 5")


def test_the_actor_of_a_fact_is_read_even_when_the_fact_cannot_be() -> None:
    assert actor_in(STATE) == "somebody"
    assert actor_in(b'{"envelope": {"actor": "x"}, "unheard": 1}') == "x"
    assert actor_in(b'{"envelope": null}') is None
    assert actor_in(b"\xff") is None
