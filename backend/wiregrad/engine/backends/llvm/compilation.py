"""From a function to an executable: from the cache, or translated."""

from __future__ import annotations

from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.llvm.cache import Cache
from wiregrad.engine.backends.llvm.executable import LlvmExecutable
from wiregrad.engine.backends.llvm.fingerprint import fingerprint
from wiregrad.engine.backends.llvm.manifest import Program
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.ir import Function


def compiled(
    function: Function, options: Options, progress: Progress | None = None, cache: Cache | None = None
) -> LlvmExecutable:
    """The executable of a function. `progress` is told how much is translated, if anything has to be."""
    target, cache = host_target(), cache or Cache()
    name = fingerprint(function, target, options)
    program = Program.from_bytes(cache.read(name))
    if program is None:
        from wiregrad.engine.backends.llvm.translation import translated  # noqa: PLC0415 - takes a while

        program = translated(function, target, options, progress or _nobody)
        cache.write(name, program.to_bytes())
    return LlvmExecutable(program, target)


def memory_of(function: Function, options: Options) -> int:
    """Bytes of the memory of a program, compiled or not."""
    target = host_target()
    program = Program.from_bytes(Cache().read(fingerprint(function, target, options)))
    if program is not None:
        return program.manifest.memory_bytes
    from wiregrad.engine.backends.llvm.translation import planned  # noqa: PLC0415 - takes a while

    return planned(function, options, target).memory.nbytes


def _nobody(done: int, total: int) -> None:
    pass
