"""A kernel's result against the one that is expected, bit for bit but for the sign of zero."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from hypothesis import strategies as st

from tests.engine.llvm.harness import run
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
    like = layout_of(expected)
    (result,) = run(kernel, operands, [(like.dtype, like.shape)], how.target, how.parts)
    np.testing.assert_array_equal(result, expected)
