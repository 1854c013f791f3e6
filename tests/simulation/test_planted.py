"""A mistake planted in the outside, or in the market's own code, is found within a few seeds."""

import pytest

from labelmarket.application import timing
from simulation.run import Ended, Parts, run
from tests.simulation.broken_parts import (
    FollowSkippingReactions,
    FollowSkippingViews,
    FollowUnlocked,
    ForgetfulFacts,
    WallClock,
    give_or_drop,
)

SEEDS_MAX = 25
STEPS = 700


def found(parts: Parts) -> Ended | None:
    """The first seed that finds a broken promise."""
    endings = (run(seed, steps=STEPS, parts=parts) for seed in range(SEEDS_MAX))
    return next((ended for ended in endings if ended.failure), None)


@pytest.mark.parametrize(
    "parts",
    [
        pytest.param(Parts(follow=FollowSkippingViews), id="a view skips one fact"),
        pytest.param(Parts(follow=FollowSkippingReactions), id="a reaction skips one fact"),
        pytest.param(Parts(follow=FollowUnlocked), id="two lead one view"),
        pytest.param(Parts(facts=ForgetfulFacts), id="the append ignores the key"),
        pytest.param(Parts(clock=WallClock), id="a machine's own clock judges"),
    ],
)
def test_a_planted_mistake_is_found(parts: Parts) -> None:
    ended = found(parts)

    assert ended is not None
    assert ended.lines


def test_a_timer_that_is_dropped_when_it_fires_early_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(timing, "give_all", give_or_drop)

    ended = found(Parts())

    assert ended is not None
