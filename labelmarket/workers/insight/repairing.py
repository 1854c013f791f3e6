"""What to look at and to mend in the labels that are there."""

from collections.abc import Iterator
from typing import Final

from labelmarket.workers.insight.candidates import Candidate
from labelmarket.workers.insight.finding_types import Action, Check, Finding

REPAIRS: Final[dict[Check, tuple[Action, str]]] = {
    "ROWS_LOST": ("REVIEW_LOST_ROWS", "Mend the rows that were left out"),
    "IMAGES_WITHOUT_LABELS": ("LABEL_IMAGES", "Label what is bare, or say that it is background"),
    "IMAGES_OF_UNKNOWN_SIZE": ("CHECK_IMAGES", "Give the sizes of images"),
    "IMAGES_OF_ZERO_SIZE": ("CHECK_IMAGES", "Mend the sizes of images"),
    "DUPLICATE_IMAGES": ("CHECK_IMAGES", "Leave out what is there twice"),
    "BOXES_OF_ZERO_SIZE": ("CHECK_BOXES", "Draw again or drop boxes without a size"),
    "BOXES_OFF_IMAGE": ("CHECK_BOXES", "Move or drop boxes off their image"),
    "BOXES_OUTSIDE": ("CHECK_BOXES", "Cut boxes at the border of their image"),
    "EXACT_DUPLICATES": ("CHECK_BOXES", "Drop labels that are there twice"),
    "NEAR_DUPLICATES": ("CHECK_BOXES", "Look at labels that are nearly there twice"),
    "ODD_SIZES": ("CHECK_BOXES", "Look at boxes of odd size"),
    "ODD_ASPECTS": ("CHECK_BOXES", "Look at boxes of odd proportions"),
}
"""What to do about a check; too few labels of a class are answered by collecting."""


def repairs(findings: list[Finding]) -> Iterator[Candidate]:
    """Advise a repair for each check that found something."""
    for finding in findings:
        if not finding["count"] or finding["check"] not in REPAIRS:
            continue
        action, words = REPAIRS[finding["check"]]
        yield Candidate(
            action=action,
            amiss=finding["count"] / finding["of"],
            words=f"{words}: {finding['count']:,} of {finding['of']:,}.",
            query=finding["query"],
            count=finding["count"],
            of=finding["of"],
            numbers={"share": finding["count"] / finding["of"]},
        )
