"""What the rows of a COCO file say and no column holds, counted by name."""

from collections import Counter
from collections.abc import Iterable, Mapping

from labelmarket.adapters.formats.dataset import Loss

NAMES_MAX = 1_000
NAME_CHARACTERS_MAX = 80
WHY = "the columns have no place for it"


class Fields:
    """How many rows say each name; those beyond the first thousand names share one number."""

    def __init__(self) -> None:
        self._rows: Counter[str] = Counter()
        self._beyond = 0

    def say(self, names: Iterable[str]) -> None:
        """Count what one row says."""
        for name in names:
            self.add(name, rows=1)

    def add(self, name: str, *, rows: int) -> None:
        if name in self._rows or len(self._rows) < NAMES_MAX:
            self._rows[name] += rows
        else:
            self._beyond += rows

    def add_all(self, counted: Mapping[str, int]) -> None:
        for name, rows in counted.items():
            self.add(name, rows=rows)

    def losses(self, *, of: str) -> tuple[Loss, ...]:
        """Give what is lost, sorted by name; `of` says what the rows are."""
        named = [
            Loss(what=f"{name[:NAME_CHARACTERS_MAX]} of {of}", count=rows, why=WHY)
            for name, rows in sorted(self._rows.items())
            if rows
        ]
        if self._beyond:
            named.append(Loss(what=f"other fields of {of}", count=self._beyond, why=WHY))
        return tuple(named)
