from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering
from wiregrad.engine.ir import Shape, Value
from wiregrad.engine.ops.shape import padded_interior


def _matmul(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    return [partial(np.matmul, *operands, out)]


def _concat(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """Copy the parts that were not computed in their places."""
    axis = cast(int, value.attributes["axis"])
    calls: list[Call] = []
    start = 0
    for part in operands:
        place = out[(slice(None),) * axis + (slice(start, start + part.shape[axis]),)]
        start += part.shape[axis]
        if part.ctypes.data != place.ctypes.data or part.strides != place.strides:
            calls.append(partial(np.copyto, place, part))
    return calls


def _pad(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    (x,) = operands
    low, interior = cast(Shape, value.attributes["low"]), cast(Shape, value.attributes["interior"])
    place = padded_interior(out, x.shape, low, interior)
    return [partial(out.fill, value.attributes["value"]), partial(np.copyto, place, x)]


LOWERINGS = {"matmul": Lowering(_matmul), "concat": Lowering(_concat), "pad": Lowering(_pad)}
