"""Each class of whole items against the true labels."""

from labelmarket.workers.insight.report_types import GoldClass
from labelmarket.workers.insight.totals import Totals


def gold_classes(totals: Totals) -> list[GoldClass]:
    """Give the classes that gold or the labels give to an item that was checked."""
    if not totals.sums.gold_items:
        return []
    counts = totals.sums.item_gold.tolist()
    return [
        GoldClass(
            name=totals.names[place],
            gold=gold,
            given=given,
            right=right,
            precision=right / given if given else None,
            recall=right / gold if gold else None,
        )
        for place in totals.places
        for gold, given, right in [counts[place]]
        if gold or given
    ]
