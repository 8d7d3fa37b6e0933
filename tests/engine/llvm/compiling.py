"""Compiles whole functions anew, past the cache, so that what a test changes takes effect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pytest

from wiregrad.engine import ops
from wiregrad.engine.backends.llvm import plan
from wiregrad.engine.backends.llvm.executable import LlvmExecutable
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import WIDTH_VARIABLE, Target, host_target
from wiregrad.engine.backends.llvm.translation import translated
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import DType, Function, Shape, Value


@dataclass(frozen=True)
class Way:
    """One of the ways to compile a function, all of which must give the same numbers."""

    threads: int = 1
    fuse: bool = True
    guarded: bool = False
    is_narrow: bool = False
    """Whether vectors have 128 bits, whatever the processor has."""

    @property
    def target(self) -> Target:
        with pytest.MonkeyPatch.context() as patch:
            if self.is_narrow:
                patch.setenv(WIDTH_VARIABLE, "128")
            return host_target()

    def compile(self, function: Function) -> LlvmExecutable:
        """Kernels of any size are shared among the threads."""
        options = Options(self.threads, self.fuse, self.guarded)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(plan, "WORTH_SHARING", 0)
            patch.setattr(plan, "WORTH_THREADS", 0)
            return LlvmExecutable(translated(function, self.target, options, _nobody), self.target)


WAYS = [Way(), Way(threads=3), Way(threads=2, is_narrow=True), Way(fuse=False, guarded=True)]
"""A few that reach most of what is compiled in different ways."""


def _nobody(done: int, total: int) -> None:
    pass


def interpreted(function: Function, feed: Mapping[str, Array], calls: int) -> list[dict[str, Array]]:
    """The outputs of some calls with carries, by the plain interpreter."""
    state, results = dict(feed), []
    for _ in range(calls):
        arrays = evaluate(function.outputs.values(), state)
        results.append(dict(zip(function.outputs, arrays, strict=True)))
        state.update({target: results[-1][name] for name, target in function.carries.items()})
    return results


def stepped(
    executable: LlvmExecutable, function: Function, feed: Mapping[str, Array], calls: int
) -> list[dict[str, Array]]:
    """The outputs of some calls, the carried ones too, from these inputs on."""
    carried = {name: array for name, array in feed.items() if name in function.carries.values()}
    executable.load(carried)
    results = []
    for _ in range(calls):
        found = executable.run({name: array for name, array in feed.items() if name not in carried})
        following = executable.read()
        found |= {name: following[target] for name, target in function.carries.items()}
        results.append({name: found[name].copy() for name in function.outputs})
    return results


def assert_alike(
    got: list[dict[str, Array]], expected: list[dict[str, Array]], tolerance: float = 1e-12
) -> None:
    for number, (ours, theirs) in enumerate(zip(got, expected, strict=True), 1):
        for name, array in theirs.items():
            assert (ours[name].dtype, ours[name].shape) == (array.dtype, array.shape), name
            np.testing.assert_allclose(
                ours[name], array, rtol=tolerance, atol=tolerance, err_msg=f"{name} of call {number}"
            )


def assert_same_bits(got: list[dict[str, Array]], expected: list[dict[str, Array]]) -> None:
    for ours, theirs in zip(got, expected, strict=True):
        for name, array in theirs.items():
            assert ours[name].tobytes() == array.tobytes(), name


def check(function: Function, feed: Mapping[str, Array], way: Way, tolerance: float = 1e-12) -> None:
    """Three calls against the interpreter."""
    got = stepped(way.compile(function), function, feed, 3)
    assert_alike(got, interpreted(function, feed, 3), tolerance)


def drawn(shape: Shape, dtype: DType = "float64", seed: int = 0) -> Array:
    """Normal numbers."""
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def total(x: Value) -> Value:
    """The sum of all elements."""
    return ops.reduce_sum(x, tuple(range(x.rank)))
