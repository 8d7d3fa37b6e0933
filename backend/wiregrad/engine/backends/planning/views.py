"""Which values are only another look at the memory of an earlier one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.ir import TensorType, Value


class Views:
    """The root of every value, the one whose memory it looks at, and how it looks at it.

    `looks` holds stand-ins: arrays with the right strides whose memory must never be touched. So the plan is
    made before any memory exists.
    """

    def __init__(self, values: Iterable[Value]) -> None:
        self.roots: dict[Value, Value] = {}
        self.looks: dict[Value, Array] = {}
        for value in values:
            look = self._look(value)
            self.roots[value] = value if look is None else self.roots[value.inputs[0]]
            self.looks[value] = _stand_in(value.type) if look is None else look

    def _look(self, value: Value) -> Array | None:
        if value.primitive.view is None:
            return None
        return look_at(self.looks[value.inputs[0]], value)

    def is_whole(self, value: Value) -> bool:
        """Whether a value has all elements of its root, in the same order, whatever the shape."""
        look = self.looks[value]
        return look.flags.c_contiguous and look.nbytes == self.roots[value].type.nbytes


def look_at(array: Array, value: Value) -> Array | None:
    """The view of the operand's array that is the value; None where NumPy would have to copy."""
    assert value.primitive.view is not None  # noqa: S101 - asked before
    try:
        view: Array = value.primitive.view(array, **value.attributes)
    except ValueError:
        return None
    return view


def _stand_in(type_: TensorType) -> Array:
    item: Any = np.empty(1, type_.dtype)
    strides = [item.itemsize] * type_.rank
    for axis in reversed(range(type_.rank - 1)):
        strides[axis] = strides[axis + 1] * type_.shape[axis + 1]
    return np.lib.stride_tricks.as_strided(item[0], type_.shape, strides)
