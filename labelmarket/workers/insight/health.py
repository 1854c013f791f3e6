"""Dataset health: what is missing, impossible, odd or said twice."""

from labelmarket.workers.insight import examples
from labelmarket.workers.insight.box_checks import box_findings
from labelmarket.workers.insight.finding_types import Finding
from labelmarket.workers.insight.image_checks import image_findings
from labelmarket.workers.insight.totals import ENOUGH_IMAGES, Totals
from labelmarket.workers.insight.wording import counted


def findings_of(totals: Totals) -> list[Finding]:
    """Give every check that applies to such labels, also those that found nothing."""
    boxes = box_findings(totals) if totals.has_boxes else []
    return [
        _lost(totals),
        *image_findings(totals),
        _without_labels(totals),
        _in_few_images(totals),
        *boxes,
    ]


def _lost(totals: Totals) -> Finding:
    lost = totals.sums.problems
    return Finding(
        check="ROWS_LOST",
        count=lost,
        of=totals.labels + lost,
        words=f"{counted(lost, 'row')} left out, each for a reason that reading it gave.",
        examples=[],
        query=None,
    )


def _without_labels(totals: Totals) -> Finding:
    found = [place for place in totals.places if not totals.sums.labels[place]]
    return Finding(
        check="CLASSES_WITHOUT_LABELS",
        count=len(found),
        of=len(totals.places),
        words=f"{counted(len(found), 'class', plural='classes')} without a label.",
        examples=[
            examples.of_class(totals.names[place]) for place in found[: examples.EXAMPLES_MAX]
        ],
        query=None,
    )


def _in_few_images(totals: Totals) -> Finding:
    few = [place for place in totals.places if 0 < totals.held[place] < ENOUGH_IMAGES]
    few.sort(key=lambda place: (int(totals.held[place]), totals.names[place]))
    return Finding(
        check="CLASSES_IN_FEW_IMAGES",
        count=len(few),
        of=len(totals.places),
        words=f"{counted(len(few), 'class', plural='classes')} "
        f"on fewer than {ENOUGH_IMAGES} {totals.thing}s.",
        examples=[
            examples.of_class(
                totals.names[place], words=counted(int(totals.held[place]), totals.thing)
            )
            for place in few[: examples.EXAMPLES_MAX]
        ],
        query=None,
    )
