"""A table whose columns are known, read block by block; its missing cells are filled while it is stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.names import shown
from wiregrad.data.importing.options import MissingRule
from wiregrad.data.importing.source import OpenWriter, Source

Values = NDArray[Any]


@dataclass(frozen=True)
class Cells:
    """Consecutive cells of a column: numbers of shape (rows,), and which are missing, None for none."""

    values: Values
    missing: NDArray[np.bool_] | None = None

    @property
    def present(self) -> Values:
        found: Values = self.values if self.missing is None else self.values[~self.missing]
        return found


class Table(Protocol):
    """What tables of all formats give: columns, size, missing cells by column, all cells as often as asked.

    `understood` reads a constant as a cell of a column; None if it does not fit.
    """

    columns: Sequence[Column]
    size: int
    missing: Mapping[str, int]

    def blocks(self) -> Iterator[Sequence[Cells]]: ...

    def understood(self, column: Column, constant: str) -> float | None: ...


def write_table(table: Table, source: Source, open_writer: OpenWriter) -> int:
    """Store a table, its missing cells dropped or filled as the options say; give the number of rows.

    Raises:
        DataError: nothing is left, a column is all missing, or the constant does not fit a column.

    """
    rule = source.options.missing
    gaps = {name: count for name, count in table.missing.items() if count}
    size = _complete_rows(table) if gaps and rule == "drop" else table.size
    fills = {} if rule in {"drop", "refuse"} else _fills(table, gaps, source)
    writer = open_writer(size)
    writer.missing.update({name: gaps[name] for name in fills})
    for column in table.columns:
        writer.add(_described(column, fills, gaps, rule))
    for block in table.blocks():
        kept = _complete(block) if rule == "drop" else None
        for column, cells in zip(table.columns, block, strict=True):
            values = cells.values
            if cells.missing is not None and column.name in fills:
                values = np.where(cells.missing, fills[column.name], values)
            rows = values if kept is None else values[kept]
            writer.append(column.name, rows.astype(column.dtype, copy=False).reshape(-1, *column.shape))
    return size


def _complete(block: Sequence[Cells]) -> NDArray[np.bool_] | None:
    gaps = [cells.missing for cells in block if cells.missing is not None]
    return ~reduce(np.logical_or, gaps) if gaps else None


def _complete_rows(table: Table) -> int:
    size = 0
    for block in table.blocks():
        kept = _complete(block)
        size += len(block[0].values) if kept is None else int(kept.sum())
    if size == 0:
        raise DataError(
            "Every row has a missing cell, so dropping such rows leaves nothing.",
            remedy="Fill the missing cells instead, or leave out the columns that have many of them.",
        )
    return size


def _described(
    column: Column, fills: Mapping[str, float], gaps: Mapping[str, int], rule: MissingRule
) -> Column:
    if column.name not in fills:
        return column
    fill = fills[column.name]
    meant = shown(column.labels[int(fill)]) if column.labels else f"{fill:g}"
    words = _rule_for(column, rule).replace("_", " ").replace("constant", "chosen value")
    note = f"{gaps[column.name]:,} missing cells are filled with the {words}, {meant}."
    return replace(column, description=f"{column.description} {note}".strip())


def _rule_for(column: Column, rule: MissingRule) -> MissingRule:
    """Classes, and true or false, have no mean and no median: there the most frequent one is meant."""
    is_quantity = column.labels is None and column.dtype != "bool"
    return rule if is_quantity or rule == "constant" else "most_frequent"


def _fills(table: Table, gaps: Mapping[str, int], source: Source) -> dict[str, float]:
    """Find what each column with gaps is filled with, in one reading for all of them."""
    incomplete = [(place, column) for place, column in enumerate(table.columns) if column.name in gaps]
    if source.options.missing == "constant":
        return {column.name: _constant(table, column, source.options.constant) for _, column in incomplete}
    for _, column in incomplete:
        if gaps[column.name] == table.size:
            raise DataError(
                "All of its cells are missing.",
                column=column.name,
                remedy="Leave the column out (type 'skip'), or fill in a constant.",
            )
    collectors: dict[str, _Collector] = {}
    for place, column in incomplete:
        kind = _COLLECTORS[_rule_for(column, source.options.missing)]
        collectors[column.name] = kind(source.scratch / f"fill{place}.part")
    for block in table.blocks() if collectors else ():
        for place, column in incomplete:
            collectors[column.name].see(block[place].present)
    return {column.name: _in_kind(column, collectors[column.name].found()) for _, column in incomplete}


def _in_kind(column: Column, fill: float) -> float:
    """Whole numbers stay whole: their mean and median are rounded."""
    return round(fill) if column.dtype == "int64" else fill


def _constant(table: Table, column: Column, constant: str) -> float:
    fill = table.understood(column, constant)
    if fill is None:
        raise DataError(
            f"The value chosen for missing cells, {shown(constant)}, does not fit this column.",
            column=column.name,
            remedy="Choose another value or rule, or leave the column out (type 'skip').",
        )
    return fill


class _Collector(Protocol):
    def see(self, values: Values) -> None: ...

    def found(self) -> float: ...


class _Mean:
    def __init__(self, _scratch: Path) -> None:
        self._sum, self._count = 0.0, 0

    def see(self, values: Values) -> None:
        self._sum += float(values.sum(dtype=np.float64))
        self._count += len(values)

    def found(self) -> float:
        return self._sum / self._count


class _Spilled:
    """Keeps a column's values in a file, so that only one column at a time is in memory."""

    def __init__(self, scratch: Path) -> None:
        self._path = scratch
        self._dtype: np.dtype[Any] = np.dtype(np.float64)

    def see(self, values: Values) -> None:
        self._dtype = values.dtype
        with self._path.open("ab") as file:
            file.write(np.ascontiguousarray(values).data)

    def _all(self) -> Values:
        return np.fromfile(self._path, self._dtype)


class _Median(_Spilled):
    def found(self) -> float:
        return float(np.median(self._all()))


class _MostFrequent(_Spilled):
    """Of several that are equally frequent, the smallest, which of labels is the first."""

    def found(self) -> float:
        values, counts = np.unique(self._all(), return_counts=True)
        most: float = values[np.argmax(counts)].item()
        return most


_COLLECTORS: dict[MissingRule, Callable[[Path], _Collector]] = {
    "mean": _Mean,
    "median": _Median,
    "most_frequent": _MostFrequent,
}
