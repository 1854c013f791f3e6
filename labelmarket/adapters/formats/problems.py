"""Rows that were left out of a file: the first hundred by name, the rest by number."""

from labelmarket.application.labels import PROBLEMS_KEPT_MAX, RowProblem

TEXT_CHARACTERS_MAX = 300


class BadRow(Exception):
    """One row cannot be taken; the rows around it can."""

    def __init__(self, code: str, message: str, *, item: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.item = item


class Problems:
    """Counts every row left out and keeps the first ones."""

    def __init__(self) -> None:
        self.total = 0
        self._kept: list[RowProblem] = []

    @property
    def kept(self) -> tuple[RowProblem, ...]:
        return tuple(self._kept)

    def add(self, bad: BadRow, *, row: int, item: str = "") -> None:
        """Count a row, with the item that the problem names where the row itself names none."""
        self.total += 1
        if len(self._kept) < PROBLEMS_KEPT_MAX:
            self._kept.append(
                RowProblem(
                    row=row,
                    item=(item or bad.item)[:TEXT_CHARACTERS_MAX],
                    code=bad.code,
                    message=bad.message[:TEXT_CHARACTERS_MAX],
                )
            )

    def added(self, bad: BadRow, *, row: int, item: str = "") -> BadRow:
        """Count a row and give its problem back, for the rows that fail with it."""
        self.add(bad, row=row, item=item)
        return bad
