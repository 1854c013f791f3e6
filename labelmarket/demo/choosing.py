"""The customer's choice: the recommendation, and the order that is made of it."""

from typing import Final

from labelmarket.demo.buyer import Buyer
from labelmarket.demo.providers import Behaviour
from labelmarket.demo.refusals import Json
from labelmarket.demo.stage import Choice, PlayFailed, ProvidersShown, Say
from labelmarket.demo.vetting import Account

ROLES: Final = (Behaviour.SILENT, Behaviour.DECLINES, Behaviour.ACCEPTS)
"""What the first three of the ranking do; all behind them accept."""


def choose(customer: Buyer, accounts: tuple[Account, ...], *, say: Say) -> list[Account]:
    """Take the recommendation and put it into the customer's own order.

    The best recommended one moves behind the next two, so that the order is always
    another than the market's, and the best labels come from the provider asked third.
    Providers of an earlier play are left out, since nobody acts for them any more.
    """
    found = customer.recommendation()
    say(ProvidersShown(choices=_choices(found)))
    ours = {account.provider_id: account for account in accounts}
    best_first = [
        ours[row["provider"]["id"]]
        for row in found["recommended"]
        if row["rank"] is not None and row["provider"]["id"] in ours
    ]
    if len(best_first) < len(ROLES):
        raise PlayFailed(
            step="customer takes the recommendation",
            code="NO_PROVIDERS",
            message=f"{len(ROLES)} providers are needed, and {len(best_first)} can take the work",
        )
    best, second, third, *others = best_first
    ranked = [second, third, best, *others]
    customer.rank([account.provider_id for account in ranked])
    return ranked


def _choices(found: Json) -> tuple[Choice, ...]:
    recommended = [
        Choice(
            name=row["provider"]["name"],
            accuracy=row["accuracy"]["mean"],
            hours=row["hours"]["mean"],
            price=f"{row['price']['total']} {row['price']['currency']}" if row["price"] else "",
            remark="",
        )
        for row in found["recommended"]
    ]
    excluded = [
        Choice(
            name=row["provider"]["name"],
            accuracy=None,
            hours=None,
            price="",
            remark=" ".join(reason["message"] for reason in row["exclusions"]),
        )
        for row in found["excluded"]
    ]
    return (*recommended, *excluded)
