"""From object code to functions that can be called."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import llvmlite.binding as llvm

from wiregrad.engine.backends.llvm.target import Target


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
