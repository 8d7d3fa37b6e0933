from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering
from wiregrad.engine.ir import Shape, Value, is_float

SHORT = 64  # longer rows are summed pairwise, for accuracy


def _sum(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """Sums of columns and of short rows are products with ones, which BLAS computes faster."""
    (x,) = operands
    axes = cast(Shape, value.attributes["axes"])
    kept = [axis for axis in range(x.ndim) if axis not in axes]
    reduced = math.prod(x.shape[axis] for axis in axes)
    if not x.flags.c_contiguous or not x.size:
        return [partial(np.add.reduce, x, axes, None, out)]
    if not kept:
        return [partial(np.add.reduce, x.reshape(-1), 0, None, out)]
    ones = np.ones(reduced, x.dtype)
    if is_float(value.dtype) and kept[0] == len(axes):
        return [partial(np.matmul, ones, x.reshape(reduced, out.size), out.reshape(-1))]
    if is_float(value.dtype) and kept[-1] == len(kept) - 1 and reduced <= SHORT:
        return [partial(np.matmul, x.reshape(out.size, reduced), ones, out.reshape(-1))]
    return [partial(np.add.reduce, x, axes, None, out)]


def _extremum(
    ufunc: np.ufunc, value: Value, out: Array, operands: Sequence[Array], scratch: Array
) -> list[Call]:
    return [partial(ufunc.reduce, operands[0], cast(Shape, value.attributes["axes"]), None, out)]


LOWERINGS = {
    "reduce_sum": Lowering(_sum),
    "reduce_max": Lowering(partial(_extremum, np.maximum)),
    "reduce_min": Lowering(partial(_extremum, np.minimum)),
}
