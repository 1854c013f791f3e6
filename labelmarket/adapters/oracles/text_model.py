"""Classes of texts learned from examples: a linear model with calibrated probabilities."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from labelmarket.adapters.oracles.calibration import fitted, probabilities
from labelmarket.adapters.oracles.folds import FOLDS, Marks, different_texts, fold_of
from labelmarket.adapters.oracles.text_features import WORD_CHARACTERS_MAX, Matrix, TextFeatures
from labelmarket.workers.columns import Floats, Int64s

CODE_VERSION = 1
"""Goes up with every change that changes a probability."""

EXAMPLES_MIN = 10
"""Different texts that a class needs: two in each fold."""

KNOWN_MAX = 200
"""Classes that are learned: those with the most examples."""

EXAMPLES_MAX = 10_000
"""Examples that are learned from; the others are only predicted."""

WORK_MAX = 400_000
"""Examples times classes that are learned: with many classes there are fewer examples."""

PREDICTED_AT_ONCE = 4_096

STRENGTH = 8.0
"""How far the weights may grow: the inverse of the penalty on their squares."""

STEPS_MAX = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What was learned of `known` classes, by their place in the marks.

    `examples` and `needed` tell of every class how many different texts it has and how many it
    needs. `out_of_fold` has a row for each example, `predicted` one for each other text.
    """

    known: Int64s
    examples: Int64s
    needed: Int64s
    out_of_fold: Floats
    predicted: Floats


def learn(texts: Sequence[str], marks: Marks, others: Sequence[str], *, one_class: bool) -> Learned:
    """Learn from texts and their classes, and predict the others.

    Texts are taken in the order of their digests, so that the order of the input changes nothing.
    An example is predicted by a model that has not seen its text, nor the curve that turns margins
    into probabilities. With fewer than two known classes nothing is learned. Memory is three times
    that of the features of EXAMPLES_MAX texts, and 2 MiB for each known class.
    """
    clean, rest = _clean(texts), _clean(others)
    digests = [sha256(one.encode()).digest() for one in clean]
    order = sorted(range(len(clean)), key=lambda at: (digests[at], marks[at].tobytes()))
    places = {digest: number for number, digest in enumerate(sorted(set(digests)))}
    groups = np.array([places[digests[at]] for at in order], dtype=np.int64)
    examples = different_texts(groups, marks[order])
    known, needed = _known(examples)
    out_of_fold = np.zeros((len(texts), len(known)))
    predicted = np.zeros((len(others), len(known)))
    if len(known):
        model = _Model([clean[at] for at in order], groups, marks[order][:, known], one_class)
        out_of_fold[order] = model.out_of_fold
        for at in range(0, len(rest), PREDICTED_AT_ONCE):
            predicted[at : at + PREDICTED_AT_ONCE] = model.predict(
                rest[at : at + PREDICTED_AT_ONCE]
            )
    return Learned(
        known=known,
        examples=examples,
        needed=needed,
        out_of_fold=out_of_fold,
        predicted=predicted,
    )


def _clean(texts: Sequence[str]) -> list[str]:
    """Cut texts to what is read of them; half a character becomes a question mark."""
    return [one[:WORD_CHARACTERS_MAX].encode(errors="replace").decode() for one in texts]


def _known(examples: Int64s) -> tuple[Int64s, Int64s]:
    """Choose the classes to be learned, and say how many examples each would need."""
    order = np.argsort(-examples, kind="stable")
    enough = order[examples[order] >= EXAMPLES_MIN]
    known, needed = np.sort(enough[:KNOWN_MAX]), np.full(len(examples), EXAMPLES_MIN)
    if len(enough) > KNOWN_MAX:
        needed[enough[KNOWN_MAX:]] = examples[known].min() + 1
    return (known if len(known) >= 2 else known[:0]), needed


class _Model:
    """One linear model for each known class, learned once for each fold and once from all."""

    def __init__(
        self,
        texts: list[str],
        groups: Int64s,
        marks: Marks,
        one_class: bool,  # noqa: FBT001
    ) -> None:
        self._one_class = one_class
        taken = _taken(groups, marks, one_class=one_class)
        self._features = TextFeatures([texts[at] for at in taken])
        rows, truth = self._features.learned, marks[taken]
        folds = fold_of(groups[taken], truth)
        margins = np.empty(truth.shape)
        for fold in range(FOLDS):
            held = folds == fold
            weights, offsets = self._fitted(rows[~held], truth[~held])
            margins[held] = rows[held] @ weights + offsets
        seen = np.empty(truth.shape)
        for fold in range(FOLDS):
            held = folds == fold
            curves = _curves(margins[~held], truth[~held])
            seen[held] = probabilities(margins[held], curves, one_class=one_class)
        self._curves = _curves(margins, truth)
        self._weights, self._offsets = self._fitted(rows, truth)
        self.out_of_fold = self._of_all(texts, groups, taken, seen)

    def predict(self, texts: list[str]) -> Floats:
        margins = self._features.of(texts) @ self._weights + self._offsets
        return probabilities(margins, self._curves, one_class=self._one_class)

    def _of_all(self, texts: list[str], groups: Int64s, taken: Int64s, seen: Floats) -> Floats:
        """Give a row for each example: a text that was learned from has that of its fold."""
        first = np.full(int(groups.max()) + 1, -1, dtype=np.int64)
        first[groups[taken][::-1]] = np.arange(len(taken))[::-1]
        every = np.empty((len(texts), seen.shape[1]))
        learned = first[groups] >= 0
        every[learned] = seen[first[groups[learned]]]
        strange = np.flatnonzero(~learned)
        for at in range(0, len(strange), PREDICTED_AT_ONCE):
            part = strange[at : at + PREDICTED_AT_ONCE]
            every[part] = self.predict([texts[row] for row in part.tolist()])
        return every

    def _fitted(self, rows: Matrix, truth: Marks) -> tuple[Floats, Floats]:
        """Give weights (features, k) and offsets (k); of two classes the second decides."""
        kinds = truth.shape[1]
        weights, offsets = np.zeros((rows.shape[1], kinds)), np.zeros(kinds)
        both = self._one_class and kinds == 2
        for kind in range(both, kinds):
            weights[:, kind], offsets[kind] = _line(rows, truth[:, kind])
        if both:
            weights[:, 0], offsets[0] = -weights[:, 1], -offsets[1]
        return weights, offsets


def _taken(groups: Int64s, marks: Marks, *, one_class: bool) -> Int64s:
    """Choose the examples to learn from: the first ones, and enough of each class.

    An example without a known class teaches something only where it may have none.
    """
    usable = np.flatnonzero(marks.any(axis=1) | (not one_class))
    limit = max(min(EXAMPLES_MAX, WORK_MAX // marks.shape[1]), 1)
    chosen = np.zeros(len(groups), dtype=np.bool_)
    chosen[usable[:limit]] = True
    for kind in range(marks.shape[1]):
        mine = usable[marks[usable, kind]]
        _, firsts = np.unique(groups[mine], return_index=True)
        chosen[mine[firsts[:EXAMPLES_MIN]]] = True
    return usable[chosen[usable]]


def _line(rows: Matrix, truth: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Fit one class against the rest; where all are one, the margin is that of the odds."""
    from sklearn.exceptions import ConvergenceWarning  # noqa: PLC0415  (heavy, and not always there)
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    if truth.all() or not truth.any():
        return np.zeros(rows.shape[1]), float(np.log((truth.sum() + 1) / ((~truth).sum() + 1)))
    line = LogisticRegression(
        C=STRENGTH, solver="liblinear", dual=True, max_iter=STEPS_MAX, random_state=0
    )
    with warnings.catch_warnings():
        # Steps are bounded, and a line that stopped short is calibrated like any other.
        warnings.simplefilter("ignore", ConvergenceWarning)
        line.fit(rows, truth)
    return line.coef_[0], float(line.intercept_[0])


def _curves(margins: Floats, truth: Marks) -> list[tuple[float, float]]:
    return [fitted(margins[:, kind], truth[:, kind]) for kind in range(truth.shape[1])]
