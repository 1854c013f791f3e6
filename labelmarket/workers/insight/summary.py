"""The first sentences of a report."""

from labelmarket.workers.insight.finding_types import Advice, Finding
from labelmarket.workers.insight.totals import Totals
from labelmarket.workers.insight.wording import counted, listed

AMISS_MAX = 3
ADVICE_SAID = 3


def summary_of(totals: Totals, findings: list[Finding], advice: list[Advice]) -> list[str]:
    """Say how much there is, of what, what is amiss, and what to do first."""
    used = [place for place in totals.places if totals.sums.labels[place]]
    used.sort(key=lambda place: (-int(totals.sums.labels[place]), totals.names[place]))
    said = [
        f"{counted(totals.labels, 'label')} of {counted(len(used), 'class', plural='classes')} "
        f"on {counted(totals.images, totals.thing)}."
    ]
    if used:
        names = listed([totals.names[place] for place in used])
        said.append(f"From the most frequent on: {names}.")
    amiss = [finding for finding in findings if finding["count"]]
    amiss.sort(key=lambda finding: -finding["count"] / finding["of"])
    said += [finding["words"] for finding in amiss[:AMISS_MAX]]
    return said + [one["words"] for one in advice[:ADVICE_SAID]]
