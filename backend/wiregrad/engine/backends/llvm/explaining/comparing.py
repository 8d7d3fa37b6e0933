"""Which group of a native program computes something else than the plainest kernels do.

Each group is given right operands, whatever the one before it made of them: after it ran, what it stored is
compared and then replaced by the right numbers. So a group that deviates is wrong itself.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from wiregrad.engine.backends.backend import Array, Executable
from wiregrad.engine.backends.llvm.explaining.build import built
from wiregrad.engine.backends.llvm.explaining.walk import Walk
from wiregrad.engine.backends.llvm.grouping import PRODUCTS, is_reduction
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.interpreter import applied, checked
from wiregrad.engine.ir import Function, Value, is_float

TOLERANCE = {"float32": 1e-5, "float64": 1e-12}
"""Of the largest magnitude that the numbers have, or had before they were added up."""


DECISIONS = frozenset({"eq", "ne", "lt", "le", "gt", "ge", "sign", "floor", "ceil", "round", "argmax"})
DECISIONS_PER_FLIP = 10_000
"""Where a group compares what it computed itself, rounding may decide otherwise once in so many elements."""


@dataclass(frozen=True)
class Deviation:
    """A value that is stored wrong. `largest` is the largest difference, `allowed` what rounding explains."""

    group: int
    value: str
    largest: float
    allowed: float
    wrong: int
    """How many of its elements are off."""
    elements: int


def deviations(
    function: Function,
    options: Options,
    carry: Mapping[str, npt.ArrayLike],
    feed: Mapping[str, npt.ArrayLike],
) -> Iterator[Deviation]:
    """All stored values that deviate, in the order in which they are computed."""
    made = built(function, host_target(), options)
    made.walk.load(carry)
    made.walk.feed(feed)
    yield from _Walking(made.plan, made.walk, {**carry, **feed}).deviations()


@dataclass(frozen=True)
class Comparison:
    """What was found: wrong groups, the same with the first of them taken apart, and where steps ended.

    `steps_apart` has for each output and carried value how far the two ended apart, as a part of the largest
    magnitude.
    """

    deviations: tuple[Deviation, ...]
    taken_apart: tuple[Deviation, ...]
    steps: int
    steps_apart: dict[str, float]


def compared(
    function: Function,
    options: Options,
    ours: Executable,
    theirs: Executable,
    carry: Mapping[str, npt.ArrayLike],
    feed: Mapping[str, npt.ArrayLike],
    steps: int = 3,
) -> Comparison:
    """Look for wrong groups, and take some steps with both executables of the function."""
    found = tuple(deviations(function, options, carry, feed))
    alone: tuple[Deviation, ...] = ()
    if found:
        first = found[0].group
        apart = replace(options, apart=options.apart | {first})
        alone = tuple(d for d in deviations(function, apart, carry, feed) if d.group == first)
    return Comparison(found, alone, steps, steps_apart(ours, theirs, carry, feed, steps))


class _Walking:
    def __init__(self, plan: Plan, walk: Walk, inputs: Mapping[str, npt.ArrayLike]) -> None:
        self._plan = plan
        self._walk = walk
        self._reference = _Reference(plan.function, inputs)

    def deviations(self) -> Iterator[Deviation]:
        plan = self._plan
        numbers = list(range(len(plan.launches)))
        while numbers:
            group = plan.groups_of_launches[numbers[0]]
            launched = [number for number in numbers if plan.groups_of_launches[number] is group]
            for number in launched:
                self._walk.do(number)
            if group is not None:
                yield from self._compared(group)
            numbers = numbers[len(launched) :]

    def _compared(self, group: Group) -> Iterator[Deviation]:
        reference = self._reference
        wanted = {value: reference.array(value) for value in group}
        scale = max(1.0, *(reference.growth(value) for value in group))
        decides = len(group) > 1 and any(value.primitive.name in DECISIONS for value in group)
        for value in self._plan.stored(group):
            place = self._walk.array(value)
            found = _deviation(self._plan.number_of(group), value, place, wanted[value], scale)
            place[...] = wanted[value]
            if found is not None and not (decides and found.wrong <= value.size // DECISIONS_PER_FLIP):
                yield found
        reference.forget_read()


def _deviation(group: int, value: Value, got: Array, wanted: Array, scale: float) -> Deviation | None:
    if not value.size:
        return None
    allowed = TOLERANCE[value.dtype] * scale * _largest(wanted) if is_float(value.dtype) else 0.0
    difference = _difference(got, wanted)
    wrong = int((difference > allowed).sum())
    if not wrong:
        return None
    name = f"{value.primitive.name} {value.type}"
    return Deviation(group, name, float(difference.max()), allowed, wrong, value.size)


def _difference(a: Array, b: Array) -> Array:
    """Element by element in double precision; infinite where one alone is not a number."""
    same = (a == b) | (_is_nan(a) & _is_nan(b))
    with np.errstate(all="ignore"):
        difference = np.where(same, 0.0, np.abs(a.astype(np.float64) - b.astype(np.float64)))
    return np.where(np.isnan(difference), math.inf, difference)


class _Reference:
    """The right array of each value when it is asked for, and no longer than some other needs it."""

    def __init__(self, function: Function, inputs: Mapping[str, npt.ArrayLike]) -> None:
        self._inputs = inputs
        self._arrays: dict[Value, Array] = {}
        self._unread = Counter(operand for value in function.values() for operand in value.inputs)

    def array(self, value: Value) -> Array:
        waiting = [value]
        while waiting:
            last = waiting[-1]
            missing = [operand for operand in last.inputs if operand not in self._arrays]
            if missing and last not in self._arrays:
                waiting += missing
                continue
            waiting.pop()
            if last not in self._arrays:
                self._arrays[last] = self._computed(last)
        return self._arrays[value]

    def _computed(self, value: Value) -> Array:
        if value.primitive.name == "input":
            return checked(self._inputs, str(value.attributes["name"]), value.type)
        operands = [self._arrays[operand] for operand in value.inputs]
        self._unread.subtract(value.inputs)
        with np.errstate(all="ignore"):
            return applied(value, operands)

    def growth(self, value: Value) -> float:
        """How much larger than a result the numbers were that were added up to it, in typical size."""
        if not is_float(value.dtype) or not value.size:
            return 1.0
        result = _largest(self._arrays[value])
        if result == 0.0:
            return 1.0
        operands = [self._arrays[operand] for operand in value.inputs]
        if value.primitive.name in ("add", "sub"):
            return max(_largest(operand) for operand in operands) / result
        if is_reduction(value):
            (x,) = operands
            return _typical(x) * math.sqrt(max(1, x.size // value.size)) / result
        if value.primitive.name in PRODUCTS or value.primitive.name == "conv2d_weight_gradient":
            a, b = operands
            depth = max(1.0, math.sqrt(a.size * b.size / value.size))
            return _typical(a) * _typical(b) * math.sqrt(depth) / result
        return 1.0

    def forget_read(self) -> None:
        """Drop what every reader has read."""
        for value in [value for value in self._arrays if self._unread[value] <= 0]:
            del self._arrays[value]


def _largest(array: Array) -> float:
    """Of what is finite."""
    sizes = np.abs(array)
    return float(sizes[np.isfinite(sizes)].max(initial=0.0))


def _typical(array: Array) -> float:
    return float(np.sqrt(np.mean(np.square(array, dtype=np.float64)))) if array.size else 0.0


def steps_apart(
    ours: Executable,
    theirs: Executable,
    carry: Mapping[str, npt.ArrayLike],
    feed: Mapping[str, npt.ArrayLike],
    steps: int,
) -> dict[str, float]:
    """How far two executables of one function are apart after some steps, by output or carried value.

    The largest difference as a part of the largest magnitude; what is not finite in one alone is infinitely
    far.
    """
    ends = []
    for executable in (ours, theirs):
        executable.load(carry)
        outputs = [executable.run(feed) for _ in range(steps)][-1]
        ends.append({**executable.read(), **{name: array.copy() for name, array in outputs.items()}})
    ours_end, theirs_end = ends
    return {name: _apart(ours_end[name], theirs_end[name]) for name in theirs_end}


def _apart(a: Array, b: Array) -> float:
    largest = float(_difference(a, b).max(initial=0.0))
    return largest / max(_largest(b), np.finfo(np.float64).tiny) if largest else 0.0


def _is_nan(array: Array) -> Array:
    is_nan: Array = np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, np.bool_)
    return is_nan
