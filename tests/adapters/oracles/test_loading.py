"""A worker has loaded the learner before the first job comes."""

import subprocess
import sys

import pytest

from labelmarket.adapters.oracles.loading import load_library

LEARNS = """
import sys
from labelmarket.adapters.oracles import loading, text_model
import numpy as np
heavy = lambda: {name for name in sys.modules if name.startswith(("sklearn", "scipy"))}
assert not heavy(), "a process that does not learn does not pay for it"
loading.load_in_background().join()
before = heavy()
texts = [f"{'goal match' if at % 2 else 'paint canvas'} {at}" for at in range(40)]
marks = np.array([[at % 2 == 1, at % 2 == 0] for at in range(40)])
text_model.learn(texts, marks, ["a match"], one_class=True)
print(sorted(heavy() - before))
"""


def test_learning_imports_nothing_more_than_was_loaded() -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEARNS], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "[]"


def test_where_the_library_is_missing_nothing_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    assert not load_library()
