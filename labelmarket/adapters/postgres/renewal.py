"""Follows a view whose rows an earlier version folded: they are made anew first."""

import logging
from collections.abc import Callable
from typing import Any

from labelmarket.adapters.postgres.feed import ERROR_CHARACTERS_MAX, ViewFollower
from labelmarket.adapters.postgres.rebuild import Stopped, rebuild
from labelmarket.adapters.postgres.session import Occupied, open_session
from labelmarket.adapters.postgres.side_fold import FoldFailed
from labelmarket.application.mapping import FactMapper
from labelmarket.application.view import View

TELL = "UPDATE views.progress SET error = %s WHERE view = %s AND version < %s"

log = logging.getLogger(__name__)


class RenewedView:
    """Registers a view and gives `advance`, which rebuilds where that is needed.

    Until the new rows are in place, programs of the earlier version go on with the old ones.
    """

    def __init__(
        self,
        follower: ViewFollower,
        view: View[Any],
        mapper: FactMapper,
        *,
        database_url: str,
        keep_on: Callable[[], bool],
    ) -> None:
        self._follower = follower
        self._view = view
        self._mapper = mapper
        self._database_url = database_url
        self._keep_on = keep_on
        self._older = follower.register()

    def advance(self) -> int:
        """Take in the next facts and give their number; 0 when there is nothing to do."""
        if self._older:
            self._renew()
        return self._follower.advance()

    def _renew(self) -> None:
        name, version = self._view.name, self._view.version
        with open_session(self._database_url, name="renewal") as session:
            try:
                rebuild(session, [self._view], self._mapper, keep_on=self._keep_on, only_older=True)
            except (Occupied, Stopped):
                return
            except FoldFailed as error:
                # Only another program can do better, and that begins by itself.
                words = f"version {version} cannot be built: {error}"[:ERROR_CHARACTERS_MAX]
                log.exception("%s", words)
                session.execute(TELL, (words, name, version))
        self._older = False
