"""Which column of a dataset an Input can read, and how its samples become the Input's."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.normalization import Scale
from wiregrad.nodes import ValueType

Array = NDArray[Any]

CASTS: Mapping[str, frozenset[str]] = {
    "float32": frozenset({"float32", "int64", "bool"}),
    "int64": frozenset({"int64", "bool"}),
    "bool": frozenset({"bool"}),
}
"""By an Input's dtype, the column dtypes that it takes without losing anything a person would miss."""


@dataclass(frozen=True, slots=True)
class BoundInput:
    """A column that feeds an Input; samples take the Input's shape and dtype.

    With `one_hot`, a class number becomes as many numbers as there are classes: 1 at its place, else 0.
    """

    column: str
    value: ValueType
    one_hot: bool = False

    def values(self, samples: Array, float_dtype: str, scale: Scale | None = None) -> Array:
        """Samples of the column, (samples, *shape), as the Input's; scaled if there is a scale."""
        wanted = float_dtype if self.value.dtype == "float32" else self.value.dtype
        if self.one_hot:
            is_class: Array = samples[:, np.newaxis] == np.arange(self.value.shape[0])
            return is_class.astype(wanted)
        cast: Array = samples.astype(wanted, copy=False)
        scaled = cast if scale is None else scale.apply(cast)
        return scaled.reshape(len(samples), *self.value.shape)


def bound_to(dataset: Dataset, name: str, value: ValueType) -> BoundInput | None:
    """How an Input of this type reads the column of this name; None if there is none or it does not fit."""
    column = dataset.columns.get(name)
    if column is None:
        return None
    if same_samples(column.shape, value.shape) and column.dtype in CASTS[value.dtype]:
        return BoundInput(name, value)
    if value.dtype == "float32" and len(value.shape) == 1 and _classes_fit(dataset, column, value.shape[0]):
        return BoundInput(name, value, one_hot=True)
    return None


def same_samples(column: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """A single number may also be asked for as one in a row: nobody could mean anything else."""
    return column == wanted or (prod(column) == prod(wanted) == 1 and len(column) + len(wanted) == 1)


def _classes_fit(dataset: Dataset, column: Column, count: int) -> bool:
    """Whether a column's class numbers are 0 to `count` - 1; as many as it has names, if it has some."""
    if column.shape or column.dtype != "int64":
        return False
    if column.labels is not None:
        return len(column.labels) == count
    statistics = dataset.statistics()[column.name]
    return statistics.min >= 0 and statistics.max < count
