"""Kernels, evaluation, formats and the report, against the libraries that people use for them."""

from collections.abc import Iterator

from benchmarks import (
    metrics_command,
    metrics_evaluation,
    metrics_formats,
    metrics_kernels,
    metrics_report,
)
from benchmarks.rows import Row


def rows() -> Iterator[Row]:
    yield from metrics_kernels.rows()
    yield from metrics_evaluation.rows()
    yield from metrics_formats.rows()
    yield from metrics_report.rows()
    yield from metrics_command.rows()
