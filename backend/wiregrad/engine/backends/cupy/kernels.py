"""Kernels in CUDA, where array functions would be slow, wait for the device, or add up in any order."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from wiregrad.engine.ir import Shape
from wiregrad.engine.primitive import Kernel

HALVES = 8  # of the four 64-bit words of one block

PHILOX = """
unsigned long long k0 = (unsigned long long)seed[0], k1 = stream;
unsigned long long c0 = (unsigned long long)i + 1, c1 = 0, c2 = (unsigned long long)step[0], c3 = 0;
for (int turn = 0; turn < 10; ++turn) {
    unsigned long long high0 = __umul64hi(0xD2E7470EE14C6C93ull, c0), low0 = 0xD2E7470EE14C6C93ull * c0;
    unsigned long long high1 = __umul64hi(0xCA5A826395121157ull, c2), low1 = 0xCA5A826395121157ull * c2;
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 += 0x9E3779B97F4A7C15ull;
    k1 += 0xBB67AE8584CAA73Bull;
}
unsigned long long words[4] = {c0, c1, c2, c3};
for (int part = 0; part < 8; ++part) {
    long long at = (long long)i * 8 + part;
    if (at < count) {
        bits[at] = (unsigned int)(words[part / 2] >> (32 * (part % 2)));
    }
}
"""
"""Block `i`, eight halves of words, of Philox4x64-10 (Salmon et al., SC 2011) as NumPy numbers it."""

SUM_OF_RUN = """
long long row = i / width, column = i % width;
T sum = 0;
for (long long at = starts[row]; at < starts[row + 1]; ++at) {
    sum += updates[order[at] * width + column];
}
total = sum;
"""
"""Adds the updates of one row in their order: atomic additions would give other last bits in every run."""


@cache
def _philox() -> Any:
    return _elementwise(
        "raw S seed, raw R step, uint64 stream, int64 count", "raw uint32 bits", PHILOX, "wiregrad_philox"
    )


@cache
def _sum_of_run() -> Any:
    return _elementwise(
        "raw T updates, raw int64 order, raw int64 starts, int64 width",
        "T total",
        SUM_OF_RUN,
        "wiregrad_runs",
    )


def _elementwise(given: str, made: str, body: str, name: str) -> Any:
    return importlib.import_module("cupy").ElementwiseKernel(given, made, body, name)


def _random_bits(xp: Any, out: Any, seed: Any, step: Any, *, stream: int, shape: Shape) -> None:
    if out.size:
        blocks = -(-out.size // HALVES)
        keys = seed.reshape(1), step.reshape(1), np.uint64(stream)
        _philox()(*keys, np.int64(out.size), out.reshape(-1), size=blocks)


def _scatter_add(xp: Any, out: Any, updates: Any, indices: Any, *, axis: int, extent: int) -> None:
    """Sort by index, then sum runs; the axis goes to the front and back."""
    if not updates.size:
        out.fill(0)
        return
    lead, rest = updates.shape[:axis], updates.shape[axis + indices.ndim :]
    flat = xp.moveaxis(updates.reshape(*lead, indices.size, *rest), axis, 0)
    rows = xp.ascontiguousarray(flat).reshape(indices.size, -1)
    numbers = indices.reshape(-1).astype(np.int64)
    numbers = xp.where(numbers < 0, numbers + extent, numbers)
    order = xp.argsort(numbers, kind="stable").astype(np.int64)
    starts = xp.searchsorted(numbers[order], xp.arange(extent + 1)).astype(np.int64)
    total = xp.empty((extent, rows.shape[1]), out.dtype)
    _sum_of_run()(rows, order, starts, np.int64(rows.shape[1]), total)
    xp.copyto(out, xp.moveaxis(total.reshape(extent, *lead, *rest), 0, axis))


def _erf(xp: Any, out: Any, x: Any) -> None:
    importlib.import_module("cupyx.scipy.special").erf(x, out=out)


CUDA_KERNELS: Mapping[str, Kernel] = {
    "random_bits": _random_bits,
    "scatter_add": _scatter_add,
    "erf": _erf,
}
