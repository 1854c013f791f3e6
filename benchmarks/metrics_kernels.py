"""Boxes, pairs of classes and places: our kernels against the libraries people use for these."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from benchmarks.peers import Peer, against, library, medians_s
from benchmarks.rows import Row
from labelmarket.workers import kernels

SIDE = 8_000
IMAGES, BOXES, CLASSES, GRID = 118_000, 860_000, 80, 64
CELL_ERROR_MAX = 1e-9

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def rows() -> list[Row]:
    kernels.warm()
    return [
        *_matrix(),
        *_grouped(),
        *_pairs_of_few_classes(),
        *_pairs_of_many_classes(),
        *_centres(),
        *_coverage(),
    ]


def _matrix() -> Iterator[Row]:
    truth, given = _boxes(SIDE, seed=1), _boxes(SIDE, seed=2)
    single = [0] * SIDE
    out = np.zeros((SIDE, SIDE))
    hotcoco, pycocotools = library("hotcoco.mask"), library("pycocotools.mask")
    theirs = partial(hotcoco.bbox_iou, given, truth, single) if hotcoco else None
    slow = partial(pycocotools.iou, given, truth, single) if pycocotools else None
    for peer in (theirs, slow):
        assert peer is None or np.allclose(peer().T, kernels.box_iou(truth, given), atol=1e-12)
    yield from against(
        "box IoU, 8,000 × 8,000, reused output",
        lambda: kernels.box_iou(truth, given, out=out),
        [
            Peer(name="hotcoco", work=theirs, floor=2.5, goal=4),
            Peer(name="pycocotools", work=slow, floor=7, goal=12),
        ],
    )
    yield from against(
        "box IoU, 8,000 × 8,000, fresh output",
        lambda: kernels.box_iou(truth, given),
        [Peer(name="hotcoco", work=theirs, floor=0.8, goal=1.2)],
    )


def _grouped() -> Iterator[Row]:
    truth, given = _boxes(BOXES, seed=1), _boxes(BOXES, seed=2)
    lefts, rights = _borders(seed=3), _borders(seed=4)
    slices = [
        (slice(*left), slice(*right))
        for left, right in zip(
            np.column_stack([lefts[:-1], lefts[1:]]).tolist(),
            np.column_stack([rights[:-1], rights[1:]]).tolist(),
            strict=True,
        )
    ]
    single = [[0] * n for n in range(int(np.diff(lefts).max()) + 1)]

    def ours() -> tuple[Floats, Ints]:
        return kernels.box_iou_grouped(truth, given, truth_offsets=lefts, given_offsets=rights)

    def loop(iou: Callable[..., Any]) -> list[Any]:
        return [
            iou(given[right], truth[left], single[left.stop - left.start]) for left, right in slices
        ]

    work = "grouped IoU, 118,000 images, 860,000 × 860,000 boxes"
    names = {
        "hotcoco": ("hotcoco.mask", "bbox_iou"),
        "faster-coco-eval": ("faster_coco_eval.core.mask", "iou"),
        "pycocotools": ("pycocotools.mask", "iou"),
    }
    there = {
        name: getattr(module, function)
        for name, (home, function) in names.items()
        if (module := library(home)) is not None
    }
    summed = float(ours()[0].sum())
    for iou in there.values():
        theirs = sum(float(np.sum(one)) for one in loop(iou))
        assert abs(theirs - summed) < 1e-6 * summed
    took_s = medians_s({"ours": ours, **{name: partial(loop, iou) for name, iou in there.items()}})
    yield from _best_and_slowest(work, took_s)


def _best_and_slowest(work: str, took_s: dict[str, float]) -> Iterator[Row]:
    fast = min((name for name in took_s if name != "ours"), key=took_s.__getitem__, default=None)
    wanted = ((fast, "the best peer", 7, 12), ("pycocotools", "pycocotools", 18, 30))
    for name, words, floor, goal in wanted:
        ran = name is not None and name in took_s
        yield Row(
            work=work if ran else f"NOT RUN, {words} is not installed: {work}",
            value=1_000 * took_s["ours"],
            unit="ms",
            peer=f"{name} in a loop" if ran else words,
            ratio=took_s[name] / took_s["ours"] if name is not None and ran else None,
            floor=floor if ran else None,
            goal=goal,
        )


def _pairs_of_few_classes() -> Iterator[Row]:
    items, classes = _labels(10_000_000, items=1_000_000, classes=CLASSES)
    sparse = library("scipy.sparse")

    def ours() -> Ints:
        return kernels.cooccurrence(items, classes, n_classes=CLASSES)

    def presence() -> Any:  # noqa: ANN401 - a sparse matrix of the peer's
        ones = np.ones(len(items), dtype=np.int32)
        assert sparse is not None
        made = sparse.csr_array((ones, (items, classes)), shape=(1_000_000, CLASSES))
        made.sum_duplicates()
        made.data[:] = 1
        return made

    def product(made: Any) -> NDArray[Any]:  # noqa: ANN401 - a sparse matrix of the peer's
        table: NDArray[Any] = (made.T @ made).toarray()
        return table

    def theirs() -> NDArray[Any]:
        return product(presence())

    ready = partial(product, presence()) if sparse else None
    assert ready is None or (ready() == ours()).all()
    yield from against(
        "co-occurrence, 10,000,000 labels × 80 classes",
        ours,
        [
            Peer(name="scipy AᵀA", work=theirs if sparse else None, floor=3.8, goal=8),
            Peer(name="scipy AᵀA, A made before", work=ready),
        ],
        repeats=3,
    )


def _pairs_of_many_classes() -> Iterator[Row]:
    items, classes = _labels(1_300_000, items=100_000, classes=1_203)
    duckdb = library("duckdb")

    def ours() -> Ints:
        return kernels.cooccurrence(items, classes, n_classes=1_203)

    def theirs() -> dict[str, NDArray[Any]]:
        assert duckdb is not None
        with duckdb.connect() as database:
            database.register("labels", {"item": items, "class": classes})
            found: dict[str, NDArray[Any]] = database.execute(
                "WITH held AS (SELECT DISTINCT item, class FROM labels) "
                "SELECT one.class AS a, other.class AS b, count(*) AS items "
                "FROM held AS one JOIN held AS other USING (item) GROUP BY ALL"
            ).fetchnumpy()
            return found

    if duckdb is not None:
        found, table = theirs(), ours()
        assert (table[found["a"], found["b"]] == found["items"]).all()
        assert table.sum() == found["items"].sum()
    yield from against(
        "co-occurrence, 1,300,000 labels × 1,203 classes",
        ours,
        [Peer(name="duckdb self-join", work=theirs if duckdb else None, floor=16, goal=30)],
    )


def _centres() -> Iterator[Row]:
    boxes, classes, sizes = _placed()
    ready = _relative_centres(boxes, sizes)
    fast, boost = library("fast_histogram"), library("boost_histogram")

    def ours() -> Ints:
        centres, _ = kernels.location_histogram(boxes, classes, sizes, n_classes=CLASSES, grid=GRID)
        return centres

    def loop(histogram: Callable[..., Any]) -> list[Any]:
        x, y = _relative_centres(boxes, sizes)
        masks = (classes == kind for kind in range(CLASSES))
        return [histogram(y[mask], x[mask], GRID, [[0, 1], [0, 1]]) for mask in masks]

    def fill(x: Floats, y: Floats) -> NDArray[Any]:
        assert boost is not None
        edge = {"underflow": False, "overflow": False}
        cells = boost.axis.Regular(GRID, 0, 1, **edge)
        kinds = boost.axis.Integer(0, CLASSES, **edge)
        made = boost.Histogram(kinds, cells, cells, storage=boost.storage.Int64())
        counts: NDArray[Any] = made.fill(classes, y, x).view()
        return counts

    by_numpy = partial(loop, lambda *given: np.histogram2d(*given)[0])
    by_fast = partial(loop, fast.histogram2d) if fast else None
    by_boost = (lambda: fill(*_relative_centres(boxes, sizes))) if boost else None
    for peer in (by_numpy, by_fast, by_boost):
        # A centre on the border of two cells may be rounded into either.
        assert peer is None or np.abs(np.asarray(peer()) - ours()).sum() <= 4
    yield from against(
        "boxes' centres into 64 × 64, 80 classes, 860,000 boxes",
        ours,
        [
            Peer(name="fast-histogram", work=by_fast, floor=4, goal=9),
            Peer(name="numpy.histogram2d", work=by_numpy, floor=12, goal=20),
            Peer(name="boost-histogram", work=by_boost, floor=0.85, goal=1.1),
            Peer(
                name="boost-histogram, centres made before",
                work=partial(fill, *ready) if boost else None,
            ),
        ],
        repeats=11,
    )


def _coverage() -> Iterator[Row]:
    boxes, classes, sizes = _placed()
    out = np.zeros((CLASSES, GRID, GRID))

    def ours() -> Ints:
        return kernels.coverage_histogram(boxes, classes, sizes, n_classes=CLASSES, grid=GRID)

    def theirs() -> None:
        out[:] = 0.0
        _cell_by_cell(boxes, classes, sizes, out)

    theirs()
    error = float(np.abs(ours() / 2**40 - out).max())
    assert error < CELL_ERROR_MAX, error
    yield from against(
        f"coverage into 64 × 64, 860,000 boxes, error {error:.0e} of a cell",
        ours,
        [Peer(name="exact loop over cells in numba", work=theirs, floor=12, goal=20)],
    )


@njit(nogil=True, error_model="numpy")
def _cell_by_cell(boxes: Floats, classes: NDArray[np.int32], sizes: Floats, out: Floats) -> None:
    grid = out.shape[1]
    for i in range(len(boxes)):
        across, down = grid / sizes[i, 0], grid / sizes[i, 1]
        left, right = boxes[i, 0] * across, (boxes[i, 0] + boxes[i, 2]) * across
        top, bottom = boxes[i, 1] * down, (boxes[i, 1] + boxes[i, 3]) * down
        for row in range(int(top), min(int(np.ceil(bottom)), grid)):
            high = min(bottom, row + 1.0) - max(top, float(row))
            for column in range(int(left), min(int(np.ceil(right)), grid)):
                wide = min(right, column + 1.0) - max(left, float(column))
                out[classes[i], row, column] += high * wide


def _boxes(count: int, *, seed: int) -> Floats:
    chance = np.random.default_rng(seed)
    return np.hstack([chance.uniform(0, 500, (count, 2)), chance.uniform(2, 200, (count, 2))])


def _borders(*, seed: int) -> Ints:
    images = np.sort(np.random.default_rng(seed).integers(0, IMAGES, BOXES))
    return np.searchsorted(images, np.arange(IMAGES + 1))


def _labels(count: int, *, items: int, classes: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    chance = np.random.default_rng(5)
    return (
        chance.integers(0, items, count, dtype=np.int32),
        chance.integers(0, classes, count, dtype=np.int32),
    )


def _relative_centres(boxes: Floats, sizes: Floats) -> tuple[Floats, Floats]:
    x, y, widths, heights = boxes.T
    return (x + widths * 0.5) / sizes[:, 0], (y + heights * 0.5) / sizes[:, 1]


def _placed() -> tuple[Floats, NDArray[np.int32], Floats]:
    """Give boxes that lie within their images: mostly small ones, as in photographs."""
    chance = np.random.default_rng(6)
    sizes = chance.choice(np.array([[640.0, 480.0], [480.0, 640.0], [500.0, 375.0]]), BOXES)
    sides = chance.beta(1, 4, (BOXES, 2)) * sizes
    corners = chance.uniform(0, 1, (BOXES, 2)) * (sizes - sides)
    classes = chance.integers(0, CLASSES, BOXES, dtype=np.int32)
    return np.hstack([corners, sides]), classes, sizes
