"""From a column of a Parquet file to columns of numbers.

Whole numbers become int64, real ones float32, texts the labels of an int64 column, dates days since 1970. The
type can be chosen where nothing is guessed: a number as classes, a whole number as a real one, a date as its
parts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.types as kinds
from numpy.typing import NDArray

from wiregrad.data.dataset import Column
from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_columns import column_of
from wiregrad.data.importing.dates import HOUR, PARTS
from wiregrad.data.importing.options import ColumnType
from wiregrad.data.importing.tabular import Cells

_LARGEST_INT64 = 2**63 - 1
_LARGEST_FLOAT32 = float(np.finfo(np.float32).max)
_MICROSECONDS_A_DAY = 86_400_000_000
_OTHERS: dict[ColumnType, tuple[ColumnType, ...]] = {
    "integer": ("number", "category"),
    "number": ("category",),
    "boolean": ("category",),
    "category": (),
    "date": ("date_parts", "category"),
}
Convert = Callable[[Any], NDArray[Any]]


def own_type(field: pa.Field) -> ColumnType:
    """Give the type that a column of the file has.

    Raises:
        DataError: it is nested, or of a type that is not read.

    """
    kind = field.type.value_type if kinds.is_dictionary(field.type) else field.type
    if kinds.is_nested(kind):
        raise DataError(
            f"It is nested ({kind}), which is not read.",
            column=field.name,
            remedy="Give each of its parts a column of its own, or leave it out (type 'skip').",
        )
    for chosen, fits in _TESTS.items():
        if any(test(kind) for test in fits):
            return chosen
    raise DataError(
        f"Its type {kind} is not read.",
        column=field.name,
        remedy="Save it as numbers, booleans, text or dates, or leave it out (type 'skip').",
    )


_TESTS: dict[ColumnType, tuple[Callable[[pa.DataType], bool], ...]] = {
    "integer": (kinds.is_integer,),
    "number": (kinds.is_floating, kinds.is_decimal),
    "boolean": (kinds.is_boolean,),
    "category": (kinds.is_string, kinds.is_large_string),
    "date": (kinds.is_date, kinds.is_timestamp),
}


def check_wish(field: pa.Field, own: ColumnType, wanted: ColumnType | None) -> ColumnType:
    """Give the type to read a column as: its own, or the wanted one if that is possible."""
    if wanted is None or wanted == own:
        return own
    if wanted not in _OTHERS[own]:
        possible = ", ".join(f"{choice!r}" for choice in (own, *_OTHERS[own], "skip"))
        raise DataError(
            f"The file has {field.type} here, which cannot be read as {wanted!r}.",
            column=field.name,
            remedy=f"Choose one of: {possible}.",
        )
    return wanted


@dataclass(frozen=True)
class ParquetReading:
    """A column of the dataset, the name of its source, and how arrays of the file become numbers."""

    column: Column
    source: str
    chosen: ColumnType
    convert: Convert

    def read(self, array: pa.Array, first_row: int) -> Cells:
        """Convert the cells of a batch; nulls and NaN are missing."""
        gaps = missing_of(array)
        whole = array.drop_null() if gaps is None else array.filter(pa.array(~gaps))
        values = self._checked(self.convert(whole), gaps, first_row)
        if gaps is None:
            return Cells(values)
        spread = np.zeros(len(array), dtype=values.dtype)
        spread[~gaps] = values
        return Cells(spread, gaps)

    def _checked(self, values: NDArray[Any], gaps: NDArray[np.bool_] | None, first_row: int) -> NDArray[Any]:
        unfit, expected = _unfit(values)
        if unfit.any():
            place = int(np.argmax(unfit))
            row = place if gaps is None else int(np.flatnonzero(~gaps)[place])
            raise DataError(
                f"It contains {values[place]}; expected {expected}.",
                row=first_row + row,
                column=self.source,
                remedy="Replace or remove such rows, or leave the column out (type 'skip').",
            )
        return values.astype(np.int64) if values.dtype.kind == "u" else values


def _unfit(values: NDArray[Any]) -> tuple[NDArray[np.bool_], str]:
    if values.dtype.kind == "f":
        return ~(np.abs(values) <= _LARGEST_FLOAT32), "finite numbers that fit float32"
    if values.dtype.kind == "u":
        return values > _LARGEST_INT64, "numbers that fit int64"
    return np.zeros(len(values), dtype=np.bool_), ""


def missing_of(array: pa.Array) -> NDArray[np.bool_] | None:
    """Tell which cells are null or NaN; None where all are there."""
    gaps: NDArray[np.bool_] = pc.is_null(array, nan_is_null=kinds.is_floating(array.type)).to_numpy(
        zero_copy_only=False
    )
    return gaps if gaps.any() else None


def readings(field: pa.Field, chosen: ColumnType, labels: tuple[str, ...] | None) -> list[ParquetReading]:
    """Make the columns: a number or date has shape (1,), ready for a Linear; the others have shape ()."""
    if chosen == "date_parts":
        hours = kinds.is_timestamp(field.type)
        return [
            ParquetReading(
                Column(f"{field.name} {part}", "int64", (), None, words), field.name, chosen, _part(part)
            )
            for part, (_, words) in PARTS.items()
            if hours or part != HOUR
        ]
    convert = _CONVERTERS[chosen] if chosen != "category" else _classes(labels or ())
    return [ParquetReading(column_of(field.name, chosen, labels), field.name, chosen, convert)]


def texts(array: pa.Array) -> list[str]:
    """Write the cells as a person would: the names of classes."""
    values = array.cast(array.type.value_type) if kinds.is_dictionary(array.type) else array
    if kinds.is_boolean(values.type):
        return [str(value).lower() for value in values.to_pylist()]
    return [str(value) for value in values.to_pylist()]


def _classes(labels: tuple[str, ...]) -> Convert:
    values = {label: value for value, label in enumerate(labels)}
    return lambda array: np.array([values[text] for text in texts(array)], dtype=np.int64)


def _numbers(array: pa.Array) -> NDArray[Any]:
    numbers: NDArray[Any] = array.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    return numbers


def _integers(array: pa.Array) -> NDArray[Any]:
    numbers: NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return numbers if numbers.dtype == np.uint64 else numbers.astype(np.int64)


def _booleans(array: pa.Array) -> NDArray[Any]:
    truths: NDArray[Any] = array.to_numpy(zero_copy_only=False).astype(np.bool_)
    return truths


def _days(array: pa.Array) -> NDArray[Any]:
    moments = array.cast(pa.timestamp("us", getattr(array.type, "tz", None)), safe=False).cast(pa.int64())
    days: NDArray[Any] = moments.to_numpy(zero_copy_only=False) / _MICROSECONDS_A_DAY
    return days


def _part(part: str) -> Convert:
    convert, _ = PARTS[part]
    return lambda array: convert(_days(array))


_CONVERTERS: dict[ColumnType, Convert] = {
    "number": _numbers,
    "integer": _integers,
    "boolean": _booleans,
    "date": _days,
}
