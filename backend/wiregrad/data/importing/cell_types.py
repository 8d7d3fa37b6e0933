"""What the columns of a CSV file are: the type is inferred from all cells, and one culprit is named."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_kinds import DATES, GAPS, NUMERIC, POINTS, Kind, Notation, kind_of, survey
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.names import LONGEST_NAME, label_order, shown
from wiregrad.data.importing.options import ColumnType

FITTING: dict[ColumnType, tuple[Kind, ...]] = {
    "number": (Kind.INTEGER, Kind.NUMBER, Kind.HUGE_INTEGER),
    "integer": (Kind.INTEGER,),
    "boolean": (Kind.BOOLEAN,),
    "category": tuple(set(Kind) - {Kind.EMPTY, Kind.UNFIT_TEXT}),
    "date": DATES,
    "date_parts": DATES,
    "skip": tuple(Kind),
}
_WANTED: dict[ColumnType, str] = {
    "number": "a number",
    "integer": "a whole number of at most 64 bits",
    "boolean": "true or false",
    "category": f"the name of a class, at most {LONGEST_NAME} characters that can be seen",
    "date": "a date such as 2026-03-04",
    "date_parts": "a date such as 2026-03-04",
    "skip": "anything",
}
_FILL_IN = "Fill it in, choose what happens to missing cells, or leave the column out (type 'skip')."
_MEND = "Mend the cell, or choose another type for the column ('category', or 'skip' to leave it out)."
_REMEDIES = {
    Kind.MISSING: _FILL_IN,
    Kind.FOREIGN_NUMBER: "Choose the other decimal sign, or write points and nothing between thousands.",
    Kind.HUGE_INTEGER: "Choose 'category' if it is a name, 'number' if it is a quantity, or 'skip'.",
    Kind.UNFIT_TEXT: "Leave the column out (type 'skip').",
}


@dataclass
class Profile:
    """What the cells of one column look like, counted, with the first place of each kind.

    Without a wish of the person's `chosen` is: numbers if at least as many cells look like numbers as like
    words (whole ones if all are), dates likewise, true/false if nothing else occurs, else classes.
    """

    name: str
    wanted: ColumnType | None = None
    gaps_allowed: bool = False
    notation: Notation = POINTS
    counts: Counter[Kind] = field(default_factory=Counter)
    first: dict[Kind, tuple[int, str]] = field(default_factory=dict)

    def see(self, first_row: int, cells: Sequence[str]) -> None:
        """Look at the cells of consecutive rows."""
        for kind, (count, place) in survey(cells, self.notation).items():
            self.counts[kind] += count
            self.first.setdefault(kind, (first_row + place, cells[place]))

    @property
    def chosen(self) -> ColumnType:
        return self.wanted or self._inferred()

    @property
    def missing(self) -> int:
        """How many cells are missing; where gaps are refused, a mark in a category column is a class."""
        return sum(self.counts[kind] for kind in GAPS) if self.gaps_allowed else 0

    def decide(self) -> ColumnType:
        """Return the type that all cells fit.

        Raises:
            DataError: a cell does not fit; it names the first that does not.

        """
        fitting = {*FITTING[self.chosen], *(GAPS if self.gaps_allowed else ())}
        unfit = [place for kind, place in self.first.items() if kind not in fitting]
        if unfit:
            raise self._unfit(*min(unfit))
        return self.chosen

    def _inferred(self) -> ColumnType:
        numbers = sum(self.counts[kind] for kind in NUMERIC)
        dates = sum(self.counts[kind] for kind in DATES)
        booleans = self.counts[Kind.BOOLEAN]
        words = self.counts[Kind.TEXT] + self.counts[Kind.UNFIT_TEXT]
        if dates and dates >= words + numbers + booleans:
            return "date"
        if words + dates > numbers or (booleans and words + dates + numbers):
            return "category"
        if booleans:
            return "boolean"
        whole = self.counts[Kind.INTEGER] + self.counts[Kind.HUGE_INTEGER]
        return "integer" if numbers and whole == numbers else "number"

    def _unfit(self, row: int, cell: str) -> DataError:
        wanted = _WANTED[self.chosen]
        if not cell:
            return DataError(
                f"The cell is empty; expected {wanted}.", row=row, column=self.name, remedy=_FILL_IN
            )
        kind = kind_of(cell, self.notation)
        expected = "a number that fits float32, up to 3.4e38," if kind is Kind.HUGE_NUMBER else wanted
        others = "" if self.wanted else " as in the other rows"
        return DataError(
            f"Expected {expected}{others}, got {shown(cell)}.",
            row=row,
            column=self.name,
            remedy=_REMEDIES.get(kind, _MEND),
        )


class Labels:
    """The classes of the category columns of one file, collected within bounds."""

    def __init__(self, names: Iterable[str], limits: Limits) -> None:
        self._seen: dict[str, set[str]] = {name: set() for name in names}
        self._limits = limits
        self._total = 0

    def see(self, name: str, first_row: int, cells: Sequence[str]) -> None:
        """Look at the cells of consecutive rows."""
        seen = self._seen[name]
        for cell in [cell for cell in dict.fromkeys(cells) if cell not in seen]:
            seen.add(cell)
            self._total += 1
            if len(seen) > self._limits.labels or self._total > self._limits.all_labels:
                raise DataError(
                    f"It has more than {len(seen) - 1:,} different texts, too many to be names of classes.",
                    row=first_row + cells.index(cell),
                    column=name,
                    remedy="Leave the column out (type 'skip').",
                )

    def of(self, name: str) -> tuple[str, ...]:
        """In the order of numbers, then of the alphabet."""
        return tuple(sorted(self._seen[name], key=label_order))
