from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wiregrad.engine.backends.backend import Array, Progress
from wiregrad.engine.backends.numpy.plan import Plan
from wiregrad.engine.backends.precision import assert_one_precision
from wiregrad.engine.interpreter import checked, checked_carry
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize


class NumpyBackend:
    name = "numpy"
    preference = 0
    missing = None
    without_bfloat16 = "NumPy multiplies in float32 and float64 only"

    def __init__(self) -> None:
        self.device = f"{platform.machine()} processor, NumPy {np.__version__}"

    def compile(self, function: Function, progress: Progress | None = None) -> NumpyExecutable:
        assert_one_precision(function)
        return NumpyExecutable(optimize(function))

    def memory_of(self, function: Function) -> int | None:
        return None


class NumpyExecutable:
    """A plan, run step by step."""

    def __init__(self, function: Function) -> None:
        plan = Plan(function)
        self._calls = tuple(plan.calls)
        self._types = {name: value.type for name, value in function.inputs.items()}
        self._carried = {name: plan.arrays[function.inputs[name]] for name in function.carries.values()}
        self._fed = {
            name: plan.arrays[value] for name, value in function.inputs.items() if name not in self._carried
        }
        self._outputs = {name: plan.output(name) for name in function.outputs}
        self._returned = {name: a for name, a in self._outputs.items() if name not in function.carries}
        self.memory_bytes = plan.arena_bytes
        self.kernel_count = len(self._calls)

    def load(self, carry: Mapping[str, npt.ArrayLike]) -> None:
        for name, array in checked_carry(carry, self._types, self._carried):
            self._carried[name][...] = array

    def read(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self._carried.items()}

    def run(self, feed: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        self._feed(feed)
        with np.errstate(all="ignore"):
            for call in self._calls:
                call()
        return dict(self._returned)

    def run_many(
        self, feed: Mapping[str, npt.ArrayLike], count: int, record: Sequence[str] = ()
    ) -> dict[str, Array]:  # fmt: skip
        self._feed(feed)
        sources = [self._outputs[name] for name in record]
        recorded = [np.empty((count, *source.shape), source.dtype) for source in sources]
        pairs = list(zip(recorded, sources, strict=True))
        calls = self._calls
        with np.errstate(all="ignore"):
            for index in range(count):
                for call in calls:
                    call()
                for rows, source in pairs:
                    rows[index] = source
        return dict(zip(record, recorded, strict=True))

    def _feed(self, feed: Mapping[str, npt.ArrayLike]) -> None:
        for name, array in self._fed.items():
            array[...] = checked(feed, name, self._types[name])
