"""The clients' journal tells what was acknowledged, what was refused, and what nobody knows."""

from pathlib import Path

from proofs.counts import percentile, share_of
from proofs.journal import Journal, read_journal


def test_a_request_is_acknowledged_refused_or_of_unknown_outcome(tmp_path: Path) -> None:
    # Given three requests, of which one never had an answer
    journal = Journal(tmp_path / "journal")
    for key in ("a", "b", "c"):
        asked = {"token": "t", "name": "launchProject", "fields": {}, "select": "position"}
        journal.write({"key": key, **asked})
    journal.write({"key": "b", "refused": "NOT_FOUND"})
    journal.write({"key": "a", "answer": {"position": "1"}})
    # When another process reads it, without anybody having closed it
    found = {promise.key: promise for promise in read_journal(tmp_path / "journal")}
    journal.close()
    # Then each has its outcome
    assert {key: (p.acknowledged, p.refused) for key, p in found.items()} == {
        "a": (True, None),
        "b": (False, "NOT_FOUND"),
        "c": (False, None),
    }


def test_a_small_share_leaves_nothing_out() -> None:
    assert [share_of(30, share=s) for s in (1.0, 0.1, 0.001)] == [30, 3, 1]


def test_a_percentile_is_one_of_the_values() -> None:
    assert percentile([3.0, 1.0, 2.0, 4.0], percent=50) == 2.0
    assert percentile([1.0], percent=95) == 1.0
    assert percentile([], percent=95) == 0.0
    assert percentile([float(n) for n in range(1, 101)], percent=95) == 95.0
