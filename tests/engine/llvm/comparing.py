"""A kernel's result against the one that is expected, bit for bit but for the sign of zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from hypothesis import strategies as st

from tests.engine.llvm.harness import Compiled, Guarded, guarded
from wiregrad.engine.backends.llvm.kernel import Kernel, Layout
from wiregrad.engine.backends.llvm.target import Target, host_target
from wiregrad.engine.interpreter import Array


@dataclass(frozen=True)
class How:
    """In how many parts the units are done, and with vectors of how many bytes.

    LLVM cuts wider vectors than the processor has.
    """

    parts: int
    vector_bytes: int = host_target().vector_bytes

    @property
    def target(self) -> Target:
        return replace(host_target(), vector_bytes=self.vector_bytes)


def ways() -> st.SearchStrategy[How]:
    return st.builds(How, st.integers(1, 5), st.sampled_from([16, 32, 64]))


def layout_of(array: Array) -> Layout:
    strides = tuple(stride // array.itemsize for stride in array.strides)
    return Layout(array.dtype.name, array.shape, strides)  # type: ignore[arg-type]


def check(kernel: Kernel, operands: Sequence[Array], expected: Array, how: How) -> None:
    """The result of all parts, the last first; and that each of its bytes is written by one part only."""
    like = layout_of(expected)
    native = Compiled(kernel, len(operands) + 1, how.target)
    held = [guarded(operand) for operand in operands]
    result = Guarded(expected.nbytes)
    bounds = [kernel.extent * part // how.parts for part in range(how.parts + 1)]
    writers = np.zeros(expected.nbytes, int)
    for begin, end in reversed(list(pairwise(bounds))):
        writers += _written(native, held, result, begin, end)
    np.testing.assert_array_equal(writers, 1, "expected one writer of each byte of the result")
    np.testing.assert_array_equal(result.array(like.dtype, like.shape), expected)
    for operand, old in zip(held, operands, strict=True):
        np.testing.assert_array_equal(operand, old)


def _written(native: Compiled, operands: list[Array], result: Guarded, begin: int, end: int) -> Array:
    """Do some units, and tell which bytes they write: those that come out the same over any others."""
    before = result.bytes.copy()
    addresses = [*(operand.ctypes.data for operand in operands), result.address]
    outcomes = []
    for poison in (0x00, 0xFF):
        result.bytes.fill(poison)
        native.call(*addresses, begin, end, None)
        result.check()
        outcomes.append(result.bytes.copy())
    written: Array = outcomes[0] == outcomes[1]
    result.bytes[...] = np.where(written, outcomes[0], before)
    return written
