"""The tables of the lanes that run tests name tests that exist, and leave none of theirs out."""

import re
from pathlib import Path

import pytest

from proofs import hostile_cases, whole

ROOT = Path(__file__).resolve().parents[2]
CASES = {**hostile_cases.COVERED, **whole.CASES}
A_TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_tried_by_tests_that_exist(case: str) -> None:
    assert CASES[case]
    for address in CASES[case]:
        path, _, function = address.partition("::")
        text = (ROOT / path).read_text(encoding="utf-8")
        assert f"def {function or 'test_'}" in text, address


def test_each_test_of_a_whole_market_is_of_a_case() -> None:
    folder = ROOT / "tests" / "whole"
    found = {
        f"tests/whole/{path.name}::{function}"
        for path in folder.glob("test_*.py")
        for function in A_TEST.findall(path.read_text(encoding="utf-8"))
    }
    named = {address for case in whole.CASES.values() for address in case}
    assert {one for one in found if not {one, one.partition("::")[0]} & named} == set()
