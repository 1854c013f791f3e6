"""What the command line calls: the play with a screen, a summary, and an exit code."""

import logging
import sys
from enum import StrEnum
from pathlib import Path

from rich.console import Console

from labelmarket.demo.coco import UnusableFile, check_coco
from labelmarket.demo.material import check_images
from labelmarket.demo.plain import PlainScreen
from labelmarket.demo.play import play
from labelmarket.demo.screen import LiveScreen
from labelmarket.demo.shared import SharedSummary, play_shared
from labelmarket.demo.sign_in import Introduce, to_nobody
from labelmarket.demo.stage import PlayFailed
from labelmarket.demo.summary import Summary


class Scenario(StrEnum):
    """What is played."""

    CASCADE = "cascade"
    SHARED = "human-and-machine"


__all__ = ["Scenario", "UnusableFile", "check_coco", "check_images", "run"]


def run(
    *,
    address: str,
    operator_token: str,
    coco: Path | None,
    images: Path | None,
    once: bool,
    as_json: bool,
    scenario: Scenario = Scenario.CASCADE,
    introduce: Introduce = to_nobody,
) -> int:
    """Play once against a server that runs. Gives 0, 1 when a step failed, 2 for a bad file.

    Progress goes to stderr, drawn where that is a terminal; with `as_json` it is always
    plain lines there, and the summary is one line on stdout. `introduce` is told of each account.
    """
    # A line for every request would drown the play.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    drawn = sys.stderr.isatty() and not as_json
    try:
        with LiveScreen(Console(stderr=True)) if drawn else PlainScreen(sys.stderr) as screen:
            summary: Summary | SharedSummary
            if scenario is Scenario.SHARED:
                summary = play_shared(address, operator_token, say=screen.say, introduce=introduce)
            else:
                summary = play(
                    address,
                    operator_token,
                    coco=coco,
                    images=images,
                    once=once,
                    say=screen.say,
                    introduce=introduce,
                )
    except UnusableFile as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except PlayFailed as error:
        sys.stderr.write(f"the demo failed: {error}\n")
        return 1
    if as_json:
        sys.stdout.write(summary.as_json().decode() + "\n")
        sys.stdout.flush()
    else:
        sys.stderr.write(f"played in {summary.seconds:.1f} s on {summary.address}\n")
    return 0
