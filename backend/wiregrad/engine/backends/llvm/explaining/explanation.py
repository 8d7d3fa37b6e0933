"""What `wiregrad compile --explain` tells of a program."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy.typing as npt

from wiregrad.engine.backends.llvm.cache import Cache
from wiregrad.engine.backends.llvm.explaining.build import Built, PassResult, built
from wiregrad.engine.backends.llvm.explaining.peaks import Peaks, measured_peaks
from wiregrad.engine.backends.llvm.fingerprint import fingerprint
from wiregrad.engine.backends.llvm.grouping import PRODUCTS, is_reduction
from wiregrad.engine.backends.llvm.manifest import Program
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.ir import DType, Function, Value

STEPS_SECONDS = 0.5
"""How long whole steps are timed."""


@dataclass(frozen=True)
class LaunchLine:
    """One launch. `predicted` and `measured` are seconds of one thread."""

    number: int
    group: int | None
    """By which `apart` takes its group apart; None for copies of carried values."""
    phase: int
    kernel: str
    computes: str
    shapes: str
    extent: int
    is_shared: bool
    flops: int
    moved_bytes: int
    predicted: float
    measured: float | None


@dataclass(frozen=True)
class Memory:
    """Bytes: inputs, carried values and constants; what is computed; what threads need while they work."""

    values: int
    arena: int
    scratch: int

    @property
    def total(self) -> int:
        return self.values + self.arena + self.scratch


@dataclass(frozen=True)
class CacheEntry:
    """Where the object code lies, whether it was there before, and how long that took to load."""

    path: str
    was_there: bool
    nbytes: int
    load_seconds: float | None


@dataclass(frozen=True)
class Explanation:
    cpu: str
    vector_bits: int
    threads: int
    peaks: Peaks
    passes: tuple[PassResult, ...]
    launches: tuple[LaunchLine, ...]
    phases: int
    meetings: int
    memory: Memory
    stages: Mapping[str, float]
    cache: CacheEntry
    step_seconds: float | None

    @property
    def predicted(self) -> float:
        return sum(line.predicted for line in self.launches)

    @property
    def measured(self) -> float | None:
        times = [line.measured for line in self.launches if line.measured is not None]
        return sum(times) if len(times) == len(self.launches) else None


def explained(
    function: Function,
    options: Options,
    carry: Mapping[str, npt.ArrayLike],
    feed: Mapping[str, npt.ArrayLike],
    *,
    is_timed: bool = True,
    cache: Cache | None = None,
) -> Explanation:
    """Compile a function, run it on these numbers, and tell all about it."""
    target, cache = host_target(), cache or Cache()
    entry, seconds = _looked_up(cache, function, target, options)
    made = built(function, target, options)
    content = made.program.to_bytes()
    name = fingerprint(function, target, options)
    cache.write(name, content)
    plan = made.plan
    peaks = measured_peaks(target, _dtype(function))
    made.walk.load(carry)
    step = _step_seconds(made, feed) if is_timed else None
    made.walk.load(carry)
    return Explanation(
        cpu=target.cpu,
        vector_bits=8 * target.vector_bytes,
        threads=plan.threads,
        peaks=peaks,
        passes=made.passes,
        launches=_lines(made, peaks, feed, is_timed=is_timed),
        phases=len(list(plan.phases())),
        meetings=plan.meetings,
        memory=_memory(plan),
        stages=made.stages,
        cache=CacheEntry(str(cache.path(name)), entry is not None, len(content), seconds),
        step_seconds=step,
    )


def _looked_up(
    cache: Cache, function: Function, target: Target, options: Options
) -> tuple[Program | None, float | None]:
    started = time.perf_counter()
    program = Program.from_bytes(cache.read(fingerprint(function, target, options)))
    return program, time.perf_counter() - started if program else None


def _dtype(function: Function) -> DType:
    is_double = any(value.dtype == "float64" for value in function.inputs.values())
    return "float64" if is_double else "float32"


def _memory(plan: Plan) -> Memory:
    return Memory(
        values=plan.memory.computed_start,
        arena=plan.memory.value_bytes - plan.memory.computed_start,
        scratch=plan.memory.nbytes - plan.memory.value_bytes,
    )


def _step_seconds(made: Built, feed: Mapping[str, npt.ArrayLike]) -> float:
    """Of a step in a call of many, by all threads: the best of some calls."""
    made.walk.run(feed)
    count, best = 1, float("inf")
    until = time.perf_counter() + STEPS_SECONDS
    while time.perf_counter() < until:
        started = time.perf_counter()
        made.walk.run_many(feed, count)
        seconds = time.perf_counter() - started
        best = min(best, seconds / count)
        count = max(1, min(1000, int(STEPS_SECONDS / 10 / best)))
    return best


def _lines(
    made: Built, peaks: Peaks, feed: Mapping[str, npt.ArrayLike], *, is_timed: bool
) -> tuple[LaunchLine, ...]:
    plan, lines = made.plan, []
    phases = [number for number, phase in enumerate(plan.phases()) for _ in phase]
    if is_timed:
        made.walk.feed(feed)
    for number, (launch, group) in enumerate(zip(plan.launches, plan.groups_of_launches, strict=True)):
        seconds = made.walk.seconds(number) if is_timed else None
        if is_timed:
            made.walk.do(number)
        kernel = launch.kernel
        lines.append(
            LaunchLine(
                number=number,
                group=None if group is None else plan.number_of(group),
                phase=phases[number],
                kernel=kernel.name,
                computes=_computed(group),
                shapes=_shapes(group),
                extent=kernel.extent,
                is_shared=launch.is_shared,
                flops=kernel.flops,
                moved_bytes=launch.moved_bytes,
                predicted=peaks.seconds(kernel.flops, launch.moved_bytes),
                measured=seconds,
            )
        )
    return tuple(lines)


def _computed(group: Group | None) -> str:
    """The primitives of a group in order, each with how often."""
    if group is None:
        return "copy of a carried value"
    counts = Counter(value.primitive.name for value in group)
    return ", ".join(f"{count} {name}" if count > 1 else name for name, count in counts.items())


def _shapes(group: Group | None) -> str:
    """What the value that decides about the work reads and makes."""
    if group is None:
        return ""
    main = _main(group)
    read = [_bracketed(operand) for operand in main.inputs] if main.primitive.name != "concat" else []
    if main.primitive.name in PRODUCTS or is_reduction(main) or len(set(read)) > 1:
        return f"{' '.join(read)} → {_bracketed(main)}"
    return _bracketed(main)


def _main(group: Sequence[Value]) -> Value:
    products = [value for value in group if value.primitive.name in PRODUCTS]
    reductions = [value for value in group if is_reduction(value)]
    return (products or reductions or list(group))[0]


def _bracketed(value: Value) -> str:
    return f"[{','.join(map(str, value.shape))}]"
