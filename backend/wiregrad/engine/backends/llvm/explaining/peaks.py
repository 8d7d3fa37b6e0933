"""What one core of this machine can do at most, measured in some hundredths of a second."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

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
SIZES = (24 << 10, 256 << 10, 4 << 20, 16 << 20, 96 << 20)
"""Bytes that a copy reads and writes together, from what the nearest caches hold to what none does."""

BLOCK = 256
"""Bytes that a turn of the copy's loop moves."""

CACHE_LINE = 64
TRIES = 8
"""Others may be at work on the machine now and then."""

BYTES_PER_SIZE = 32 << 20


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
    module = ir.Module("peaks")
    _define_multiply_adds(module, target, dtype)
    _define_copy(module, target)
    linked = Linked([object_code(str(module), target.machine())], target)
    word, pointer = ctypes.c_int64, ctypes.c_void_p
    turn = linked.function("multiply_adds", None, pointer, word)
    copy = linked.function("copy", None, pointer, pointer, word, word)
    rates = tuple((size, _bandwidth(copy, size)) for size in SIZES)
    return Peaks(_flops(turn, target.lanes(dtype), dtype), rates)


def _flops(run: Any, lanes: int, dtype: DType) -> float:
    numbers = np.full(3 * lanes, 0.5, dtype)
    return 2 * SUMS * lanes * TURNS / _best(lambda: run(numbers.ctypes.data, TURNS))


def _bandwidth(run: Any, nbytes: int) -> float:
    half = nbytes // 2
    memory = np.ones(2 * half + CACHE_LINE, np.uint8)
    start = memory.ctypes.data + -memory.ctypes.data % CACHE_LINE
    repetitions = max(1, BYTES_PER_SIZE // nbytes)
    return nbytes * repetitions / _best(lambda: run(start, start + half, half // BLOCK, repetitions))


def _define_multiply_adds(module: ir.Module, target: Target, dtype: DType) -> None:
    """`multiply_adds(numbers, turns)`: chains of x = x * a + b in registers."""
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [POINTER, INDEX]), "multiply_adds")
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


def _define_copy(module: ir.Module, target: Target) -> None:
    """`copy(source, result, blocks, repetitions)`."""
    words = [POINTER, POINTER, INDEX, INDEX]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), words), "copy")
    source, result, blocks, repetitions = function.args
    code = Code(ir.IRBuilder(function.append_basic_block("entry")), target)
    lanes = target.lanes("float32")

    def block(number: Emitted) -> None:
        start = code.times(number, BLOCK // 4)
        for lane in range(0, BLOCK // 4, lanes):
            place = code.plus(start, lane)
            code.store(code.load(source, place, "float32", lanes), result, place, "float32")

    def whole(_: Emitted) -> None:
        code.loop(0, blocks, block)

    code.loop(0, repetitions, whole)
    code.builder.ret_void()


def _best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)
