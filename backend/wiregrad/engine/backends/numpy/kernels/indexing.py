from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from typing import cast

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering, plain
from wiregrad.engine.ir import Value


def _scatter_add(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """Along a first axis, as for an embedding: sort, then sum runs; ten times faster than `add.at`."""
    updates, indices = operands
    axis, extent = cast(int, value.attributes["axis"]), cast(int, value.attributes["extent"])
    if math.prod(out.shape[:axis]) != 1 or not updates.size:
        return plain(value, out, operands, scratch)
    rows = updates.reshape(indices.size, -1)
    return [partial(_sum_runs, out.reshape(extent, -1), rows, indices.reshape(-1))]


def _sum_runs(out: Array, rows: Array, indices: Array) -> None:
    counted = indices.astype(np.int64)
    counted[counted < 0] += len(out)
    order = np.argsort(counted, kind="stable")
    ordered = counted[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=ordered[0] - 1))
    out.fill(0)
    out[ordered[starts]] = np.add.reduceat(rows[order], starts, axis=0)


LOWERINGS = {"scatter_add": Lowering(_scatter_add, contiguous=frozenset({0, 1}))}
