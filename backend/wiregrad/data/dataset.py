"""A dataset: named columns with one first axis, read as batches of plain arrays."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.chunks import chunks
from wiregrad.data.errors import DataError, UnknownColumn
from wiregrad.data.resizing import RULES, USUAL, Resize
from wiregrad.data.summary import ColumnStatistics, content_sha256, summarize

ColumnDType: TypeAlias = Literal["float32", "int64", "bool"]
Cell: TypeAlias = bool | int | float | str | bytes | list[Any]
Stored: TypeAlias = NDArray[Any]

PIXEL_LEVELS = 255
_PICTURE_CHANNELS = (1, 3)
_PICTURE_RANK = 3


@dataclass(frozen=True)
class Column:
    """One named array of a dataset, without its first axis.

    `labels` are class names: the value i of an int64 column means `labels[i]`. A float32 column of shape
    (1 or 3, height, width) holds pictures, channels first, 0 = black and 1 = white.
    """

    name: str
    dtype: ColumnDType
    shape: tuple[int, ...]
    labels: tuple[str, ...] | None = None
    description: str = ""

    @property
    def is_picture(self) -> bool:
        return (
            self.dtype == "float32"
            and len(self.shape) == _PICTURE_RANK
            and self.shape[0] in _PICTURE_CHANNELS
            and min(self.shape[1:]) > 1
        )


@dataclass(frozen=True)
class Origin:
    """What a dataset was imported from: the kind of file, the names it had, and the options chosen."""

    kind: str
    files: tuple[str, ...]
    options: dict[str, Any]


@dataclass(frozen=True)
class StoredAs:
    """What is known of an imported dataset besides its values; `origin` is None for those of old versions."""

    bytes: int
    created: datetime
    origin: Origin | None


class Dataset:
    """Columns that are looked up by name and read by sample index.

    `load(name)` gives the array behind a column, shape (size, *column.shape), and is called when the column
    is first read: a stored set maps its file into memory, a generated one draws its samples. The array has
    the column's dtype, or is uint8 behind a float32 column: then it holds 255ths. `missing` counts the cells
    that were filled in, by column; `stored` is None for sets that come with the package.
    """

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - the contract's word
        name: str,
        description: str,
        columns: Iterable[Column],
        size: int,
        load: Callable[[str], Stored],
        attribution: str | None = None,
        statistics: Mapping[str, ColumnStatistics] | None = None,
        sha256: str | None = None,
        missing: Mapping[str, int] | None = None,
        stored: StoredAs | None = None,
    ) -> None:
        self.id = id
        self.name = name
        self.description = description
        self.attribution = attribution
        self.columns: Mapping[str, Column] = MappingProxyType({column.name: column for column in columns})
        self.size = size
        self._load = load
        self._known_statistics = statistics
        self._known_sha256 = sha256
        self._missing = missing or {}
        self.stored = stored

    @property
    def resize(self) -> Resize:
        """How its pictures were brought to their size when they were imported."""
        origin = self.stored.origin if self.stored else None
        chosen = origin.options.get("resize") if origin else None
        return next((rule for rule in RULES if rule == chosen), USUAL)

    def __len__(self) -> int:
        return self.size

    def __repr__(self) -> str:
        columns = ", ".join(f"{c.name}: {c.dtype}{list(c.shape)}" for c in self.columns.values())
        return f"Dataset({self.id!r}, {self.size} samples, {columns})"

    def column(self, name: str) -> Column:
        """Look a column up; `UnknownColumn` names those that exist."""
        try:
            return self.columns[name]
        except KeyError:
            raise UnknownColumn(self.id, name, self.columns) from None

    def take(self, indices: NDArray[np.integer[Any]], columns: Sequence[str]) -> dict[str, NDArray[Any]]:
        """Copy the samples at `indices` (1-D, integers): one contiguous array per column, of its dtype.

        Raises:
            UnknownColumn: a name that this dataset does not have.
            IndexError: an index beyond the last sample or below 0.

        """
        if len(indices) and (indices.min() < 0 or indices.max() >= self.size):
            raise IndexError(
                f"Dataset {self.id!r} has the samples 0 to {self.size - 1}; "
                f"got indices from {indices.min()} to {indices.max()}."
            )
        return {name: self._values(self.column(name), indices) for name in columns}

    def _values(self, column: Column, indices: NDArray[np.integer[Any]]) -> NDArray[Any]:
        return as_values(column, self._array(column)[indices])

    def _array(self, column: Column) -> Stored:
        array = np.asarray(self._load(column.name))
        if array.shape != (self.size, *column.shape):
            raise DataError(
                f"Its stored array has the shape {array.shape}; expected {(self.size, *column.shape)}.",
                column=column.name,
                remedy="The stored file was changed or damaged. Import the data again.",
            )
        return array

    def preview(self, count: int, offset: int = 0) -> list[dict[str, Cell]]:
        """Show `count` samples from `offset` on: numbers, labels in words, pictures as PNG bytes."""
        shown = range(self.size)[max(0, offset) :][: max(0, count)]
        rows: list[dict[str, Cell]] = [{} for _ in shown]
        for column in self.columns.values():
            for row, cell in zip(rows, self._cells(column, shown), strict=True):
                row[column.name] = cell
        return rows

    def _cells(self, column: Column, shown: range) -> list[Cell]:
        values = as_values(column, self._array(column)[shown.start : shown.stop])
        if column.is_picture:
            from wiregrad.data.pictures import write_png  # noqa: PLC0415 - Pillow only where it is needed

            low, high = self.display_range(column)
            scaled = (values - low) / (high - low)
            return [write_png(np.rint(picture * PIXEL_LEVELS).astype(np.uint8)) for picture in scaled]
        cells: list[Cell] = values.tolist()
        if column.labels is not None:
            return [in_words(cell, column.labels) for cell in cells]
        return cells

    def display_range(self, column: Column) -> tuple[float, float]:
        """0 to 1, unless the numbers leave that range: then theirs, so that every picture can be seen."""
        statistics = self.statistics()[column.name]
        if statistics.min >= 0 and statistics.max <= 1:
            return 0.0, 1.0
        return statistics.min, max(statistics.max, statistics.min + 1e-6)

    def statistics(self) -> Mapping[str, ColumnStatistics]:
        """Range, mean, spread and class counts of every column over all samples."""
        if self._known_statistics is None:
            self._known_statistics = {
                column.name: summarize(
                    column.labels, partial(self._chunks, column), self._missing.get(column.name, 0)
                )
                for column in self.columns.values()
            }
        return self._known_statistics

    @cached_property
    def sha256(self) -> str:
        """Names, types and values of all columns as one hexadecimal digest; names of sets do not count."""
        if self._known_sha256 is not None:
            return self._known_sha256
        return content_sha256(
            ((c.name, c.dtype, c.shape, c.labels), self._chunks(c)) for c in self.columns.values()
        )

    def _chunks(self, column: Column) -> Iterable[NDArray[Any]]:
        return (as_values(column, rows) for _, rows in chunks(self._array(column)))


def as_values(column: Column, stored: Stored) -> NDArray[Any]:
    """Rows as they are stored to rows of the column's dtype: uint8 255ths become float32 from 0 to 1."""
    if column.dtype == "float32" and stored.dtype == np.uint8:
        return np.divide(stored, np.float32(PIXEL_LEVELS), dtype=np.float32)
    return np.ascontiguousarray(stored, dtype=column.dtype)


def in_words(values: Cell, labels: Sequence[str]) -> Cell:
    """Replace numbers by what they mean; a row of single characters is a text."""
    if not isinstance(values, list):
        return labels[int(values)]
    words = [in_words(value, labels) for value in values]
    if all(isinstance(word, str) and len(word) == 1 for word in words):
        return "".join(str(word) for word in words)
    return words
