"""What the generated code may know of the processor: constants, never another algorithm."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from typing import Any

import llvmlite.binding as llvm

from wiregrad.engine.backends.backend import BackendSettingError
from wiregrad.engine.backends.llvm.translate import machine_for, translating_machine
from wiregrad.engine.ir import ITEM_BYTES, DType
from wiregrad.engine.processor import AVX_2, AVX_512, X86, multiplies_bfloat16

WIDTH_VARIABLE = "WIREGRAD_VECTOR_BITS"


@dataclass(frozen=True)
class Target:
    """A processor as LLVM names it, the bytes of a vector register, and how many of those it has."""

    triple: str
    cpu: str
    features: str
    vector_bytes: int
    registers: int

    def lanes(self, dtype: DType) -> int:
        """How many elements a vector register holds; booleans go with single-precision floats."""
        return self.vector_bytes // (8 if ITEM_BYTES[dtype] == 8 else 4)

    def machine(self) -> Any:
        """LLVM's code generator for it."""
        return machine_for(self.triple, self.cpu, self.features)

    def translating_machine(self) -> Any:
        """The same, but one for all that is translated in this process."""
        return translating_machine(self.triple, self.cpu, self.features)

    @property
    def multiplies_bfloat16(self) -> bool:
        """Whether it has an instruction for products of bfloat16 that are added up in single precision."""
        return ("+avx512bf16" if self.is_x86 else "+bf16") in self.features.split(",")

    @property
    def is_x86(self) -> bool:
        return self.triple.startswith("x86_64")


def host_target() -> Target:
    """The one here. `WIREGRAD_VECTOR_BITS` (128, 256, 512) narrows its vectors, to test what others get."""
    features = llvm.get_host_cpu_features()
    widest = _widest(features)
    wanted = int(os.environ.get(WIDTH_VARIABLE, "0")) // 8 or widest
    if wanted not in (16, 32, 64) or wanted > widest:
        raise BackendSettingError(
            f"{WIDTH_VARIABLE}: expected 128, 256 or 512, at most {8 * widest} on this processor; "
            f"got {os.environ[WIDTH_VARIABLE]!r}"
        )
    flags = _flags(features, wanted)
    return Target(llvm.get_process_triple(), llvm.get_host_cpu_name(), flags, wanted, _registers(wanted))


def _is_x86() -> bool:
    return platform.machine() in X86


def _widest(features: Any) -> int:
    if not _is_x86():
        return 16
    if all(features.get(name) for name in AVX_512):
        return 64
    return 32 if all(features.get(name) for name in AVX_2) else 16


def _registers(vector_bytes: int) -> int:
    """x86-64 has 32 vector registers with AVX-512, else 16; ARM64 has 32."""
    return 32 if vector_bytes == 64 or not _is_x86() else 16


def _flags(features: Any, vector_bytes: int) -> str:
    """The host's features, less those of wider vectors than wanted."""
    flags = [
        flag
        for flag in features.flatten().split(",")
        if vector_bytes == 64 or not flag[1:].startswith("avx512")
    ]
    if not _is_x86() and multiplies_bfloat16():
        flags.append("+bf16")  # LLVM does not ask every system for it
    return ",".join(flags)
