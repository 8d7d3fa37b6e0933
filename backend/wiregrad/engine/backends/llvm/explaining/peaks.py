"""What one core of this machine can do at most, measured in some hundredths of a second."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code, Emitted
from wiregrad.engine.backends.llvm.linking import Linked
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.translate import object_code
from wiregrad.engine.ir import DType

SUMS = 12
"""Independent chains of multiply-adds: enough to hide their latency, few enough for 16 registers."""

TURNS = 200_000
SIZES = (64 << 10, 1 << 20, 8 << 20, 96 << 20)
"""Bytes that a copy reads and writes together, from what the nearest caches hold to what none does."""

BYTES_PER_SIZE = 64 << 20


@dataclass(frozen=True)
class Peaks:
    """Operations a second, a multiply-add being two, and the bytes a second of a copy for some sizes."""

    flops: float
    bandwidths: tuple[tuple[int, float], ...]

    def seconds(self, flops: int, nbytes: int) -> float:
        """The least time for so many operations on so many bytes."""
        return max(flops / self.flops, nbytes / self.bandwidth(nbytes))

    def bandwidth(self, nbytes: int) -> float:
        """That of the smallest measured size which is as large."""
        return next((rate for size, rate in self.bandwidths if nbytes <= size), self.bandwidths[-1][1])


def measured_peaks(target: Target, dtype: DType) -> Peaks:
    return Peaks(_flops(target, dtype), tuple((size, _bandwidth(size)) for size in SIZES))


def _flops(target: Target, dtype: DType) -> float:
    linked = Linked([object_code(str(_multiply_adds(target, dtype)), target.machine())], target)
    run = linked.function("peak", None, ctypes.c_void_p, ctypes.c_int64)
    numbers = np.full(3 * target.lanes(dtype), 0.5, dtype)
    seconds = _best(lambda: run(numbers.ctypes.data, TURNS))
    return 2 * SUMS * target.lanes(dtype) * TURNS / seconds


def _multiply_adds(target: Target, dtype: DType) -> ir.Module:
    """`peak(numbers, turns)`: chains of x = x * a + b in registers."""
    module = ir.Module("peak")
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [POINTER, INDEX]), "peak")
    pointer, turns = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    lanes = target.lanes(dtype)
    a, b = (code.load(pointer, place * lanes, dtype, lanes) for place in (0, 1))

    def turn(_: Emitted, *sums: Emitted) -> Sequence[Emitted]:
        return [code.fma(x, a, b) for x in sums]

    starts = [code.builder.fadd(a, code.number(float(n), dtype, lanes)) for n in range(SUMS)]
    total, *others = code.loop(0, turns, turn, carried=starts)
    for other in others:
        total = code.builder.fadd(total, other)
    code.store(total, pointer, 2 * lanes, dtype)
    code.builder.ret_void()
    return module


def _bandwidth(nbytes: int) -> float:
    source, result = np.ones(nbytes // 2, np.uint8), np.ones(nbytes // 2, np.uint8)
    repetitions = max(1, BYTES_PER_SIZE // nbytes // 4)

    def copy() -> None:
        for _ in range(repetitions):
            np.copyto(result, source)

    return nbytes * repetitions / _best(copy)


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(4):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
