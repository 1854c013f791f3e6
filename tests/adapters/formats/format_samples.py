"""Datasets of every kind, as small as they can be told apart."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.adapters.formats.growing import NO_BOX, Growing
from labelmarket.adapters.formats.run_lengths import Mask, encoded
from labelmarket.application.machine_labels import MACHINE

WIDTH, HEIGHT = 8, 6
BOX, POLYGON, RINGS, MASK, ITEM = "box", "polygon", "rings", "mask", "item"

names = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")) | st.sampled_from("\t\n\r"),
    min_size=1,
    max_size=8,
) | st.sampled_from(
    [
        *("=cmd", "+1", "-1", "@x", "'", "'=", "a,b", 'a"b', "a;b", "a: b", "<&>", "#", "a|b"),
        *(" a", "a ", "\n", "a\r\nb", "\t", " ", "' ", "\u2028", "&amp;", "]]>", "- a", "null"),
    ]
)
coordinates = st.floats(0.0, 6.0, allow_subnormal=False)
boxes = st.tuples(*[coordinates] * 4)
ring = st.lists(coordinates, min_size=6, max_size=10).map(lambda ring: ring[: len(ring) // 2 * 2])
pixels = st.lists(st.integers(0, 1), min_size=WIDTH * HEIGHT, max_size=WIDTH * HEIGHT)


def mask(flat: Sequence[int]) -> Mask:
    return encoded(np.array(flat, dtype=np.uint8).reshape(HEIGHT, WIDTH))


outlines: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    BOX: st.fixed_dictionaries({"box": boxes}),
    POLYGON: st.fixed_dictionaries({"polygons": st.tuples(ring), "box": boxes}),
    RINGS: st.fixed_dictionaries({"polygons": st.lists(ring, min_size=2, max_size=3)}),
    MASK: st.fixed_dictionaries({"mask": pixels.map(mask)}),
    ITEM: st.just({"box": NO_BOX}),
}
numbers = st.floats(0.0, 1.0, allow_subnormal=False) | st.just(float("nan"))
values: dict[str, st.SearchStrategy[Any]] = {
    "score": numbers,
    "area": numbers,
    "crowd": st.integers(0, 1),
    "annotator": st.just("") | names | names.map(MACHINE.__add__),
    "ident": st.none() | st.integers(1 - 2**63, 2**63 - 1),
}


@st.composite
def datasets(
    draw: st.DrawFn, *, kinds: tuple[str, ...], said: tuple[str, ...] = (), sized: bool = True
) -> Dataset:
    """Give datasets whose labels are of some kinds and say some values."""
    growing = Growing()
    keys = draw(st.lists(names, max_size=3, unique=True))
    size = (float(WIDTH), float(HEIGHT)) if sized else (0.0, 0.0)
    items = [growing.item(key, width=size[0], height=size[1]) for key in keys]
    classes = draw(st.lists(names, min_size=1, max_size=3, unique=True))
    for _ in range(draw(st.integers(0, 5)) if items else 0):
        outline = draw(outlines[draw(st.sampled_from(kinds))])
        more = {name: draw(values[name]) for name in said}
        growing.label(
            draw(st.sampled_from(items)), draw(st.sampled_from(classes)), **outline, **more
        )
    return growing.dataset()


def rows(dataset: Dataset, *, digits: int | None = None) -> list[Any]:
    """Everything that is said of every label, in an order of its own; NaN compares as text."""
    labels, shapes = dataset.labels, dataset.outlines

    def near(array: Any) -> Any:
        return array.tolist() if digits is None else (np.round(array, digits) + 0.0).tolist()

    return sorted(
        repr(
            (
                dataset.key(int(labels.items[row])),
                labels.class_names[labels.classes[row]],
                int(labels.geometry[row]),
                near(labels.boxes[row]),
                [near(ring) for ring in shapes.rings(row)],
                shapes.runs(row).tolist(),
                shapes.mask_sizes[row].tolist(),
                int(labels.crowd[row]),
                float(labels.areas[row]),
                float(labels.scores[row]),
                labels.annotator_names[labels.annotators[row]]
                if labels.annotators[row] >= 0
                else "",
                int(labels.ids[row]),
            )
        )
        for row in range(len(labels))
    )


def items(dataset: Dataset) -> list[tuple[str, list[float]]]:
    return [
        (dataset.key(ordinal), dataset.items.sizes[ordinal].tolist())
        for ordinal in range(len(dataset.items))
    ]


def without(dataset: Dataset, *columns: str) -> Dataset:
    """Give a dataset whose columns of these names say nothing."""
    nothing: dict[str, Any] = {
        "ids": np.full_like(dataset.labels.ids, -(2**63)),
        "scores": np.full_like(dataset.labels.scores, np.nan),
    }
    return replace(
        dataset, labels=replace(dataset.labels, **{name: nothing[name] for name in columns})
    )
