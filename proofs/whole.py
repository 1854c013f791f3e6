"""The lane of whole markets: demos from end to end, and trees of processes that are killed.

Its tests lie in `tests/whole` and are left out of `./dev test`, whose minutes they would fill.
"""

from proofs.tried import Cases, try_all

PLAY = "tests/whole/test_demo_play.py"
SHARED = "tests/whole/test_shared_demo.py"
KILLS = "tests/whole/test_kills.py"
CASES: Cases = {
    "the demo is played, and its reports count what a plain count counts": (PLAY,),
    "machine and people share two projects, and both reports say who labeled what": (SHARED,),
    "PostgreSQL and the API are killed in the middle of a demo": (
        f"{KILLS}::test_the_demo_ends_well_though_postgresql_and_the_api_are_killed_in_its_middle",
    ),
    "each child of `up` is killed in turn": (
        f"{KILLS}::test_up_carries_on_after_any_child_was_killed",
    ),
    "everything is killed and started again": (
        f"{KILLS}::test_up_finds_everything_after_everything_was_killed",
    ),
    "a second market on a folder or a port that is taken": (
        f"{KILLS}::test_a_second_start_on_what_is_taken_is_one_clear_line",
    ),
    "three workers and two followers on installed servers, and the one that leads is killed": (
        "tests/whole/test_many_processes.py"
        "::test_the_demo_passes_though_the_process_that_leads_is_killed",
    ),
    "two workers share a delivery, and one is killed over it": (
        "tests/whole/test_two_workers.py"
        "::test_the_report_is_the_same_though_a_worker_is_killed_half_way",
    ),
}


def prove(*, share: float, seed: int) -> tuple[bool, str]:
    """Whether every market went on as it should; a small share draws some cases by the seed."""
    return try_all(CASES, share=share, seed=seed)
