"""A Parquet file as a table."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing import cell_columns
from wiregrad.data.importing.cell_kinds import POINTS
from wiregrad.data.importing.cell_types import Labels
from wiregrad.data.importing.names import clean_name
from wiregrad.data.importing.options import ColumnType
from wiregrad.data.importing.parquet_columns import (
    ParquetReading,
    check_wish,
    missing_of,
    own_type,
    readings,
    texts,
)
from wiregrad.data.importing.source import Source
from wiregrad.data.importing.tabular import Cells
from wiregrad.data.importing.wishes import kept_columns, wishes_for

_ROWS_AT_ONCE = 10_000
_BROKEN = (pa.ArrowException, OSError, ValueError, OverflowError)


class ParquetTable:
    """See `tabular.Table`; close it, or use `with`.

    Raises `DataError` from the constructor for a damaged file, nested columns, names that are empty or occur
    twice, types that are not read, missing cells where they are refused, and too many classes.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        with _damage_explained():
            self._file = pq.ParquetFile(source.path, memory_map=False, pre_buffer=False)
        try:
            self._prepare()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def _prepare(self) -> None:
        self.size = int(self._file.metadata.num_rows)
        names = self._names()
        fields = {field.name: field for field in self._file.schema_arrow}
        wishes = wishes_for(names, self._source.options)
        own = {name: own_type(fields[name]) for name in names if wishes[name] != "skip"}
        types: dict[str, ColumnType] = dict.fromkeys(names, "skip")
        types |= {name: check_wish(fields[name], own[name], wishes[name]) for name in own}
        self._kept = kept_columns(types)
        self._check_size()
        labels, gaps = self._survey(types)
        found = [
            reading
            for name in self._kept
            for reading in readings(fields[name], types[name], labels.get(name))
        ]
        self._readings: Sequence[ParquetReading] = found
        self._types, self._labels = types, labels
        self.columns: Sequence[Column] = [reading.column for reading in found]
        self.missing: Mapping[str, int] = {reading.column.name: gaps[reading.source] for reading in found}

    def _names(self) -> list[str]:
        names: list[str] = []
        for number, field in enumerate(self._file.schema_arrow, start=1):
            if clean_name(field.name, f"The name of column {number}") in names:
                raise DataError(
                    "Two columns have this name.", column=field.name, remedy="Rename one of them."
                )
            names.append(field.name)
        if self.size == 0:
            raise DataError("The table has no rows.", remedy="Put at least one row of values into it.")
        return names

    def _check_size(self) -> None:
        """A few bytes can stand for billions of equal rows: refuse them before they are read."""
        limit = self._source.limits.stored
        if self.size * len(self._kept) > limit or len(self._kept) > self._source.limits.columns:
            raise DataError(
                f"It has {self.size:,} rows of {len(self._kept):,} columns; at most {in_words(limit)} "
                f"on disk and {self._source.limits.columns:,} columns are allowed.",
                remedy="Import fewer rows or columns.",
            )

    def _survey(self, types: Mapping[str, ColumnType]) -> tuple[dict[str, tuple[str, ...]], dict[str, int]]:
        """Read once for the classes, and to count missing cells."""
        options = self._source.options
        classes = [name for name in self._kept if types[name] == "category"]
        found = Labels(classes, self._source.limits)
        gaps = dict.fromkeys(self._kept, 0)
        for row, batch in self._batches():
            for name in self._kept:
                array = batch.column(name)
                missing = missing_of(array)
                if missing is not None:
                    gaps[name] += int(missing.sum())
                    if options.missing == "refuse":
                        raise _refused(name, row + int(missing.argmax()))
                if name in classes:
                    found.see(name, row, self._names_of_classes(array, name, row))
        if options.missing == "constant":
            for name in classes:
                if gaps[name]:
                    found.see(name, 1, [options.constant])
        return {name: found.of(name) for name in classes}, gaps

    def _names_of_classes(self, array: Any, name: str, row: int) -> list[str]:  # noqa: ANN401 - of PyArrow
        words = texts(array.drop_null())
        for text in dict.fromkeys(words):
            try:
                clean_name(text, "The text")
            except DataError as error:
                place = texts(array).index(text)
                raise error.at(row=row + place, column=name) from error
        return words

    def _batches(self) -> Iterator[tuple[int, Any]]:
        """Yield the number of a batch's first row, from 1, and the batch."""
        row = 1
        with _damage_explained():
            for batch in self._file.iter_batches(_ROWS_AT_ONCE, columns=self._kept, use_threads=False):
                yield row, batch
                row += batch.num_rows

    def blocks(self) -> Iterator[Sequence[Cells]]:
        for row, batch in self._batches():
            with _damage_explained():
                cells = [reading.read(batch.column(reading.source), row) for reading in self._readings]
            yield cells

    def understood(self, column: Column, constant: str) -> float | None:
        source = next(each.source for each in self._readings if each.column is column)
        same = cell_columns.readings(
            source,
            0,
            self._types[source],
            labels=self._labels.get(source),
            has_gaps=True,
            hours=True,
            notation=POINTS,
        )
        return next(each.understood(constant, POINTS) for each in same if each.column.name == column.name)


def _refused(column: str, row: int) -> DataError:
    return DataError(
        "The cell is missing (null or NaN).",
        row=row,
        column=column,
        remedy="Fill it in, choose what happens to missing cells, or leave the column out (type 'skip').",
    )


@contextmanager
def _damage_explained() -> Iterator[None]:
    try:
        yield
    except DataError:
        raise
    except _BROKEN as error:
        raise DataError(
            "The Parquet file is damaged, or written in a way that is not read.", remedy="Save it again."
        ) from error
