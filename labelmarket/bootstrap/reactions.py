"""The market's reactions, and what they went on without."""

from collections.abc import Iterator

from labelmarket.adapters.postgres.reactions import ReactionFollower, SetAside, set_aside
from labelmarket.adapters.postgres.view_table import ViewReads
from labelmarket.adapters.postgres.waiting import ViewsReach
from labelmarket.application.reaction import Reaction
from labelmarket.application.reactions.begin_second_order import BeginSecondOrders
from labelmarket.application.reactions.compare_with_gold import CompareBatchesWithGold
from labelmarket.application.reactions.complete_project import CompleteProjectWithOrders
from labelmarket.application.reactions.offer_next_provider import OfferNextProvider
from labelmarket.application.reactions.withdraw_from_delisted import WithdrawFromDelisted
from labelmarket.application.views.batch_sheet import BatchSheet
from labelmarket.application.views.offer_board import OfferBoard
from labelmarket.bootstrap.core import Core, open_core

CONNECTIONS_MAX = 4


def reactions_of(core: Core) -> tuple[Reaction, ...]:
    return (
        OfferNextProvider(),
        BeginSecondOrders(),
        CompleteProjectWithOrders(),
        WithdrawFromDelisted(
            offers=ViewReads(core.pool, OfferBoard()),
            wait_for=ViewsReach(core.pool, core.bell, view=OfferBoard.name),
        ),
        CompareBatchesWithGold(
            batches=ViewReads(core.pool, BatchSheet()),
            wait_for=ViewsReach(core.pool, core.bell, view=BatchSheet.name),
        ),
    )


def list_set_aside(database_url: str) -> list[SetAside]:
    with open_core(database_url, name="reactions", connections_max=CONNECTIONS_MAX) as core:
        return set_aside(core.pool)


def retry_set_aside(database_url: str) -> Iterator[tuple[SetAside, Exception | None]]:
    """Let reactions hear of what was set aside once more; gives each with what went wrong."""
    with open_core(database_url, name="reactions", connections_max=CONNECTIONS_MAX) as core:
        known = {reaction.name: reaction for reaction in reactions_of(core)}
        for one in set_aside(core.pool):
            if one.reaction in known:
                yield one, _retried(core, known[one.reaction], one)


def _retried(core: Core, reaction: Reaction, one: SetAside) -> Exception | None:
    follower = ReactionFollower(core.pool, reaction, market=core.market, mapper=core.mapper)
    try:
        follower.retry(one.position)
    except Exception as error:
        return error  # told to whoever asked; the fact stays set aside
    return None
