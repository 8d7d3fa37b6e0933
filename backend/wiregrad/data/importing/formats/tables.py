"""Tables: CSV with commas, semicolons or tabs. Read once for types, once for values; never held in memory."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_types import (
    NUMERIC,
    Kind,
    Labels,
    Profile,
    column_of,
    converter,
    kind_of,
)
from wiregrad.data.importing.limits import in_words
from wiregrad.data.importing.names import clean_name, shown, title_of
from wiregrad.data.importing.options import ColumnType
from wiregrad.data.importing.records import Dialect, find_dialect, records
from wiregrad.data.importing.source import OpenWriter, Source
from wiregrad.data.importing.writing import FolderWriter

NAME = "CSV table"
EXTENSIONS = ("csv", "tsv", "txt")
MAGIC = ()
_CELLS_AT_ONCE = 100_000


def read(source: Source, open_writer: OpenWriter) -> str:
    """Import a table, one column per column. See `cell_types` for how types are inferred."""
    table = _Table.open(source)
    types, size = table.profile()
    kept = [name for name, chosen in types.items() if chosen != "skip"]
    if not kept:
        raise DataError("Every column is skipped, so nothing is left.", remedy="Keep at least one column.")
    labels = table.labels([name for name in kept if types[name] == "category"])
    writer = open_writer(size)
    for name in kept:
        writer.add(column_of(name, types[name], labels.get(name)))
    table.write(writer)
    return f"{size:,} rows of {title_of(source.filename)}."


@dataclass(frozen=True)
class _Table:
    """A CSV file whose dialect and column names are known."""

    source: Source
    dialect: Dialect
    names: list[str]
    header: bool

    @classmethod
    def open(cls, source: Source) -> "_Table":
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

    def _rows(self) -> Iterator[list[str]]:
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

    def profile(self) -> tuple[dict[str, ColumnType], int]:
        """Decide each column's type and count the rows."""
        profiles = [Profile(name, wanted) for name, wanted in self._wishes().items()]
        size = 0
        for row, columns in self._blocks():
            size += len(columns[0])
            for profile, cells in zip(profiles, columns, strict=True):
                profile.see(row, cells)
        if size == 0:
            raise DataError(
                "The table has a header but no rows.",
                remedy="Add rows, or say that there is no header.",
            )
        return {profile.name: profile.decide() for profile in profiles}, size

    def _wishes(self) -> dict[str, ColumnType | None]:
        wishes = self.source.options.columns
        for name in wishes:
            if name not in self.names:
                raise DataError(
                    "A type is chosen for a column that the table does not have. "
                    f"It has: {', '.join(map(shown, self.names[:20]))}.",
                    column=name,
                )
        return {name: wishes.get(name) for name in self.names}

    def labels(self, names: list[str]) -> Mapping[str, tuple[str, ...]]:
        """Collect the classes of the category columns, which takes another reading."""
        if not names:
            return {}
        found = Labels(names, self.source.limits)
        places = [(name, self.names.index(name)) for name in names]
        for row, columns in self._blocks():
            for name, place in places:
                found.see(name, row, columns[place])
        return {name: found.of(name) for name in names}

    def write(self, writer: FolderWriter) -> None:
        columns = [(self.names.index(column.name), column) for column in writer.columns]
        convert = {column.name: converter(column) for _, column in columns}
        for _, block in self._blocks():
            for place, column in columns:
                writer.append(column.name, convert[column.name](block[place]))

    def _blocks(self) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
        """Yield the number of a block's first row and its columns. Rows follow each other without gaps."""
        rows_at_once = max(1, _CELLS_AT_ONCE // len(self.names))
        rows, row = self._rows(), 1 + self.header
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
