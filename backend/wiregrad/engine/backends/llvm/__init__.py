"""The compiler for processors: LLVM makes native code of the whole step."""

from wiregrad.engine.backends.llvm.backend import LlvmBackend

BACKEND = LlvmBackend
