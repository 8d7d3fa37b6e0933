"""What a kernel of this backend is: calls that are bound to their arrays once, and made in every step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.ir import TensorType, Value

Call = Callable[[], object]
Bind = Callable[[Value, Array, Sequence[Array], Array], list[Call]]


def _no_scratch(value: Value, result: TensorType) -> int:
    return 0


@dataclass(frozen=True)
class Lowering:
    """How a primitive is computed: `bind(value, out, operands, scratch)` makes the calls.

    `scratch(value, result)` says how many bytes it wants besides, to compute a result of that type: the
    value's own or a block of it. They belong to nobody between two calls of the step. The operands numbered
    in `contiguous` are copied in every step where they are strided views: others must not be reshaped when a
    kernel is bound, for NumPy would copy them then, once and for all.
    """

    bind: Bind
    scratch: Callable[[Value, TensorType], int] = _no_scratch
    contiguous: frozenset[int] = frozenset()


def scratch_array(scratch: Array, dtype: str, shape: Sequence[int], start: int = 0) -> Array:
    """An array in scratch memory, from a byte on."""
    count = int(np.prod(shape, dtype=np.int64)) * np.dtype(dtype).itemsize
    result: Array = scratch[start : start + count].view(dtype).reshape(shape)
    return result


def is_repeated(array: Array) -> bool:
    """Whether all elements are one number in memory."""
    return not any(stride for stride, extent in zip(array.strides, array.shape, strict=True) if extent > 1)


def as_scalar(array: Array) -> Array:
    """A repeated number as an array without axes: ufuncs are fastest with those."""
    if array.ndim and array.size and is_repeated(array):
        return array[(0,) * array.ndim + (...,)]
    return array


def plain(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """The primitive's own kernel."""
    kernel: Any = value.primitive.kernel
    attributes = dict(value.attributes)
    return [lambda: kernel(np, out, *operands, **attributes)]
