"""`labelmarket report` on a large file: a process of its own, from the file to the page."""

import os
import subprocess
import sys
import tempfile
import time
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


def _run(command: list[str]) -> tuple[float, float]:
    """Give seconds, and the peak of the process in megabytes."""
    began = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _, status, used = os.wait4(process.pid, 0)
    except BaseException:
        process.kill()
        process.wait(WITHIN_S)
        raise
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"labelmarket report ended with {process.returncode}"
    return time.perf_counter() - began, used.ru_maxrss / 1_000
