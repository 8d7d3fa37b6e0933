"""From LLVM's text to object code, and from object code to functions that can be called."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm

from wiregrad.engine.backends.llvm.target import Target


def object_code(text: str, target: Target) -> bytes:
    """Optimize a module and translate it for a processor."""
    machine = target.machine()
    module = llvm.parse_assembly(text)
    module.verify()
    options = llvm.create_pipeline_tuning_options(speed_level=2)
    options.loop_vectorization = False  # what is worth vectors is written in vectors
    options.slp_vectorization = False
    options.loop_unrolling = False
    passes = llvm.create_pass_builder(machine, options)
    passes.getModulePassManager().run(module, passes)
    code: bytes = machine.emit_object(module)
    return code


class Linked:
    """Object code in memory, for as long as this object lives."""

    def __init__(self, objects: Sequence[bytes], target: Target) -> None:
        self._engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), target.machine())
        for code in objects:
            self._engine.add_object_file(llvm.ObjectFileRef.from_data(code))
        self._engine.finalize_object()

    def address(self, name: str) -> int:
        found = int(self._engine.get_function_address(name))
        if not found:
            raise LookupError(f"the object code has no function {name!r}")
        return found

    def function(self, name: str, result: Any, *arguments: Any) -> Any:
        """A function to call from Python, without the interpreter's lock while it runs."""
        return ctypes.CFUNCTYPE(result, *arguments)(self.address(name))
