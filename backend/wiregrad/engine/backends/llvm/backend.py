from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm.processor import processor_in_words
from wiregrad.engine.backends.precision import assert_one_precision
from wiregrad.engine.ir import Function
from wiregrad.engine.processor import multiplies_bfloat16

if TYPE_CHECKING:
    from wiregrad.engine.backends.llvm.executable import LlvmExecutable

MISSING = (
    "it needs llvmlite (pip install llvmlite); without it, the backend “numpy” is used, several times slower."
)

WITHOUT_BFLOAT16 = (
    "this processor has no instructions for it (avx512_bf16 on x86-64, bf16 on ARM64), "
    "or the system does not tell of them"
)


class LlvmBackend:
    """Native code for this processor, the whole step in one function."""

    name = "llvm"
    preference = 5

    def __init__(self) -> None:
        self.device = processor_in_words()
        self.missing = None if find_spec("llvmlite") else MISSING
        self.without_bfloat16 = None if multiplies_bfloat16() else WITHOUT_BFLOAT16

    def compile(self, function: Function, progress: Progress | None = None) -> LlvmExecutable:
        """llvmlite takes a while to load: only who compiles waits for it."""
        from wiregrad.engine.backends.llvm.compilation import compiled  # noqa: PLC0415
        from wiregrad.engine.backends.llvm.options import Options  # noqa: PLC0415

        assert_one_precision(function)
        return compiled(function, Options(), progress)

    def memory_of(self, function: Function) -> int | None:
        from wiregrad.engine.backends.llvm.compilation import memory_of  # noqa: PLC0415
        from wiregrad.engine.backends.llvm.options import Options  # noqa: PLC0415

        return memory_of(function, Options())
