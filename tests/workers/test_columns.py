"""Items found by their keys, over one manifest or many."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labelmarket.workers import columns
from labelmarket.workers.columns import ItemColumns, ItemTable, hashes_of


def manifest(keys: list[bytes], *, first: int, width: float = 10.0) -> ItemColumns:
    hashes = hashes_of(keys)
    by_hash = np.argsort(hashes)
    return ItemColumns(
        first=first,
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8),
        key_offsets=np.cumsum([0, *map(len, keys)]),
        hashes=hashes[by_hash],
        by_hash=by_hash.astype(np.int32),
        sizes=np.full((len(keys), 2), width),
        media=np.zeros((len(keys), 32), dtype=np.uint8),
    )


def test_keys_are_found_in_every_manifest() -> None:
    table = ItemTable((manifest([b"a", b"b"], first=0), manifest(["ü".encode()], first=2)))

    assert table.find([b"b", b"missing", "ü".encode(), b""]).tolist() == [1, -1, 2, -1]


def test_two_keys_with_one_hash_are_told_apart() -> None:
    items = manifest([b"a", b"b"], first=0)
    alike = ItemColumns(
        first=0,
        keys=items.keys,
        key_offsets=items.key_offsets,
        hashes=np.repeat(hashes_of([b"a"]), 2),
        by_hash=np.array([0, 1], dtype=np.int32),
        sizes=items.sizes,
        media=items.media,
    )

    assert alike.find([b"a"]).tolist() == [0]


@given(
    there=st.lists(st.binary(max_size=3), unique=True, max_size=12),
    wanted=st.lists(st.binary(max_size=3), max_size=12),
)
def test_keys_are_found_wherever_they_stand(there: list[bytes], wanted: list[bytes]) -> None:
    items = manifest(there, first=5)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(columns, "FOUND_AT_ONCE", 4)
        found = items.find(wanted)

    assert found.tolist() == [5 + there.index(key) if key in there else -1 for key in wanted]


def test_a_key_that_shares_hash_and_length_with_an_item_is_not_that_item() -> None:
    items = manifest([b"aa", b"bb"], first=0)
    alike = ItemColumns(
        first=0,
        keys=np.frombuffer(b"axbb", dtype=np.uint8),
        key_offsets=items.key_offsets,
        hashes=items.hashes,
        by_hash=items.by_hash,
        sizes=items.sizes,
        media=items.media,
    )

    assert alike.find([b"bb", b"aa", b"bb"]).tolist() == [1, -1, 1]


def test_hashes_do_not_depend_on_the_process() -> None:
    assert hashes_of([b"a.jpg"]).tolist() == [9918916968011810814]


def test_sizes_are_gathered_across_manifests() -> None:
    table = ItemTable((manifest([b"a"], first=0), manifest([b"b"], first=1, width=7.0)))

    assert table.sizes(np.array([1, 0, 1], dtype=np.int32))[:, 0].tolist() == [7.0, 10.0, 7.0]


def test_a_page_of_items_may_span_manifests() -> None:
    table = ItemTable((manifest([b"a", b"b"], first=0), manifest([b"c"], first=2)))

    found = [(ordinal, items.key(index)) for ordinal, items, index in table.between(1, 9)]

    assert found == [(1, b"b"), (2, b"c")]


def test_manifests_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="begins at item 1"):
        ItemTable((manifest([b"a"], first=1),))
