"""Our kernels and their peers, measured in turns in one run, so that noise meets them all alike."""

import gc
import importlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from benchmarks.rows import Row

REPEATS = 5

Work = Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Another program's way to the same result; `work` is None where it is not installed."""

    name: str
    work: Work | None
    floor: float | None = None
    goal: float | None = None


def library(name: str) -> Any | None:  # noqa: ANN401 - any peer's module
    """Load a peer's module, or give None where it is not installed."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name and not name.startswith(missing.name):
            raise
        return None


def against(
    work: str, ours: Work, peers: Sequence[Peer], *, repeats: int = REPEATS
) -> Iterator[Row]:
    """Give a row for each peer; an absent one is said to be so."""
    there = {peer.name: peer.work for peer in peers if peer.work is not None}
    took_s = medians_s({"ours": ours, **there}, repeats=repeats)
    for peer in peers:
        ran = peer.name in took_s
        yield Row(
            work=work if ran else f"NOT RUN, {peer.name} is not installed: {work}",
            value=1_000 * took_s["ours"],
            unit="ms",
            peer=peer.name,
            ratio=took_s[peer.name] / took_s["ours"] if ran else None,
            floor=peer.floor if ran else None,
            goal=peer.goal,
        )


def medians_s(works: Mapping[str, Work], *, repeats: int = REPEATS) -> dict[str, float]:
    """Run each once, then all in turns; results are dropped outside the measured time."""
    for work in works.values():
        work()
    took_s: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, work in works.items():
            gc.collect()
            began = time.perf_counter()
            result = work()
            took_s[name].append(time.perf_counter() - began)
            del result
    return {name: median(times) for name, times in took_s.items()}
