"""What becomes of an array's type: float32, int64, bool, pictures, or labels.

Floats become float32, whole numbers int64, text of rank 1 the labels of an int64 column. Whole numbers of
8 bits and rank 3 (samples, height, width) or 4 (with 1 or 3 channels, last or first) are pictures: 255ths.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.chunks import chunks
from wiregrad.data.dataset import Column, Stored
from wiregrad.data.errors import DataError
from wiregrad.data.importing.cell_kinds import cleaned
from wiregrad.data.importing.cell_types import Labels
from wiregrad.data.importing.limits import Limits
from wiregrad.data.importing.names import clean_name

_CHANNELS = (1, 3)
_GREY_RANK, _PICTURE_RANK = 3, 4
_LARGEST_INT64 = 2**63 - 1


@dataclass(frozen=True)
class ArrayColumn:
    """A column whose rows are still in their file."""

    column: Column
    stored: np.dtype[Any]
    array: Stored
    convert: Callable[[Stored, int], NDArray[Any]]

    @property
    def size(self) -> int:
        return int(self.array.shape[0])

    def rows(self) -> Iterator[NDArray[Any]]:
        """Yield converted rows, some MiB at a time."""
        for start, rows in chunks(self.array):
            yield self.convert(rows, start)


def array_column(name: str, array: Stored, limits: Limits) -> ArrayColumn:
    """Choose the column for an array; its values are checked when they are read."""
    if array.dtype.kind in "US":
        return _labels(name, array, limits)
    if array.dtype == np.uint8 and array.ndim in {_GREY_RANK, _PICTURE_RANK}:
        pictures = _channels_first(array)
        if pictures is not None:
            column = Column(name, "float32", pictures.shape[1:], description="Pictures.")
            return _plain(column, pictures, _unchanged, np.uint8)
    if array.dtype.kind == "f":
        return _plain(Column(name, "float32", array.shape[1:]), array, _real, np.float32)
    if array.dtype.kind == "b":
        return _plain(Column(name, "bool", array.shape[1:]), array, _unchanged, np.bool_)
    return _plain(Column(name, "int64", array.shape[1:]), array, _whole, np.int64)


def _plain(
    column: Column, array: Stored, convert: Callable[[Stored, int], NDArray[Any]], stored: type[np.generic]
) -> ArrayColumn:
    return ArrayColumn(column, np.dtype(stored), array, convert)


def _channels_first(array: Stored) -> Stored | None:
    """View pictures as (samples, channels, height, width); None if no axis can be the channels."""
    if array.ndim == _GREY_RANK:
        return array[:, np.newaxis]
    if array.shape[1] in _CHANNELS:
        return array
    return np.moveaxis(array, -1, 1) if array.shape[-1] in _CHANNELS else None


def _unchanged(rows: Stored, _start: int) -> NDArray[Any]:
    return rows


def _real(rows: Stored, start: int) -> NDArray[Any]:
    with np.errstate(over="ignore"):
        numbers = rows.astype(np.float32)
    if not np.isfinite(numbers).all():
        place = int(np.argmin(np.isfinite(numbers).reshape(len(rows), -1).all(axis=1)))
        culprit = rows[place][~np.isfinite(numbers[place])].flat[0]
        raise DataError(
            f"It contains {culprit}; expected finite numbers that fit float32.",
            row=start + place + 1,
            remedy="Replace or remove such samples.",
        )
    return numbers


def _whole(rows: Stored, start: int) -> NDArray[Any]:
    if rows.dtype.itemsize == np.dtype(np.uint64).itemsize and rows.dtype.kind == "u":
        beyond = (rows > _LARGEST_INT64).reshape(len(rows), -1).any(axis=1)
        if beyond.any():
            raise DataError(
                f"It contains {rows.max()}, which does not fit int64.", row=start + int(np.argmax(beyond)) + 1
            )
    return rows.astype(np.int64)


def _labels(name: str, array: Stored, limits: Limits) -> ArrayColumn:
    if array.ndim != 1:
        raise DataError(
            f"It holds text with the shape {array.shape}; expected one label per sample.",
            remedy="Save one array of shape (samples,) per kind of label.",
        )
    found = Labels([name], limits)
    for start, rows in chunks(array):
        found.see(name, start + 1, list(_texts(rows, start)))
    labels = found.of(name)
    values = {label: value for value, label in enumerate(labels)}

    def convert(rows: Stored, start: int) -> NDArray[Any]:
        return np.array([values[label] for label in _texts(rows, start)], dtype=np.int64)

    return ArrayColumn(Column(name, "int64", (), labels), np.dtype(np.int64), array, convert)


def _texts(rows: Stored, start: int) -> Iterator[str]:
    for row, text in enumerate(rows.tolist(), start=start + 1):
        try:
            yield clean_name(cleaned(text.decode() if isinstance(text, bytes) else text), "The label")
        except UnicodeDecodeError as error:
            raise DataError("The label is not in UTF-8.", row=row) from error
        except DataError as error:
            raise error.at(row=row) from error
