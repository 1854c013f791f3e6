"""The hostile lane's table names tests that exist."""

from pathlib import Path

import pytest

from proofs.hostile_cases import COVERED

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("case", COVERED)
def test_every_case_is_tried_by_tests_that_exist(case: str) -> None:
    assert COVERED[case]
    for address in COVERED[case]:
        path, _, function = address.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"def {function or 'test_'}" in text, address
