"""Texts as weighted words and runs of characters, hashed into a bounded number of features."""

from collections.abc import Sequence
from typing import Any

WORD_CHARACTERS_MAX = 1_000
"""So many characters of a text are read as words; what stands behind them is not read."""

RUN_CHARACTERS_MAX = 300
"""So many are also read as runs of two to five characters."""

FEATURES = 1 << 17
"""Words and pairs of words, and as many again for runs: others share a place by their hash."""

TEXTS_AT_ONCE = 1_024

WORD = r"\w+|[!?]"
"""Single letters count, and so do the marks of a loud voice and of a doubt."""

Matrix = Any
"""A sparse matrix in rows; the library has no types."""


class TextFeatures:
    """Weighs features by how rare they are among the texts that it was made with.

    Memory is 2 MiB, and about 12 bytes for each feature of a text: 1,300 at the most.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        from sklearn.feature_extraction.text import (  # noqa: PLC0415  (heavy, and not always there)
            HashingVectorizer,
            TfidfTransformer,
        )

        hashing = {"n_features": FEATURES, "alternate_sign": False, "norm": None}
        self._words = HashingVectorizer(**hashing, ngram_range=(1, 2), token_pattern=WORD)
        self._runs = HashingVectorizer(**hashing, analyzer="char_wb", ngram_range=(2, 5))
        counts = self._counts(texts)
        self._weights = [TfidfTransformer(sublinear_tf=True).fit(each) for each in counts]
        self.learned = self._weighed(counts)

    def of(self, texts: Sequence[str]) -> Matrix:
        """Give the features of other texts, a row for each."""
        return self._weighed(self._counts(texts))

    def _counts(self, texts: Sequence[str]) -> tuple[Matrix, Matrix]:
        from scipy import sparse  # noqa: PLC0415  (comes with scikit-learn)

        parts = [texts[at : at + TEXTS_AT_ONCE] for at in range(0, len(texts), TEXTS_AT_ONCE)]
        words = [
            self._words.transform([one[:WORD_CHARACTERS_MAX] for one in part]) for part in parts
        ]
        runs = [self._runs.transform([one[:RUN_CHARACTERS_MAX] for one in part]) for part in parts]
        return sparse.vstack(words, format="csr"), sparse.vstack(runs, format="csr")

    def _weighed(self, counts: tuple[Matrix, Matrix]) -> Matrix:
        from scipy import sparse  # noqa: PLC0415  (comes with scikit-learn)

        pairs = zip(self._weights, counts, strict=True)
        return sparse.hstack([weights.transform(each) for weights, each in pairs], format="csr")
