"""A learner of texts in the process: label columns in, label columns with scores out."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Final, Protocol

import msgspec
import numpy as np

from labelmarket.adapters.blobs.local import LocalBlobs
from labelmarket.adapters.formats.column_files import ColumnFiles
from labelmarket.adapters.oracles import text_model
from labelmarket.adapters.oracles.folds import Marks
from labelmarket.adapters.oracles.score_columns import score_columns
from labelmarket.adapters.oracles.text_features import WORD_CHARACTERS_MAX
from labelmarket.application.labels import ROWS_MAX, TEXTS_PAGE_MAX, LabelKind, Ranges
from labelmarket.application.oracles import (
    ApprovedLabels,
    OracleUnavailable,
    TextsLearned,
    TooFewExamples,
    TooManyTexts,
)
from labelmarket.workers.columns import Floats, Int64s, LabelColumns, Spans
from labelmarket.workers.insight import spans
from labelmarket.workers.insight.sums import in_classes
from labelmarket.workers.outlines import no_outlines

TEXTS_MAX: Final = 100_000
"""Most texts that are learned from and predicted in one go."""

MISSING: Final = (
    "texts are learned with scikit-learn, which is not installed: "
    "pip install 'labelmarket[learner]'"
)


class Texts(Protocol):
    """Gives the texts of items, None for an item that has none."""

    def texts(
        self, manifests: tuple[str, ...], *, ordinals: Sequence[int]
    ) -> Sequence[str | None]: ...


@dataclass(frozen=True, slots=True)
class _Said:
    """Labels, and the items on which they count."""

    labels: LabelColumns
    items: Spans


@dataclass(frozen=True, slots=True)
class _Examples:
    """Texts with the place of their items, and which classes each has."""

    ordinals: Int64s
    texts: list[str]
    marks: Marks


class BlobTextLearner:
    """Implements the port `TextLearner`; an answer is a pure function of what is given.

    TEXTS_MAX texts are taken; of each the first thousand characters are read, and what
    `text_model` says of examples, classes and features bounds time and memory: 50,000 long texts of
    four classes took a minute of one core and 700 MB.
    """

    def __init__(self, blobs: LocalBlobs, *, texts: Texts) -> None:
        self._files = ColumnFiles(blobs)
        self._texts = texts

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
        if kind is LabelKind.OBJECTS:
            raise ValueError("a text has classes, and no objects")
        release = _release()
        one_class = kind is LabelKind.ITEM_CLASS
        true, more = self._gold(gold), self._approved(approved)
        ordinals, marks = _marks([*more, *true], classes)
        if one_class:
            single = marks.sum(axis=1) == 1
            ordinals, marks = ordinals[single], marks[single]
        others = spans.ordinals(spans.minus(spans.from_pairs(wanted), spans.of(ordinals)))
        _check_count(len(ordinals) + len(others))
        examples = self._with_texts(items, ordinals, marks)
        rest = self._with_texts(items, others, np.zeros((len(others), 0), dtype=np.bool_))
        learned = text_model.learn(examples.texts, examples.marks, rest.texts, one_class=one_class)
        judged, right = _judged(examples.marks, learned)
        is_gold = spans.holds(spans.union(one.items for one in true), examples.ordinals)
        return TextsLearned(
            version=_version(release, kind, items=items, classes=classes, examples=examples),
            known=tuple(classes[kind] for kind in learned.known.tolist()),
            not_known=_not_known(classes, learned),
            examples=len(examples.texts),
            approved=int((~is_gold).sum()),
            judged=judged,
            right=right,
            out_of_fold=self._stored(examples, learned, learned.out_of_fold, classes),
            predicted=self._stored(rest, learned, learned.predicted, classes),
        )

    def _gold(self, digests: tuple[str, ...]) -> list[_Said]:
        every = [self._files.labels(digest) for digest in digests]
        return [_Said(columns, columns.covered) for columns in every]

    def _approved(self, every: tuple[ApprovedLabels, ...]) -> list[_Said]:
        found = [(self._files.labels(one.labels_digest), one.kept) for one in every]
        return [
            _Said(columns, spans.both(columns.covered, spans.from_pairs(kept)))
            for columns, kept in found
        ]

    def _with_texts(self, items: tuple[str, ...], ordinals: Int64s, marks: Marks) -> _Examples:
        found: list[str | None] = []
        for at in range(0, len(ordinals), TEXTS_PAGE_MAX):
            part = ordinals[at : at + TEXTS_PAGE_MAX].tolist()
            # Of long texts only what is read of them stays in memory.
            found += [
                None if text is None else text[:WORD_CHARACTERS_MAX]
                for text in self._texts.texts(items, ordinals=part)
            ]
        there = np.array([text is not None for text in found], dtype=np.bool_)
        texts = [text for text in found if text is not None]
        return _Examples(ordinals[there], texts, marks[there])

    def _stored(
        self,
        said: _Examples,
        learned: text_model.Learned,
        probabilities: Floats,
        classes: tuple[str, ...],
    ) -> str | None:
        """Store a row for each item and known class, or the likeliest where that are too many."""
        known = len(learned.known)
        if not known:
            return None
        most = min(known, max(ROWS_MAX // max(len(said.ordinals), 1), 1))
        places = np.sort(np.argsort(-probabilities, axis=1, kind="stable")[:, :most], axis=1)
        columns = score_columns(
            np.repeat(said.ordinals, most),
            learned.known[places].ravel(),
            np.take_along_axis(probabilities, places, axis=1).ravel(),
            classes=classes,
            covered=spans.of(said.ordinals),
        )
        return self._files.write_labels(columns, no_outlines(len(columns)))


def _marks(every: list[_Said], classes: tuple[str, ...]) -> tuple[Int64s, Marks]:
    """Give the items that labels speak of, and their classes as the last file has them."""
    ordinals = spans.ordinals(spans.union(said.items for said in every))
    _check_count(len(ordinals))
    marks = np.zeros((len(ordinals), len(classes)), dtype=np.bool_)
    for said in every:
        marks[np.searchsorted(ordinals, spans.ordinals(said.items))] = False
        rows = spans.holds(said.items, said.labels.items)
        kinds = in_classes(said.labels.classes, said.labels.class_names, into=classes)
        marks[np.searchsorted(ordinals, said.labels.items[rows]), kinds[rows]] = True
    return ordinals, marks


def _release() -> str:
    """Give the release of scikit-learn. Raises OracleUnavailable when there is none."""
    try:
        import sklearn  # noqa: F401, PLC0415  (an extra, and heavy)
    except ImportError:
        raise OracleUnavailable(MISSING) from None
    return version("scikit-learn")


def _version(
    release: str,
    kind: LabelKind,
    *,
    items: tuple[str, ...],
    classes: tuple[str, ...],
    examples: _Examples,
) -> str:
    """Name code, items, classes and examples; the order of the examples does not matter."""
    rows = sorted(
        sha256(
            b"\0".join(
                [
                    str(item).encode(),
                    text.encode(errors="replace"),
                    *(classes[kind].encode() for kind in np.flatnonzero(mark).tolist()),
                ]
            )
        ).digest()
        for item, text, mark in zip(
            examples.ordinals.tolist(), examples.texts, examples.marks, strict=True
        )
    )
    # A prediction names its item and class by their places, so other places are another version.
    places = sha256(msgspec.json.encode((kind, items, classes))).digest()
    digest = sha256(b"".join([places, *rows])).hexdigest()
    return f"text-learner {text_model.CODE_VERSION}, scikit-learn {release}, input {digest}"


def _judged(marks: Marks, learned: text_model.Learned) -> tuple[int, int]:
    """Count the examples of exactly one class, which is known, and the ones predicted right."""
    truth = marks[:, learned.known]
    single = (marks.sum(axis=1) == 1) & truth.any(axis=1)
    if not single.any():
        return 0, 0
    best = learned.out_of_fold[single].argmax(axis=1)
    return int(single.sum()), int((best == truth[single].argmax(axis=1)).sum())


def _not_known(classes: tuple[str, ...], learned: text_model.Learned) -> tuple[TooFewExamples, ...]:
    known = set(learned.known.tolist())
    return tuple(
        TooFewExamples(
            class_name=name,
            examples=int(learned.examples[kind]),
            needed=int(learned.needed[kind]),
        )
        for kind, name in enumerate(classes)
        if kind not in known
    )


def _check_count(texts: int) -> None:
    if texts > TEXTS_MAX:
        raise TooManyTexts(f"a learner takes at most {TEXTS_MAX} texts at once, these are {texts}")
