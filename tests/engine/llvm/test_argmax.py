from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.llvm.comparing import How, check, layout_of, ways
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.kernels.argmax import ArgMax
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import DTYPES


def _check(x: Array, axis: int, how: How) -> None:
    (expected,) = evaluate([ops.argmax(ops.constant(x, layout_of(x).dtype), axis)])
    check(ArgMax(layout_of(x), axis), [x], expected, how)


def _numbers(dtype: str, shape: tuple[int, ...], seed: int = 0) -> Array:
    """With ties; of floats some are not finite; of integers some differ in the highest bit only."""
    random = np.random.default_rng(seed)
    numbers = random.integers(0, 6, shape).astype(dtype)
    if dtype.startswith("float"):
        numbers[random.random(shape) < 0.03] = np.nan
        numbers[random.random(shape) < 0.1] = np.inf
        numbers[random.random(shape) < 0.1] = -np.inf
    else:
        numbers[random.random(shape) < 0.1] = np.iinfo(dtype).max
        numbers[random.random(shape) < 0.1] = np.iinfo(dtype).min
    return numbers


@pytest.mark.parametrize("dtype", [dtype for dtype in DTYPES if dtype != "bool"])
def test_every_dtype_along_each_axis(dtype: str) -> None:
    x = _numbers(dtype, (3, 4, 37))
    for axis in range(3):
        _check(x, axis, How(3))


@settings(max_examples=12)
@given(
    st.lists(st.sampled_from([1, 2, 5, 9, 67]), min_size=1, max_size=3).map(tuple),
    st.data(),
    st.sampled_from(["float32", "float64", "int64"]),
    ways(),
)
def test_any_shape(shape: tuple[int, ...], data: st.DataObject, dtype: str, how: How) -> None:
    axis = data.draw(st.integers(0, len(shape) - 1))
    _check(_numbers(dtype, shape, seed=len(shape) + axis), axis, how)


@pytest.mark.parametrize("first", [0, 1, 31, 40, 65])
def test_the_first_of_equals_in_a_long_row(first: int) -> None:
    """The rows are searched by lanes: the largest stand in several lanes and in what is left over."""
    rows = np.zeros((4, 70), "float32")
    rows[0, [first, 66, 69]] = 7
    rows[1, [first, 67, 69]] = np.nan
    rows[1, 2] = np.inf
    rows[2] = -np.inf
    rows[2, first] = 0
    rows[3] = np.nan
    _check(rows, 1, How(2))


def test_views() -> None:
    x = _numbers("float32", (4, 9, 5, 40))
    _check(x.transpose(0, 3, 2, 1), 1, How(2))
    _check(x.transpose(3, 1, 2, 0), 2, How(2))
    _check(np.broadcast_to(x[0, :, 0, :1], (9, 40)), 1, How(2))
    _check(x[..., ::2], 3, How(2))
