"""Scales of columns, learned from the training samples alone and then the same for every sample."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.graph.document import Normalization

Array = NDArray[Any]
Numbers = NDArray[np.float64]

_NUMBERS_AT_ONCE = 1 << 20
_LIST = 1
_PICTURE = 3
_OF_A_GROUP = (0, 2)


class Scale(BaseModel):
    """A column's scale: `(value - offset) / size`, each with one entry or as many as there are groups.

    A list has a group for each of its numbers, a picture (and whatever else has three axes or more) one for
    each channel, everything else one for all. No size is 0: a group whose numbers are all equal becomes 0.
    """

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    column: str
    method: Literal["standardize", "min_max"]
    offset: tuple[float, ...]
    size: tuple[float, ...]

    def apply(self, samples: Array) -> Array:
        """Samples (samples, *shape) of a floating dtype, in the column's own units, to the same dtype."""
        shape = (-1, *[1] * (samples.ndim - 2))
        offset = np.asarray(self.offset, dtype=samples.dtype)
        size = np.asarray(self.size, dtype=samples.dtype)
        if len(self.offset) == 1:
            scaled: Array = (samples - offset[0]) / size[0]
            return scaled
        scaled = samples - offset.reshape(shape)
        scaled /= size.reshape(shape)
        return scaled

    def undo(self, samples: Array) -> Array:
        """The opposite of `apply`, for samples with as many groups along their first axis."""
        shape = (-1, *[1] * (samples.ndim - 2))
        offset, size = (np.asarray(numbers) for numbers in (self.offset, self.size))
        if len(self.offset) > 1:
            offset, size = offset.reshape(shape), size.reshape(shape)
        restored: Array = (samples * size + offset).astype(samples.dtype)
        return restored


def learn(dataset: Dataset, samples: NDArray[np.int64], wanted: Sequence[Normalization]) -> tuple[Scale, ...]:
    """Learn from the samples of these numbers, a few at a time, so that no column has to fit in memory.

    Raises:
        DataError: a column that does not exist or holds no amounts, or a number that is not finite.

    """
    for fault in faults(dataset, wanted):
        raise fault
    ordered = np.sort(samples)
    return tuple(_learned(dataset, ordered, item) for item in wanted)


def faults(dataset: Dataset, wanted: Sequence[Normalization]) -> Iterator[DataError]:
    """Everything that keeps these normalizations from being learned from this dataset."""
    seen: set[str] = set()
    for item in wanted:
        column = dataset.columns.get(item.column)
        if item.column in seen:
            yield DataError(
                "This column is normalized twice.", column=item.column, remedy="Remove one of the two."
            )
        elif column is None:
            yield DataError(
                f"{dataset.name} has no column {item.column!r} to normalize.",
                remedy=f"Choose one of: {', '.join(dataset.columns)}; or remove it.",
            )
        elif column.dtype == "bool" or column.labels is not None:
            yield DataError(
                "Classes are names, not amounts, and cannot be normalized.",
                column=item.column,
                remedy="Remove it; an Input of float32 with one number per class reads classes as 0 and 1.",
            )
        seen.add(item.column)


def _learned(dataset: Dataset, samples: NDArray[np.int64], wanted: Normalization) -> Scale:
    column = dataset.column(wanted.column)
    moments = _Moments()
    rows = max(1, _NUMBERS_AT_ONCE // max(math.prod(column.shape), 1))
    for start in range(0, len(samples), rows):
        taken = dataset.take(samples[start : start + rows], [column.name])[column.name]
        moments.add(_grouped(column, taken))
    if not moments.is_finite:
        raise DataError(
            "It holds numbers that are infinite or missing, so no scale can be learned.",
            column=column.name,
            remedy="Correct the data, or do not normalize this column.",
        )
    offset, size = moments.standardizing() if wanted.method == "standardize" else moments.spanning()
    return Scale(
        column=column.name, method=wanted.method, offset=tuple(offset.tolist()), size=tuple(size.tolist())
    )


def _grouped(column: Column, samples: Array) -> Array:
    """Samples as (samples, groups, numbers), where they lie."""
    if len(column.shape) == _LIST or len(column.shape) >= _PICTURE:
        return samples.reshape(len(samples), column.shape[0], -1)
    return samples.reshape(len(samples), 1, -1)


class _Moments:
    """Range, mean and spread of each group by merging chunks (Chan, Golub, LeVeque 1979), in float64."""

    def __init__(self) -> None:
        self.is_finite = True
        self._count = 0
        self._mean: Numbers = np.zeros(1)
        self._squares: Numbers = np.zeros(1)
        self._low: Numbers = np.full(1, np.inf)
        self._high: Numbers = np.full(1, -np.inf)

    def add(self, chunk: Array) -> None:
        self.is_finite = self.is_finite and bool(np.isfinite(chunk).all())
        if not self.is_finite:
            return
        numbers = chunk.shape[0] * chunk.shape[2]
        mean: Numbers = chunk.mean(axis=_OF_A_GROUP, dtype=np.float64)
        centered: Numbers = chunk - mean[:, np.newaxis]
        spread = np.square(centered, out=centered).sum(axis=_OF_A_GROUP)
        delta, count = mean - self._mean, self._count + numbers
        self._squares = self._squares + spread + delta**2 * (self._count * numbers / count)
        self._mean = self._mean + delta * (numbers / count)
        self._low = np.minimum(self._low, chunk.min(axis=_OF_A_GROUP))
        self._high = np.maximum(self._high, chunk.max(axis=_OF_A_GROUP))
        self._count = count

    def standardizing(self) -> tuple[Numbers, Numbers]:
        """Mean and population standard deviation; where all numbers are equal, that number itself and 1."""
        deviation = np.sqrt(self._squares / self._count)
        is_constant = self._low == self._high
        return np.where(is_constant, self._low, self._mean), _divisor(deviation, is_constant)

    def spanning(self) -> tuple[Numbers, Numbers]:
        return self._low, _divisor(self._high - self._low, self._low == self._high)


def _divisor(size: Numbers, is_constant: NDArray[np.bool_]) -> Numbers:
    """Sizes that float32 can divide by: what varies by less than its smallest normal number does not vary."""
    return np.where(is_constant | (size < np.finfo(np.float32).tiny), 1.0, size)
