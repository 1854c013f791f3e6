"""However a report's labels are parted, it says the same."""

import json
from dataclasses import replace

import numpy as np
import pytest

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.growing import Growing
from labelmarket.workers.columns import ItemTable
from labelmarket.workers.insight import parting, spans, whole
from labelmarket.workers.insight.whole import report_of


def dataset(*, labels: int, items: int, seed: int = 5) -> Dataset:
    """Give boxes on some of the items, in no order; the last items have none."""
    chance, growing = np.random.default_rng(seed), Growing()
    for at in range(items):
        growing.item(f"{at}.jpg", width=100.0, height=80.0)
    for _ in range(labels):
        x, y, width, height = chance.uniform(0.0, 60.0, 4).tolist()
        item, kind = int(chance.integers(items - 3)), str(chance.integers(4))
        growing.label(item, kind, box=(x, y, width, height), score=float(chance.uniform()))
    return growing.dataset()


@pytest.mark.parametrize("labels_max", [20, 33, 150, 299, 300])
def test_a_report_says_the_same_however_it_is_parted(
    monkeypatch: pytest.MonkeyPatch, labels_max: int
) -> None:
    given, gold = dataset(labels=300, items=40), dataset(labels=200, items=40, seed=6)
    table, ours = ItemTable((given.items,)), replace(given.labels, problems=7)
    in_one = report_of(table, ours, gold=gold.labels)

    def parted(labels: object) -> object:
        return parting.parted(labels, labels_max=labels_max)  # type: ignore[arg-type]

    monkeypatch.setattr(whole, "parted", parted)

    assert json.dumps(report_of(table, ours, gold=gold.labels)) == json.dumps(in_one)


@pytest.mark.parametrize("labels_max", [20, 33, 150, 299])
def test_parts_are_small_and_cover_every_item_once(labels_max: int) -> None:
    labels = replace(dataset(labels=300, items=40).labels, problems=7)

    parts = list(parting.parted(labels, labels_max=labels_max))

    assert len(parts) > 1
    assert max(map(len, parts)) <= labels_max
    assert sum(map(len, parts)) == 300
    assert spans.union(part.covered for part in parts).tolist() == labels.covered.tolist()
    assert sum(spans.count(part.covered) for part in parts) == 40
    assert all(spans.holds(part.covered, part.items).all() for part in parts)
    assert sum(part.problems for part in parts) == 7


def test_an_item_with_more_labels_than_a_part_holds_is_refused() -> None:
    labels = dataset(labels=300, items=4).labels

    with pytest.raises(ValueError, match="one item has 300 labels, at most 299"):
        list(parting.parted(labels, labels_max=299))
