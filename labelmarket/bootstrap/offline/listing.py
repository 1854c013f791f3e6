"""The items that a plain list names, one a line."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import numpy as np

from labelmarket.adapters.formats.dataset import Dataset
from labelmarket.bootstrap.offline.reading import Tell, Unusable
from labelmarket.workers.columns import Spans
from labelmarket.workers.insight import spans

LIST_BYTES_MAX = 1 << 28


def listed(path: Path, dataset: Dataset, *, tell: Tell) -> Spans:
    """Give the items of a dataset that a text file names: by name, by number, or by last name.

    The last name, without folder and ending, counts where only one item has it. Names of no item
    are counted and told. Raises Unusable.
    """
    names = _names(path)
    places = _places(dataset)
    found = [places[name] for name in names if name in places]
    if not found:
        raise Unusable(f"{path}: no line of it names an item of the gold file")
    if unknown := [name for name in names if name not in places]:
        tell(f"{path}: {len(unknown)} of its lines name no item, {unknown[0][:120]!r} first")
    return spans.of(np.array(found, dtype=np.int64))


def _names(path: Path) -> list[str]:
    try:
        if path.stat().st_size > LIST_BYTES_MAX:
            raise Unusable(f"{path}: longer than {LIST_BYTES_MAX:,} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not UTF-8 at byte {error.start}") from None
    return [line.strip() for line in text.split("\n") if line.strip()]


def _places(dataset: Dataset) -> dict[str, int]:
    """Give the item of each name; a whole name goes before a number, and that before a last one."""
    keys = [dataset.key(place) for place in range(len(dataset.items))]
    last = [PurePosixPath(key).stem for key in keys]
    often = Counter(last)
    return (
        _numbered(name if often[name] == 1 else "" for name in last)
        | _numbered(map(str, dataset.item_ids))
        | _numbered(keys)
    )


def _numbered(names: Iterable[str]) -> dict[str, int]:
    return {name: place for place, name in enumerate(names) if name}
