"""Compiles one kernel and runs it over arrays whose every byte is watched."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.llvm.translate import object_code
from wiregrad.engine.backends.llvm.writer import Writer
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import DType, Shape

GUARD = 128
"""Bytes before and after each buffer that nothing may touch."""

POISON = 0xFF
"""Makes NaN of floats."""


StandIn = Callable[[str], str]
"""What puts other instructions in the place of those that this processor does not have."""


def written(kernel: Kernel, pointers: int, target: Target) -> str:
    """The module of a function with these pointers, begin, end and scratch."""
    module = ir.Module("kernel")
    words = [*[POINTER] * pointers, INDEX, INDEX, POINTER]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), words), "kernel")
    builder = Writer(function.append_basic_block())
    *given, begin, end, scratch = function.args
    kernel.emit(Code(builder, target), given, begin, end, scratch)
    builder.ret_void()
    return str(module)


class Compiled:
    """A kernel as native code. Pointers are addresses."""

    def __init__(
        self, kernel: Kernel, pointers: int, target: Target, stand_in: StandIn = lambda text: text
    ) -> None:
        machine = target.machine()
        self.object_code = object_code(stand_in(written(kernel, pointers, target)), machine)
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
        self._engine.add_object_file(llvm.ObjectFileRef.from_data(self.object_code))
        self._engine.finalize_object()
        words: list[Any] = [*[ctypes.c_void_p] * pointers, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p]
        self.call = ctypes.CFUNCTYPE(None, *words)(self._engine.get_function_address("kernel"))


class Guarded:
    """Poisoned memory for an array between zones that must stay as they are."""

    def __init__(self, nbytes: int) -> None:
        self._memory = np.full(nbytes + 2 * GUARD + 64, POISON, np.uint8)
        start = GUARD + -(self._memory.ctypes.data + GUARD) % 64
        self.bytes = self._memory[start : start + nbytes]

    def array(self, dtype: DType, shape: Shape) -> Array:
        array: Array = self.bytes.view(dtype).reshape(shape)
        return array

    @property
    def address(self) -> int:
        return int(self._memory.ctypes.data) + (self.bytes.ctypes.data - self._memory.ctypes.data)

    def check(self) -> None:
        start = self.bytes.ctypes.data - self._memory.ctypes.data
        for zone in (self._memory[:start], self._memory[start + len(self.bytes) :]):
            assert (zone == POISON).all(), "memory outside a buffer was written"


def guarded(array: Array) -> Array:
    """The same array, strides included, among guards that are NaN, so that a read beyond shows."""
    lowest = sum(min(0, (n - 1) * stride) for n, stride in zip(array.shape, array.strides, strict=True))
    assert lowest == 0, "expected strides of 0 or more"
    span = sum((n - 1) * s for n, s in zip(array.shape, array.strides, strict=True)) + array.itemsize
    memory = Guarded(span if array.size else 0)
    if not array.size:
        return array
    copied = np.lib.stride_tricks.as_strided(
        memory.bytes[: array.itemsize].view(array.dtype), array.shape, array.strides
    )
    copied[...] = array
    return copied


def run(
    kernel: Kernel,
    operands: Sequence[Array],
    results: Sequence[tuple[DType, Shape]],
    target: Target,
    parts: int = 1,
    *,
    stand_in: StandIn = lambda text: text,
) -> list[Array]:
    """The results, when the kernel's units are done in so many parts, the last part first."""
    native = Compiled(kernel, len(operands) + len(results), target, stand_in)
    held = [guarded(operand) for operand in operands]
    before = [operand.copy() for operand in held]
    buffers = [Guarded(int(np.prod(shape)) * np.dtype(dtype).itemsize) for dtype, shape in results]
    addresses = [*(operand.ctypes.data for operand in held), *(buffer.address for buffer in buffers)]
    bounds = [kernel.extent * part // parts for part in range(parts + 1)]
    for begin, end in reversed(list(itertools.pairwise(bounds))):
        scratch = Guarded(kernel.scratch_bytes)
        native.call(*addresses, begin, end, scratch.address)
        scratch.check()
    for buffer in buffers:
        buffer.check()
    for operand, old in zip(held, before, strict=True):
        np.testing.assert_array_equal(operand, old)
    return [buffer.array(dtype, shape) for buffer, (dtype, shape) in zip(buffers, results, strict=True)]
