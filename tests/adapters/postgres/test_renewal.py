"""A new version of a view replaces the old one's rows; programs of both may run meanwhile."""

import threading

from msgspec.structs import replace

from labelmarket.adapters.postgres.feed import ViewFollower, progress
from labelmarket.adapters.postgres.rebuild import rebuild
from labelmarket.adapters.postgres.renewal import RenewedView
from labelmarket.adapters.postgres.session import open_session
from labelmarket.application.view import Entry
from labelmarket.application.views.provider_record import ProviderRecord, ProviderRow
from labelmarket.bootstrap.core import Core
from tests.adapters.postgres.scene import all_at_once, list_provider, one, select

REGIONS = "SELECT DISTINCT body::jsonb ->> 'region' FROM views.provider_record"
HEAD = "SELECT max(notification_id) FROM market.facts"


class Second(ProviderRecord):
    """Folds the region otherwise."""

    version = 2

    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        after = super().evolve(row, entry)
        return replace(after, region="second") if after is not None else None


class Broken(ProviderRecord):
    version = 2

    def evolve(self, row: ProviderRow | None, entry: Entry, /) -> ProviderRow | None:
        raise ArithmeticError(f"cannot take {entry} into {row}")


def first(core: Core) -> ViewFollower:
    follower = ViewFollower(core.pool, ProviderRecord(), core.mapper)
    follower.register()
    return follower


def renewed(core: Core, database_url: str, view: ProviderRecord) -> RenewedView:
    return RenewedView(
        ViewFollower(core.pool, view, core.mapper),
        view,
        core.mapper,
        database_url=database_url,
        keep_on=lambda: True,
    )


def to_the_end(follower: ViewFollower | RenewedView) -> int:
    taken = 0
    while number := follower.advance():
        taken += number
    return taken


def test_rows_of_an_earlier_version_are_made_anew_and_its_followers_stand_aside(
    core: Core, database_url: str
) -> None:
    list_provider(core, "early")
    old = first(core)
    to_the_end(old)

    new = renewed(core, database_url, Second())
    to_the_end(new)

    assert select(database_url, REGIONS) == [("second",)]
    list_provider(core, "late")
    assert to_the_end(old) == 0
    assert to_the_end(new) > 0
    assert select(database_url, REGIONS) == [("second",)]
    (place,) = progress(core.pool)
    assert (place.version, place.position) == (2, one(database_url, HEAD))


def test_an_old_program_that_starts_late_changes_nothing(core: Core, database_url: str) -> None:
    list_provider(core, "p")
    to_the_end(renewed(core, database_url, Second()))

    late = renewed(core, database_url, ProviderRecord())
    list_provider(core, "q")

    assert to_the_end(late) == 0
    (place,) = progress(core.pool)
    assert place.version == 2


def test_several_new_programs_make_the_rows_anew_once(core: Core, database_url: str) -> None:
    list_provider(core, "p")
    to_the_end(first(core))
    table = "SELECT 'views.provider_record'::regclass::oid"
    lock, oids = threading.Lock(), {one(database_url, table)}

    def start() -> None:
        to_the_end(renewed(core, database_url, Second()))
        with lock:
            oids.add(one(database_url, table))

    all_at_once([start] * 3)

    assert len(oids) == 2
    assert select(database_url, REGIONS) == [("second",)]


def test_a_new_version_that_fails_leaves_the_old_one_at_work_and_says_why(
    core: Core, database_url: str
) -> None:
    list_provider(core, "early")
    old = first(core)
    to_the_end(old)

    new = renewed(core, database_url, Broken())
    assert to_the_end(new) == 0

    list_provider(core, "late")
    assert to_the_end(old) > 0
    (place,) = progress(core.pool)
    assert (place.version, place.quarantined_at) == (1, None)
    assert place.error is not None
    assert place.error.startswith("version 2 cannot be built: provider_record cannot take in 1:")


def test_an_operator_goes_back_to_the_old_version_by_rebuilding_with_it(
    core: Core, database_url: str
) -> None:
    list_provider(core, "p")
    to_the_end(renewed(core, database_url, Second()))

    with open_session(database_url, name="test") as session:
        rebuild(session, [ProviderRecord()], core.mapper)

    old = first(core)
    list_provider(core, "q")
    assert to_the_end(old) > 0
    assert select(database_url, REGIONS) == [("DE",)]
