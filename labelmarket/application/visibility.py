"""What is left out of a thing that may be seen: one table, read wherever things are shown.

Which rows and facts somebody may see at all is in the scope of the queries. This table
says which of their fields stay hidden, and from whom.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from labelmarket.application.access import Viewer
from labelmarket.domain.access_token import Role
from labelmarket.domain.label_batch_facts import BatchStatus

_COMPETITION: Final = frozenset({"round", "rank", "succeeds"})
_TRUTH: Final = frozenset(
    {
        *("mean_best_iou", "gold_boxes", "gold_matched", "gold_right", "gold_checked"),
        *("gold_items", "gold_items_right", "gold_classes", "checked_labels"),
        *("quality", "quality_unknown", "impact", "impact_unknown"),
    }
)

HIDDEN_FROM_PROVIDERS: Final[Mapping[str, frozenset[str]]] = {
    "Offer": _COMPETITION,
    "Report": _TRUTH | {"digest", "top_image"},
    "Fact": _COMPETITION
    | _TRUTH
    | {"report_digest", "sums_digest", "organisation_id", "winner_offer_id"},
}
"""Who else was asked, whose work it is, and how gold judged it: no provider's business.

A digest over figures from gold is hidden with them: whoever knows all the rest of a report
could try figures until the digest fits. So are the names of images in a report, which outlive the
right to see what is to be labeled.
"""

HIDDEN_FROM_ALL: Final[Mapping[str, frozenset[str]]] = {"Fact": frozenset({"secret_sha256"})}

PERSONAL: Final[Mapping[str, frozenset[str]]] = {
    "Provider": frozenset({"contact"}),
    "Fact": frozenset({"contact"}),
}
"""Only operators see these, and whom they are about."""


def is_shown(viewer: Viewer, kind: str, field: str, *, about: UUID | None = None) -> bool:
    """Whether a field of a kind of thing is shown; `about` is the subject of personal fields."""
    if field in HIDDEN_FROM_ALL.get(kind, ()):
        return False
    if viewer.role is Role.PROVIDER and field in HIDDEN_FROM_PROVIDERS.get(kind, ()):
        return False
    if field in PERSONAL.get(kind, ()):
        own = viewer.role is Role.PROVIDER and viewer.organisation_id == about
        return own or viewer.role is Role.OPERATOR
    return True


def sees_actor(viewer: Viewer, organisation_id: UUID | None) -> bool:
    """Whether a fact's actor is named; `organisation_id` is the actor's, None for the market.

    A provider reads its own name only: which token of a customer acted is not its business,
    and the market's own name for a reaction tells whether somebody was asked before.
    """
    return viewer.role is not Role.PROVIDER or viewer.organisation_id == organisation_id


def sees_gold(viewer: Viewer) -> bool:
    """True labels and what follows from them are for the customer and for inspection."""
    return viewer.role is not Role.PROVIDER


def sees_work_items(viewer: Viewer, status: BatchStatus) -> bool:
    """A provider sees what is to be labeled only while it is its to label."""
    return viewer.role is not Role.PROVIDER or status in (BatchStatus.OPEN, BatchStatus.STARTED)
