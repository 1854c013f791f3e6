"""`labelmarket report` on a large file: a process of its own, from the file to the page."""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.metrics_formats import IMAGES, LABELS, write_world
from benchmarks.rows import Row

LIMIT_S = 8.0
LIMIT_MB = 1_500.0
WITHIN_S = 600


def rows() -> Iterator[Row]:
    """Once to fill the cache of compiled kernels, and once measured."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "instances.json"
        write_world(path, images=IMAGES, labels=LABELS)
        page = Path(folder) / "report.html"
        command = [sys.executable, "-m", "labelmarket.cli", "report", str(path)]
        command += ["--html", str(page)]
        _run(command)
        took_s, peak_mb = _run(command)
        size = f"{IMAGES:,} images, {LABELS:,} labels, {page.stat().st_size / 1e6:.1f} MB of page"
    yield Row(
        work=f"labelmarket report, a new process, {size}",
        value=took_s,
        unit="s",
        ratio=LIMIT_S / took_s,
        goal=1.0,
    )
    yield Row(
        work="the same, peak memory",
        value=peak_mb,
        unit="MB",
        ratio=LIMIT_MB / peak_mb,
        goal=1.0,
    )


WATCH = f"""
import resource, subprocess, sys, time
began, quiet = time.perf_counter(), subprocess.DEVNULL
subprocess.run(sys.argv[1:], check=True, stdout=quiet, stderr=quiet, timeout={WITHIN_S})
print(time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
"""A small process between: a child's peak begins at that of whoever started it."""


def _run(command: list[str]) -> tuple[float, float]:
    """Give seconds, and the peak of the process in megabytes."""
    watch = [sys.executable, "-c", WATCH, *command]
    shown = subprocess.run(watch, capture_output=True, check=True, text=True)
    took_s, peak_kb = map(float, shown.stdout.split())
    return took_s, peak_kb / 1_000
