"""Compiles one kernel and runs it, in parts, over arrays; the result lies poisoned between guard bytes."""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm
import numpy as np
from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, POINTER, Code
from wiregrad.engine.backends.llvm.kernel import Kernel, Layout
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.interpreter import Array

GUARD = 64
POISON = 0xA5


def layout_of(array: Array) -> Layout:
    strides = tuple(stride // array.itemsize for stride in array.strides)
    return Layout(array.dtype.name, array.shape, strides)  # type: ignore[arg-type]


class Native:
    """A kernel's machine code, for as long as this lives."""

    def __init__(self, kernel: Kernel, operands: int, target: Target | None = None) -> None:
        target = target or host_target()
        module = ir.Module("kernel")
        type_ = ir.FunctionType(ir.VoidType(), [POINTER] * (operands + 1) + [INDEX, INDEX, POINTER])
        function = ir.Function(module, type_, "run")
        builder = ir.IRBuilder(function.append_basic_block())
        *pointers, begin, end, scratch = function.args
        kernel.emit(Code(builder, target), pointers, begin, end, scratch)
        builder.ret_void()
        self.text = str(module)
        machine = target.machine()
        parsed = llvm.parse_assembly(self.text)
        parsed.verify()
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        options.loop_vectorization = options.slp_vectorization = options.loop_unrolling = False
        passes = llvm.create_pass_builder(machine, options)
        passes.getModulePassManager().run(parsed, passes)
        self.assembly = machine.emit_assembly(parsed)
        self.engine = llvm.create_mcjit_compiler(parsed, machine)
        self.engine.finalize_object()
        address = self.engine.get_function_address("run")
        words: list[Any] = [ctypes.c_void_p] * (operands + 1) + [ctypes.c_int64] * 2 + [ctypes.c_void_p]
        self.function = ctypes.CFUNCTYPE(None, *words)(address)

    def __call__(self, arrays: Sequence[Array], begin: int, end: int) -> None:
        self.function(*(array.ctypes.data for array in arrays), begin, end, None)


def run(
    kernel: Kernel, operands: Sequence[Array], like: Array, parts: int = 1, target: Target | None = None
) -> Array:
    """The result, of the dtype and shape of `like`; the units are done in so many parts, the last first."""
    native = Native(kernel, len(operands), target)
    memory = np.full(2 * GUARD + like.nbytes, POISON, np.uint8)
    result = memory[GUARD : GUARD + like.nbytes].view(like.dtype).reshape(like.shape)
    bounds = [kernel.extent * part // parts for part in range(parts + 1)]
    for begin, end in reversed(list(itertools.pairwise(bounds))):
        native([*operands, result], begin, end)
    assert (memory[:GUARD] == POISON).all(), "bytes before the result were overwritten"
    assert (memory[GUARD + like.nbytes :] == POISON).all(), "bytes after the result were overwritten"
    return result
