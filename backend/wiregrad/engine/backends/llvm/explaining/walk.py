"""A native program taken launch by launch, on its own memory."""

from __future__ import annotations

import ctypes
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy.typing as npt

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.llvm.executable import LlvmExecutable
from wiregrad.engine.backends.llvm.explaining.probes import probe_name
from wiregrad.engine.backends.llvm.manifest import Program
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.translation import manifest_of
from wiregrad.engine.ir import Value

MOST_REPETITIONS = 200
"""In one call; values that a kernel changes in place must not run away."""

SECONDS_PER_CALL = 1e-3
SECONDS_PER_LAUNCH = 0.02
FEWEST_CALLS = 3


class Walk(LlvmExecutable):
    """An executable that can also run its launches one at a time. `objects` include the probes."""

    def __init__(self, plan: Plan, objects: Sequence[bytes]) -> None:
        super().__init__(Program(manifest_of(plan), objects), plan.target)
        self._plan = plan
        word, pointer = ctypes.c_int64, ctypes.c_void_p
        self._probes = [
            self._linked.function(probe_name(number), None, pointer, pointer, word, word, word)
            for number in range(len(plan.launches))
        ]

    def feed(self, feed: Mapping[str, npt.ArrayLike]) -> None:
        """Give the inputs of the step that is to be walked."""
        self._feed(feed)

    def array(self, value: Value) -> Array:
        """The memory of a value that some kernel stores."""
        return self._plan.memory.look(value).array(self._memory)

    def do(self, number: int) -> None:
        """Run a launch, cut as the program's threads cut it."""
        launch = self._plan.launches[number]
        parts = self._plan.threads if launch.is_shared else 1
        bounds = [launch.kernel.extent * part // parts for part in range(parts + 1)]
        for begin, end in pairwise(bounds):
            self._call(number, begin, end, 1)

    def seconds(self, number: int) -> float:
        """The best time of a launch by one thread; memory is afterwards as before."""
        before = self._written(number)
        extent = self._plan.launches[number].kernel.extent
        repetitions = 1
        best = self._timed(number, extent, 1)
        started, calls = time.perf_counter(), 0
        while calls < FEWEST_CALLS or time.perf_counter() - started < SECONDS_PER_LAUNCH:
            repetitions = max(1, min(MOST_REPETITIONS, int(SECONDS_PER_CALL / max(best, 1e-9))))
            best = min(best, self._timed(number, extent, repetitions))
            self._restore(number, before)
            calls += 1
        return best

    def _timed(self, number: int, extent: int, repetitions: int) -> float:
        started = time.perf_counter()
        self._call(number, 0, extent, repetitions)
        return (time.perf_counter() - started) / repetitions

    def _call(self, number: int, begin: int, end: int, count: int) -> None:
        memory = self._memory.ctypes.data
        self._probes[number](memory, memory + self._plan.memory.scratch_start, begin, end, count)

    def _written(self, number: int) -> list[Array]:
        writes = self._plan.launches[number].writes
        return [self._memory[found.start : found.stop].copy() for found in writes]

    def _restore(self, number: int, saved: Sequence[Array]) -> None:
        for found, content in zip(self._plan.launches[number].writes, saved, strict=True):
            self._memory[found.start : found.stop] = content
