"""What the market asks of oracles: predictions in files, and a learner of texts."""

from dataclasses import dataclass
from typing import ClassVar, Protocol

from labelmarket.application.labels import LabelKind, Ranges, RowProblem


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictionsRead:
    """Label columns with a score in every row.

    For whole items a row is a class with its probability. `covered` are the items that the file
    speaks of and that lost nothing that could change the answer.
    """

    digest: str
    labels: int
    covered: Ranges
    problems: tuple[RowProblem, ...]
    problems_total: int


class PredictionFiles(Protocol):
    """Files of what somebody's model predicts."""

    def read_predictions(
        self,
        upload: str,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        numbered_by: tuple[str, ...] = (),
    ) -> PredictionsRead:
        """Turn an upload into label columns with scores; a bad row is named and left out.

        `numbered_by` are uploads that tell which images and categories the ids of COCO results
        mean. Raises UnreadableFile, with the code WRONG_TASK for a file that answers another task.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovedLabels:
    """Labels that were approved on the items in `kept`; what they say of others does not count."""

    labels_digest: str
    kept: Ranges


@dataclass(frozen=True, slots=True, kw_only=True)
class TooFewExamples:
    """A class that was not learned: it has `examples` different texts of the `needed` ones."""

    class_name: str
    examples: int
    needed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextsLearned:
    """What a learner knows after it read its examples.

    `out_of_fold` are label columns of the examples, each predicted by a model that has not seen
    its text; `predicted` are those of the other items. Both have a row for each known class, and
    are None when fewer than two classes are known. Of the `examples`, `approved` are labels that
    were approved, and the others gold. Of those that have exactly one class, and a known one,
    `judged` in number, `right` were predicted right out of fold.
    """

    version: str
    known: tuple[str, ...]
    not_known: tuple[TooFewExamples, ...]
    examples: int
    approved: int
    judged: int
    right: int
    out_of_fold: str | None
    predicted: str | None


class TextLearner(Protocol):
    """Learns classes of texts from labels."""

    def learn(
        self,
        *,
        kind: LabelKind,
        items: tuple[str, ...],
        classes: tuple[str, ...],
        gold: tuple[str, ...],
        approved: tuple[ApprovedLabels, ...],
        wanted: Ranges,
    ) -> TextsLearned:
        """Learn from the items that labels cover, and predict the others that are `wanted`.

        An item without a text is left out, and so is an example of several classes where each item
        has one. Where gold covers an item, nothing else counts; where several files of one kind
        do, the last one counts. The same input gives the same answer and the same version, which
        names all of it. Raises OracleUnavailable, TooManyTexts.
        """
        ...


class OracleUnavailable(Exception):
    """An oracle cannot work here; the message says what is missing, and how to get it."""

    code: ClassVar[str] = "ORACLE_UNAVAILABLE"


class TooManyTexts(Exception):
    """More texts than a learner takes at once; the message names the bound."""

    code: ClassVar[str] = "TOO_LARGE"
