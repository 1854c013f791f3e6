"""A thousand sentences of the reference, brought, labeled and compared."""

import csv
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from labelmarket.application.labels import MeasuredPart
from tests.adapters.intake.uploads import ONE, Uploads

REFERENCE = Path(os.environ.get("LABELMARKET_REFERENCE_DATA", "no-such-folder"))
SENTENCES = REFERENCE / "text" / "sentiment" / "amazon_cells_labelled.tsv"
needs_sentences = pytest.mark.skipif(
    not SENTENCES.exists(), reason="LABELMARKET_REFERENCE_DATA has no text/sentiment"
)


def table(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t").writerows(rows)
    return text.getvalue()


@needs_sentences
def test_a_thousand_sentences_come_back_and_are_compared_with_their_truth(tmp_path: Path) -> None:
    # Given the sentences with their true classes, of which every tenth was labeled wrong
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()[1:]
    rows = [(f"s{n}", *line.rsplit("\t", 1)) for n, line in enumerate(lines)]
    said = [(key, str(int(true) ^ (n % 10 == 0))) for n, (key, _, true) in enumerate(rows)]
    uploads = Uploads(tmp_path, classes=("0", "1"))
    # When they are brought as a table, with gold, and delivered
    taken = uploads.add(table([("id", "text"), *((key, text) for key, text, _ in rows)]))
    gold = uploads.truth(table([("item", "label"), *((key, true) for key, _, true in rows)]), ONE)
    read = uploads.deliver(table([("item", "label"), *said]), kind=ONE, within=((0, len(rows)),))
    # Then every text is the same, and all but every tenth item is right
    assert (taken.items, taken.problems_total, read.problems_total) == (len(rows), 0, 0)
    assert list(uploads.texts(range(len(rows)))) == [text for _, text, _ in rows]
    items, classes, true = uploads.manifests, uploads.classes, (gold.digest,)
    sums = uploads.files.measure(read.digest, items=items, classes=classes, gold=true)
    part = MeasuredPart(labels=read.digest, sums=sums)
    merged = uploads.files.merge((part,), items=items, classes=classes, gold=true)
    report = json.loads(uploads.files.report(merged.digest))
    assert (report["goldItems"], report["goldItemsRight"]) == (len(rows), len(rows) * 9 // 10)
