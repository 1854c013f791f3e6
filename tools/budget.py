"""A pytest plugin: the suite says how long it took, and fails when that is over its budget."""

import time

import pytest

BUDGET_S = 360.0
STARTED = pytest.StashKey[float]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--budget-s", type=float, default=BUDGET_S, help="seconds that the whole run may take"
    )


def pytest_configure(config: pytest.Config) -> None:
    config.stash[STARTED] = time.monotonic()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Turn a green run that took too long into a failed one."""
    if session.exitstatus == pytest.ExitCode.OK and over_budget(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    spent_s, budget_s = spent(config), config.getoption("--budget-s")
    line = f"budget: {spent_s:.0f} s of {budget_s:.0f} s used"
    terminalreporter.write_line(f"{line}: OVER BUDGET" if over_budget(config) else line)


def spent(config: pytest.Config) -> float:
    return time.monotonic() - config.stash[STARTED]


def over_budget(config: pytest.Config) -> bool:
    """Say whether time is up; somebody who sits in a debugger has all the time there is."""
    return not config.getoption("usepdb") and spent(config) > float(config.getoption("--budget-s"))
