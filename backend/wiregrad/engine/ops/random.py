"""Counter-based random numbers: equal for equal (seed, stream, step), on every backend, in any order."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from wiregrad.engine.ir import DType, IRError, Shape, TensorType, Value
from wiregrad.engine.ops.elementwise import add, cast, cos, log, mul, neg, shift_right, sqrt, sub
from wiregrad.engine.ops.shape import reshape, slice
from wiregrad.engine.ops.sources import full, full_like
from wiregrad.engine.primitive import INTEGER, Primitive

MASK = (1 << 64) - 1


def _random_bits_type(seed: TensorType, step: TensorType, *, stream: int, shape: Shape) -> TensorType:
    for operand in (seed, step):
        if operand.shape or operand.dtype not in ("int64", "uint64"):
            raise IRError(f"expected scalars of int64 or uint64 for seed and step; got {operand}")
    if not 0 <= stream <= MASK:
        raise IRError(f"expected a stream of 64 bits; got {stream}")
    return TensorType("uint32", shape)


def _random_bits_kernel(xp: Any, out: Any, seed: Any, step: Any, *, stream: int, shape: Shape) -> None:
    key = np.array([int(seed) & MASK, stream], np.uint64)
    counter = np.array([0, 0, int(step) & MASK, 0], np.uint64)
    words = np.random.Philox(key=key, counter=counter).random_raw(-(-out.size // 2))
    halves = np.asarray(words, "<u8").view("<u4")[: out.size]
    out[...] = xp.asarray(halves.reshape(shape))


_random_bits: Primitive = Primitive("random_bits", _random_bits_type, INTEGER, _random_bits_kernel)


def random_bits(seed: Value, step: Value, stream: int, shape: Sequence[int]) -> Value:
    """Uniform uint32 from Philox4x64-10 (Salmon et al., SC 2011) as `numpy.random.Philox` numbers it.

    The key is (seed, stream), the 256-bit counter starts at step * 2**128; each 64-bit word gives its low
    half first.
    """
    return _random_bits.bind(seed, step, stream=stream, shape=tuple(shape))


def uniform(seed: Value, step: Value, stream: int, shape: Sequence[int], dtype: DType) -> Value:
    """Floats in [0, 1): 24 random bits for float32, 53 for float64."""
    shape = tuple(shape)
    if dtype == "float32":
        bits = cast(shift_right(random_bits(seed, step, stream, shape), 8), dtype)
        return mul(bits, full_like(2.0**-24, bits))
    if dtype != "float64":
        raise IRError(f"uniform: expected float32 or float64; got {dtype}")
    size = math.prod(shape)
    pairs = random_bits(seed, step, stream, (2, size))
    high, low = (reshape(slice(pairs, (row, 0), (row + 1, size)), shape) for row in (0, 1))
    high, low = cast(shift_right(high, 5), dtype), cast(shift_right(low, 6), dtype)
    return mul(add(mul(high, full_like(2.0**26, high)), low), full(2.0**-53, dtype, shape))


def normal(seed: Value, step: Value, stream: int, shape: Sequence[int], dtype: DType) -> Value:
    """Standard normal floats by the Box-Muller transform."""
    shape = tuple(shape)
    size = math.prod(shape)
    pairs = uniform(seed, step, stream, (2, size), dtype)
    radius, angle = (reshape(slice(pairs, (row, 0), (row + 1, size)), shape) for row in (0, 1))
    log_of_positive = log(sub(full_like(1, radius), radius))
    doubled = neg(add(log_of_positive, log_of_positive))
    return mul(sqrt(doubled), cos(mul(angle, full_like(2 * math.pi, angle))))
