"""Arrays in the memory of a program, as callers see them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.ir import DType

GUARD = 256
"""Bytes around every buffer in a guarded program, which nothing may change."""

POINTER_BYTES = 8


@dataclass(frozen=True)
class Look:
    """An array in memory: what a caller feeds, loads or gets back."""

    dtype: DType
    shape: tuple[int, ...]
    strides: tuple[int, ...]
    offset: int

    @property
    def nbytes(self) -> int:
        return math.prod(self.shape) * np.dtype(self.dtype).itemsize

    @property
    def is_contiguous(self) -> bool:
        """Whether the bytes from the offset on are the array."""
        expected = np.dtype(self.dtype).itemsize
        for extent, stride in zip(reversed(self.shape), reversed(self.strides), strict=True):
            if extent != 1 and stride != expected:
                return False
            expected *= extent
        return True

    def array(self, memory: Array) -> Array:
        found: Array = np.ndarray(self.shape, self.dtype, memory.data, self.offset, self.strides)
        return found
