"""What the cells of a CSV column are: the type is inferred from all of them, and one culprit is named."""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.names import LONGEST_NAME, NUMBER, is_unseen, label_order, shown
from wiregrad.data.importing.options import ColumnType

_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL_COMMA = re.compile(r"[+-]?[0-9]*(?:\.[0-9]{3})*,[0-9]+")
_BOOLEANS = {"true": True, "false": False}
_MISSING = {"", "na", "n/a", "#n/a", "nan", "-nan", "null", "none", "nil", "?", "-", "."}
_INFINITE = {"inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}
# Numbers from here on round to infinity in float32.
_BEYOND_FLOAT32 = 2.0**128 - 2.0**103
_SMALLEST_INT64, _LARGEST_INT64 = -(2**63), 2**63 - 1


class Kind(StrEnum):
    """What one cell looks like."""

    EMPTY = "empty"
    INTEGER = "a whole number"
    NUMBER = "a number"
    HUGE_INTEGER = "a whole number of more than 64 bits"
    HUGE_NUMBER = "a number too large for float32"
    COMMA_NUMBER = "a number with a comma"
    BOOLEAN = "true or false"
    MISSING = "a mark for a missing value"
    TEXT = "text"
    UNFIT_TEXT = "text that is no name of a class"


NUMERIC = (Kind.INTEGER, Kind.NUMBER, Kind.HUGE_INTEGER, Kind.HUGE_NUMBER, Kind.COMMA_NUMBER)
_FITTING: dict[ColumnType, tuple[Kind, ...]] = {
    "number": (Kind.INTEGER, Kind.NUMBER, Kind.HUGE_INTEGER),
    "integer": (Kind.INTEGER,),
    "boolean": (Kind.BOOLEAN,),
    "category": tuple(set(Kind) - {Kind.EMPTY, Kind.UNFIT_TEXT}),
    "skip": tuple(Kind),
}
_WANTED: dict[ColumnType, str] = {
    "number": "a number",
    "integer": "a whole number of at most 64 bits",
    "boolean": "true or false",
    "category": f"the name of a class, at most {LONGEST_NAME} characters that can be seen",
    "skip": "anything",
}


def kind_of(cell: str) -> Kind:
    """Classify one cell that has no white space around it."""
    if _INTEGER.fullmatch(cell):
        return Kind.INTEGER if _SMALLEST_INT64 <= int(cell) <= _LARGEST_INT64 else Kind.HUGE_INTEGER
    if NUMBER.fullmatch(cell):
        return _kind_of_number(cell)
    if _DECIMAL_COMMA.fullmatch(cell):
        return Kind.COMMA_NUMBER
    return _kind_of_word(cell, cell.lower())


def _kind_of_number(cell: str) -> Kind:
    if abs(float(cell)) >= _BEYOND_FLOAT32:
        return Kind.HUGE_NUMBER
    return Kind.HUGE_INTEGER if cell.lstrip("+-").isdigit() else Kind.NUMBER


def _kind_of_word(cell: str, word: str) -> Kind:
    if not word:
        return Kind.EMPTY
    if word in _BOOLEANS:
        return Kind.BOOLEAN
    if word in _MISSING or word in _INFINITE:
        return Kind.MISSING
    return Kind.UNFIT_TEXT if len(cell) > LONGEST_NAME or any(map(is_unseen, cell)) else Kind.TEXT


def cleaned(cell: str) -> str:
    """Drop white space around a cell and compose its letters (NFC), so that equal labels are equal."""
    return unicodedata.normalize("NFC", cell).strip()


@dataclass
class Profile:
    """What the cells of one column look like, counted, with the first place of each kind."""

    name: str
    wanted: ColumnType | None = None
    counts: Counter[Kind] = field(default_factory=Counter)
    first: dict[Kind, tuple[int, str]] = field(default_factory=dict)

    def see(self, first_row: int, cells: Sequence[str]) -> None:
        """Look at the cells of consecutive rows."""
        kinds = [kind_of(cell) for cell in cells]
        self.counts.update(kinds)
        for kind in set(kinds) - self.first.keys():
            place = kinds.index(kind)
            self.first[kind] = first_row + place, cells[place]

    def decide(self) -> ColumnType:
        """Return the type that all cells fit.

        Without a wish of the person's: numbers if at least as many cells look like numbers as like words
        (whole ones if all are), true/false if nothing else occurs, else classes.

        Raises:
            DataError: a cell does not fit; it names the first that does not.

        """
        chosen = self.wanted or self._inferred()
        unfit = [place for kind, place in self.first.items() if kind not in _FITTING[chosen]]
        if unfit:
            raise self._unfit(chosen, *min(unfit))
        return chosen

    def _inferred(self) -> ColumnType:
        numbers = sum(self.counts[kind] for kind in NUMERIC)
        booleans = self.counts[Kind.BOOLEAN]
        words = self.counts[Kind.TEXT] + self.counts[Kind.UNFIT_TEXT]
        if words > numbers or (booleans and words + numbers):
            return "category"
        if booleans:
            return "boolean"
        whole = self.counts[Kind.INTEGER] + self.counts[Kind.HUGE_INTEGER]
        return "integer" if numbers and whole == numbers else "number"

    def _unfit(self, chosen: ColumnType, row: int, cell: str) -> DataError:
        if not cell:
            return DataError(
                f"The cell is empty; expected {_WANTED[chosen]}.", row=row, column=self.name, remedy=_FILL_IN
            )
        kind = kind_of(cell)
        expected = (
            "a number that fits float32, up to 3.4e38," if kind is Kind.HUGE_NUMBER else _WANTED[chosen]
        )
        others = "" if self.wanted else " as in the other rows"
        return DataError(
            f"Expected {expected}{others}, got {shown(cell)}.",
            row=row,
            column=self.name,
            remedy=_REMEDIES.get(kind, _MEND),
        )


_FILL_IN = "Fill it in, remove the row, or leave the column out (type 'skip')."
_MEND = "Mend the cell, or choose another type for the column ('category', or 'skip' to leave it out)."
_REMEDIES = {
    Kind.MISSING: _FILL_IN,
    Kind.COMMA_NUMBER: "Write decimal points, and no separators between thousands.",
    Kind.HUGE_INTEGER: "Choose 'category' if it is a name, 'number' if it is a quantity, or 'skip'.",
    Kind.UNFIT_TEXT: "Leave the column out (type 'skip').",
}


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


def column_of(name: str, chosen: ColumnType, labels: tuple[str, ...] | None) -> Column:
    """Make the column: a number has shape (1,), ready for a Linear; the others have shape ()."""
    if chosen == "number":
        return Column(name, "float32", (1,))
    if chosen == "boolean":
        return Column(name, "bool", ())
    return Column(name, "int64", (), labels)


def converter(column: Column) -> Callable[[Sequence[str]], NDArray[Any]]:
    """Return the function that turns cells, all known to fit, into rows of the column."""
    if column.dtype == "float32":
        return lambda cells: np.array([float(cell) for cell in cells], dtype=np.float32).reshape(-1, 1)
    if column.dtype == "bool":
        return lambda cells: np.array([_BOOLEANS[cell.lower()] for cell in cells], dtype=np.bool_)
    values = {label: value for value, label in enumerate(column.labels or ())}
    number: Callable[[str], int] = values.__getitem__ if column.labels else int
    return lambda cells: np.array([number(cell) for cell in cells], dtype=np.int64)
