"""Arrays from outside, held to the types that a program declares."""

from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt

from wiregrad.engine.ir import TensorType
from wiregrad.graph.ends import End
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import FloatDType
from wiregrad.nodes import InputNode, ValueType

Batch = Mapping[str, npt.ArrayLike]


class InputError(ValueError):
    """A value given for an Input that does not fit; the message says what was expected and what came."""


def batch_size_of(inputs: Iterable[End[InputNode]], batch: Batch) -> int:
    """The common first axis of all batched inputs; 1 where there are none."""
    sizes = {end.name: _length(end, batch) for end in inputs if end.resolved.output_types[0].batched}
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{name}: {size}" for name, size in sizes.items())
        raise InputError(f"Every input needs the same number of samples; got {found}.")
    return next(iter(sizes.values()), 1)


def lowered_size(inputs: Iterable[End[InputNode]], batch_size: int) -> int:
    """What `batch_size_of` finds in batches of this size: 1 where no input has a batch axis."""
    return batch_size if any(end.resolved.output_types[0].batched for end in inputs) else 1


def conformed(
    inputs: Iterable[End[InputNode]], batch: Batch, batch_size: int, float_dtype: FloatDType
) -> dict[str, Array]:
    """The arrays by input name, cast to the program's dtype. Raises InputError for a wrong shape or dtype."""
    return {
        end.name: _conformed(
            end.name, end.resolved.output_types[0], _given(end, batch), batch_size, float_dtype
        )
        for end in inputs
    }


def _given(end: End[InputNode], batch: Batch) -> npt.ArrayLike:
    if end.name not in batch:
        raise InputError(f"The input {end.name!r} is missing; it takes {end.resolved.output_types[0]}.")
    return batch[end.name]


def _length(end: End[InputNode], batch: Batch) -> int:
    shape = np.shape(_given(end, batch))
    if not shape:
        expected = end.resolved.output_types[0]
        raise InputError(
            f"The input {end.name!r} takes {expected} with a leading batch axis; got a single number."
        )
    return int(shape[0])


def _conformed(
    name: str, value: ValueType, given: npt.ArrayLike, batch_size: int, float_dtype: FloatDType
) -> Array:
    expected = value.tensor(batch_size, float_dtype)
    array = np.asarray(given)
    if array.shape != expected.shape:
        raise InputError(f"The input {name!r} takes the shape {expected.shape}; got {array.shape}.")
    if not _castable(array.dtype, expected):
        raise InputError(f"The input {name!r} takes {expected.dtype}; got {array.dtype}.")
    return array.astype(expected.dtype, copy=False)


def _castable(dtype: np.dtype[np.generic], expected: TensorType) -> bool:
    """Whole numbers may stand for reals and booleans for numbers; nothing is rounded silently."""
    if dtype.kind not in "biuf":
        return False
    order = "biuf"
    kinds = {"bool": "b", "int64": "u", "float32": "f", "float64": "f"}
    return order.index(dtype.kind) <= order.index(kinds[expected.dtype])
