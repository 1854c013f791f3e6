"""The command line's words for the demo's scenarios."""

from pathlib import Path

import pytest

from labelmarket.cli import SCENARIOS, main
from labelmarket.demo.run import Scenario


def test_a_label_file_of_ones_own_goes_with_the_first_scenario_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["demo", "--scenario", "human-and-machine", "--coco", str(tmp_path / "own.json")]
    assert main(words) == 2
    assert "--coco" in capsys.readouterr().err


def test_the_command_line_knows_every_scenario() -> None:
    assert set(SCENARIOS) == set(Scenario)
