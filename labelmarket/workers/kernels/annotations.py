"""The annotations of a COCO file: found in its text, and read into columns."""

import numpy as np
from numpy.typing import NDArray

from labelmarket.workers.kernels import annotation_index, annotation_names, annotation_values
from labelmarket.workers.kernels.annotation_columns import Index, Text, Values


class NoRows(Exception):
    """The text is not a list of objects, or the list is too long."""

    def __init__(self, *, too_many: bool) -> None:
        super().__init__("too many rows" if too_many else "not a list of objects")
        self.too_many = too_many


def index_annotations(text: Text, *, begin: int, rows_max: int) -> tuple[Index, int]:
    """Find the rows of a list and the places of their values.

    Parameters
    ----------
    text : (n,) uint8
        A JSON text below 2**32 bytes whose last byte is a closing brace.
    begin : int
        Where the bracket stands that opens the list.
    rows_max : int
        How many rows there may be.

    Returns
    -------
    index, end : Index, int
        The rows, and the place behind the list, or the end of a text that ends with its last row.
        A row is ODD when it is not known to be strict JSON that names nothing twice, or is of a
        shape that is not read here: text beyond ASCII, masks, objects in objects, names beyond the
        first 64 that are no fields. What stands in polygons is only counted.

    Raises
    ------
    ValueError
        When the text does not end in a brace, or no list begins there.
    NoRows
        When the list is no list of objects, or has more than `rows_max` rows.

    """
    if not len(text) or bytes((text[-1], text[begin])) != b"}[" or len(text) >= 1 << 32:
        raise ValueError("an index needs a text that ends in a brace, and the place of a list")
    room = min(rows_max, (len(text) - begin) // 3) + 1
    index = Index(
        spans=np.empty((room, 2), dtype=np.uint32),
        state=np.empty(room, dtype=np.uint8),
        values=np.empty((room, len(annotation_names.FIELDS)), dtype=np.uint32),
        rings=np.empty(room, dtype=np.uint32),
        numbers=np.empty(room, dtype=np.uint32),
        others=np.zeros((annotation_names.OTHERS_MAX, 4), dtype=np.uint64),
    )
    view = text.view()
    view.flags.writeable = False
    rows, end, others = annotation_index.index_rows(
        view, begin, index, np.empty((annotation_names.NAMES_MAX, 3), dtype=np.uint64)
    )
    if rows < 0:
        raise NoRows(too_many=rows == annotation_index.TOO_MANY)
    for column in index[:-1]:
        # Memory that was never written to was never taken, and now it is given back.
        column.resize((rows, *column.shape[1:]), refcheck=False)
    return index._replace(others=index.others[:others]), end


def read_annotations(
    text: Text, places: NDArray[np.uint32], into: Values, *, first: int, stop: int
) -> None:
    """Read the rows from `first` to before `stop` whose outcome is not UNREAD already.

    Parameters
    ----------
    text : (n,) uint8
        The text that was indexed.
    places : (rows, 9) uint32
        Where each value begins, 0 for one that a row does not have.
    into : Values
        Filled for the rows asked for, and for no others, so that threads may share it.
    first, stop : int
        Which rows to read.

    The outcome of a row is UNREAD when a value is not of the type and in the bounds that are usual:
    more than 18 digits, an exponent beyond 64, a mask, a negative side, a ring of an odd number of
    coordinates. Then the row's other values mean nothing. A row without a box has NaN in its place.

    Notes
    -----
    Numbers are rounded correctly: by one exact operation where mantissa and power of ten are small,
    else as in D. Lemire, "Number parsing at a gigabyte per second", Software: Practice and
    Experience 51 (2021).

    """
    view = text.view()
    view.flags.writeable = False
    annotation_values.read_rows(view, places, into, first, stop)


def warm() -> None:
    """Index and read one row."""
    said = b'[{"image_id":1,"category_id":1,"bbox":[0,0,1,1],"area":1e-9,"segmentation":[[0,1]]}'
    text = np.frombuffer(said, dtype=np.uint8)
    index, _ = index_annotations(text, begin=0, rows_max=1)
    whole, real = np.zeros(1, dtype=np.int64), np.zeros(1)
    into = Values(
        image_ids=whole,
        category_ids=whole,
        ids=whole,
        boxes=np.zeros((1, 4)),
        crowd=np.zeros(1, dtype=np.uint8),
        areas=real,
        scores=real,
        annotators=whole,
        outcome=np.zeros(1, dtype=np.uint8),
        first_number=np.array([0, 2]),
        first_ring=np.array([0, 1]),
        points=np.zeros(2),
        ring_ends=whole,
    )
    read_annotations(text, index.values, into, first=0, stop=1)
