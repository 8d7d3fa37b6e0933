"""From the cells of a CSV column to columns of numbers: one each, or several for the parts of a date."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Column
from wiregrad.data.importing.cell_kinds import BOOLEANS, Notation, is_missing, kind_of
from wiregrad.data.importing.cell_types import FITTING
from wiregrad.data.importing.dates import HOUR, PARTS, days_of
from wiregrad.data.importing.options import ColumnType
from wiregrad.data.importing.tabular import Cells

Convert = Callable[[Sequence[str]], NDArray[Any]]
SINCE_1970 = "Days since 1 January 1970 (UTC)."
_STAND_INS: dict[ColumnType, str] = {"boolean": "false", "date": "1970-01-01", "date_parts": "1970-01-01"}


@dataclass(frozen=True)
class Reading:
    """A column of the dataset, the place of its cells in a row, and how they become numbers."""

    column: Column
    place: int
    chosen: ColumnType
    convert: Convert
    has_gaps: bool

    def read(self, cells: Sequence[str]) -> Cells:
        """Convert the cells of a block, all known to fit or to be missing."""
        if not self.has_gaps:
            return Cells(self.convert(cells))
        gaps = np.array([is_missing(cell) for cell in cells], dtype=np.bool_)
        if not gaps.any():
            return Cells(self.convert(cells))
        whole = [self._stand_in if gap else cell for cell, gap in zip(cells, gaps.tolist(), strict=True)]
        return Cells(self.convert(whole), gaps)

    @property
    def _stand_in(self) -> str:
        labels = self.column.labels
        return labels[0] if labels else _STAND_INS.get(self.chosen, "0")

    def understood(self, constant: str, notation: Notation) -> float | None:
        """Read a chosen value as a cell of this column; None if it is none."""
        if kind_of(constant, notation) not in FITTING[self.chosen]:
            return None
        number: float = self.convert([constant])[0].item()
        return number


def readings(
    name: str,
    place: int,
    chosen: ColumnType,
    *,
    labels: tuple[str, ...] | None,
    has_gaps: bool,
    hours: bool,
    notation: Notation,
) -> list[Reading]:
    """Make the columns: a number or date has shape (1,), ready for a Linear; the others have shape ()."""
    if chosen == "date_parts":
        parts = [part for part in PARTS if hours or part != HOUR]
        columns = [Column(f"{name} {part}", "int64", (), None, PARTS[part][1]) for part in parts]
        return [
            Reading(column, place, chosen, _part(part, notation), has_gaps)
            for part, column in zip(parts, columns, strict=True)
        ]
    convert = _converter(chosen, labels, notation)
    return [Reading(column_of(name, chosen, labels), place, chosen, convert, has_gaps)]


def column_of(name: str, chosen: ColumnType, labels: tuple[str, ...] | None) -> Column:
    if chosen in {"number", "date"}:
        return Column(name, "float32", (1,), None, SINCE_1970 if chosen == "date" else "")
    if chosen == "boolean":
        return Column(name, "bool", ())
    return Column(name, "int64", (), labels)


def _converter(chosen: ColumnType, labels: tuple[str, ...] | None, notation: Notation) -> Convert:
    if chosen == "category":
        values = {label: value for value, label in enumerate(labels or ())}
        return lambda cells: np.array([values[cell] for cell in cells], dtype=np.int64)
    if chosen == "boolean":
        return lambda cells: np.array([BOOLEANS[cell.lower()] for cell in cells], dtype=np.bool_)
    if chosen == "date":
        return lambda cells: _days(cells, notation)
    if chosen == "integer":
        return lambda cells: np.array([int(notation.plain(cell)) for cell in cells], dtype=np.int64)
    if notation.decimal == ".":
        return lambda cells: np.array([float(cell) for cell in cells], dtype=np.float64)
    return lambda cells: np.array([float(notation.plain(cell)) for cell in cells], dtype=np.float64)


def _part(part: str, notation: Notation) -> Convert:
    convert, _ = PARTS[part]
    return lambda cells: convert(_days(cells, notation))


def _days(cells: Sequence[str], notation: Notation) -> NDArray[np.float64]:
    known = {cell: days_of(cell, notation.day_first) for cell in set(cells)}
    return np.array([known[cell] for cell in cells], dtype=np.float64)
