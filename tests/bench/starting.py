"""The same numbers for every framework: starting weights by name, and the batches."""

from __future__ import annotations

import math
import zlib
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tests.bench.cases import Case, Column

Array = NDArray[np.generic]
Shape = tuple[int, ...]

BATCHES = 8
"""Taken in turn, so that no framework finds its input in the cache from the step before."""

BIAS_BOUND = 0.05
START = 2.0


def weight(name: str, shape: Shape) -> NDArray[np.float32]:
    """The starting value of a tensor that is named and laid out as in PyTorch; it depends on nothing else."""
    if not shape:
        return np.array(START, np.float32)
    if name.endswith("running_mean"):
        return np.zeros(shape, np.float32)
    if len(shape) == 1 and not name.rpartition(".")[2].startswith(("bias", "in_proj_bias")):
        return np.ones(shape, np.float32)  # a norm's scale, a running variance
    bound = BIAS_BOUND if len(shape) == 1 else 1 / math.sqrt(math.prod(shape[1:]))
    draw = np.random.default_rng(zlib.crc32(name.encode()))
    return draw.uniform(-bound, bound, shape).astype(np.float32)


def weights(shapes: Mapping[str, Shape]) -> dict[str, NDArray[np.float32]]:
    return {name: weight(name, shape) for name, shape in shapes.items()}


def batches(case: Case) -> list[dict[str, Array]]:
    draw = np.random.default_rng(case.batch)
    return [
        {name: _drawn(draw, column, case.batch) for name, column in case.columns.items()}
        for _ in range(BATCHES)
    ]


def _drawn(draw: np.random.Generator, column: Column, batch: int) -> Array:
    shape = (batch, *column.shape)
    if column.classes is None:
        return draw.standard_normal(shape, np.float32)
    return draw.integers(0, column.classes, shape)
