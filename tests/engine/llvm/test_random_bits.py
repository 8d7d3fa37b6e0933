from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.engine.llvm.comparing import How, check, layout_of
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.kernels.random_bits import RandomBits
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import Shape

WORDS = st.integers(0, 2**64 - 1)


def _check(seed: Array, step: Array, stream: int, shape: Shape, how: How) -> None:
    words = [ops.input(name, layout_of(array).dtype, ()) for name, array in (("seed", seed), ("step", step))]
    (expected,) = evaluate([ops.random_bits(words[0], words[1], stream, shape)], {"seed": seed, "step": step})
    check(RandomBits(stream, shape), [seed, step], expected, how)


@settings(max_examples=5)
@given(WORDS, WORDS, WORDS, st.integers(1, 100), st.integers(1, 4))
@example(2**64 - 1, 2**64 - 1, 2**64 - 1, 64, 2)
@example(0, 0, 0, 17, 3)
def test_bits_are_those_of_the_interpreter(seed: int, step: int, stream: int, size: int, parts: int) -> None:
    _check(np.array(seed, "uint64"), np.array(step, "uint64"), stream, (size,), How(parts))


@pytest.mark.parametrize("shape", [(), (3, 5), (0, 4)])
def test_shapes_and_words_with_a_sign(shape: Shape) -> None:
    _check(np.array(-7, "int64"), np.array(-(2**63), "int64"), 5, shape, How(2))
