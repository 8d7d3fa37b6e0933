"""A CSV file as a table: its dialect, the types of its columns, and its cells as numbers, block by block."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_columns import Reading, readings
from wiregrad.data.importing.cell_kinds import NUMERIC, Kind, Notation, is_missing, kind_of
from wiregrad.data.importing.cell_types import Labels, Profile
from wiregrad.data.importing.names import clean_name
from wiregrad.data.importing.records import Dialect, find_dialect, records
from wiregrad.data.importing.source import Source
from wiregrad.data.importing.tabular import Cells
from wiregrad.data.importing.wishes import kept_columns, wishes_for

_CELLS_AT_ONCE = 100_000


class CsvTable:
    """See `tabular.Table`."""

    def __init__(
        self,
        rows: "_Rows",
        notation: Notation,
        found: Sequence[Reading],
        missing: Mapping[str, int],
        size: int,
    ) -> None:
        self._rows = rows
        self._notation = notation
        self._readings = {reading.column.name: reading for reading in found}
        self.columns: Sequence[Column] = [reading.column for reading in found]
        self.missing = missing
        self.size = size

    @classmethod
    def open(cls, source: Source) -> "CsvTable":
        """Find out what the columns are, from all cells.

        Raises:
            DataError: a cell that does not fit its column, rows of other lengths, two columns of one name.

        """
        rows = _Rows.open(source)
        options = source.options
        notation = Notation(options.decimal, options.day_first)
        profiles = [
            Profile(name, wanted, options.missing != "refuse", notation)
            for name, wanted in wishes_for(rows.names, options).items()
        ]
        size = _look(rows, profiles)
        types = {profile.name: profile.decide() for profile in profiles}
        kept = kept_columns(types)
        labels = _labels([name for name in kept if types[name] == "category"], rows, source)
        found: list[Reading] = []
        missing: dict[str, int] = {}
        for place, profile in enumerate(profiles):
            if profile.name in kept:
                made = readings(
                    profile.name,
                    place,
                    types[profile.name],
                    labels=labels.get(profile.name),
                    has_gaps=profile.missing > 0,
                    hours=profile.counts[Kind.MOMENT] > 0,
                    notation=notation,
                )
                found += made
                missing.update({reading.column.name: profile.missing for reading in made})
        _check_names(found)
        return cls(rows, notation, found, missing, size)

    def blocks(self) -> Iterator[Sequence[Cells]]:
        for _, columns in self._rows.blocks():
            yield [reading.read(columns[reading.place]) for reading in self._readings.values()]

    def understood(self, column: Column, constant: str) -> float | None:
        return self._readings[column.name].understood(constant, self._notation)


def _look(rows: "_Rows", profiles: Sequence[Profile]) -> int:
    size = 0
    for row, columns in rows.blocks():
        size += len(columns[0])
        for profile, cells in zip(profiles, columns, strict=True):
            profile.see(row, cells)
    if size == 0:
        raise DataError(
            "The table has a header but no rows.", remedy="Add rows, or say that there is no header."
        )
    return size


def _labels(names: list[str], rows: "_Rows", source: Source) -> Mapping[str, tuple[str, ...]]:
    """Collect the classes of the category columns, which takes another reading."""
    if not names:
        return {}
    options = source.options
    found = Labels(names, source.limits)
    places = [(name, rows.names.index(name)) for name in names]
    for row, columns in rows.blocks():
        for name, place in places:
            cells: Sequence[str] = columns[place]
            if options.missing == "constant":
                cells = [options.constant if is_missing(cell) else cell for cell in cells]
            elif options.missing != "refuse":
                cells = [cell for cell in cells if not is_missing(cell)]
            found.see(name, row, cells)
    return {name: found.of(name) for name in names}


def _check_names(found: Sequence[Reading]) -> None:
    names = [reading.column.name for reading in found]
    for name in names:
        if names.count(name) > 1:
            raise DataError(
                "The part of a date would have the name of another column.",
                column=name,
                remedy="Rename that column.",
            )


@dataclass(frozen=True)
class _Rows:
    """A CSV file whose dialect and column names are known."""

    source: Source
    dialect: Dialect
    names: list[str]
    header: bool

    @classmethod
    def open(cls, source: Source) -> "_Rows":
        if source.path.stat().st_size > source.limits.csv:
            raise DataError(
                f"The table is larger than {in_words(source.limits.csv)}, which is the limit.",
                remedy="Split it, or convert it to an .npz file.",
            )
        dialect = find_dialect(source.path, source.options, source.limits)
        first = next(records(source.path, dialect, source.limits), None)
        if first is None:
            raise DataError("The table is empty.", remedy="Put at least one row of values into it.")
        cells = first[1]
        header = source.options.header if source.options.header is not None else _is_header(cells)
        names = _names(cells) if header else [f"column{number}" for number in range(1, len(cells) + 1)]
        return cls(source, dialect, names, header)

    def _each(self) -> Iterator[list[str]]:
        """Yield the cleaned cells of each row of values, all of one length."""
        for row, cells in records(self.source.path, self.dialect, self.source.limits):
            if self.header and row == 1:
                continue
            if len(cells) != len(self.names):
                raise DataError(
                    f"It has {len(cells)} cells; expected {len(self.names)} as in the first row.",
                    row=row,
                    remedy="Add or remove cells; put text that contains the delimiter in quotation marks.",
                )
            yield cells

    def blocks(self) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
        """Yield the number of a block's first row and its columns. Rows follow each other without gaps."""
        rows_at_once = max(1, _CELLS_AT_ONCE // len(self.names))
        rows, row = self._each(), 1 + self.header
        while block := list(islice(rows, rows_at_once)):
            yield row, list(zip(*block, strict=True))
            row += len(block)


def _is_header(cells: list[str]) -> bool:
    """Tell names from values: a first row with a number, or with true or false, is a row of values."""
    return not any(kind_of(cell) in {*NUMERIC, Kind.BOOLEAN} for cell in cells)


def _names(cells: list[str]) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(cells, start=1):
        try:
            name = clean_name(cell, f"The name of column {number}")
        except DataError as error:
            raise DataError(error.message, row=1, remedy=error.remedy) from error
        if name in names:
            raise DataError("Two columns have this name.", row=1, column=name, remedy="Rename one of them.")
        names.append(name)
    return names
