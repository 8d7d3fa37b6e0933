from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.llvm.comparing import How, check, layout_of, ways
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm.kernels.indexing import Gather, ScatterAdd
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import DTYPES, Value

INTEGERS = ("int32", "int64", "uint32")


def _numbers(dtype: str, shape: tuple[int, ...]) -> Array:
    """Of few bits, so that their sums are exact in any order."""
    numbers = np.random.default_rng(3).integers(0 if dtype[0] in "bu" else -50, 50, shape)
    return (numbers > 20).astype(dtype) if dtype == "bool" else numbers.astype(dtype)


def _indices(dtype: str, shape: tuple[int, ...], extent: int) -> Array:
    lowest = 0 if dtype.startswith("u") else -extent
    return np.random.default_rng(4).integers(lowest, extent, shape).astype(dtype)


def _constant(array: Array) -> Value:
    return ops.constant(array, layout_of(array).dtype)


def _check_gather(x: Array, indices: Array, axis: int, how: How) -> None:
    (expected,) = evaluate([ops.gather(_constant(x), _constant(indices), axis)])
    check(Gather(layout_of(x), layout_of(indices), axis), [x, indices], expected, how)


def _check_scatter(updates: Array, indices: Array, axis: int, extent: int, how: How) -> None:
    (expected,) = evaluate([ops.scatter_add(_constant(updates), _constant(indices), axis, extent)])
    kernel = ScatterAdd(layout_of(updates), layout_of(indices), axis, extent)
    check(kernel, [updates, indices], expected, how)


@pytest.mark.parametrize("dtype", DTYPES)
def test_every_dtype(dtype: str) -> None:
    indices = _indices("int64", (3, 2), 5)
    _check_gather(_numbers(dtype, (2, 5, 7)), indices, 1, How(3))
    _check_scatter(_numbers(dtype, (2, 3, 2, 7)), indices, 1, 5, How(3))


@settings(max_examples=12)
@given(st.data(), st.sampled_from(INTEGERS), ways())
def test_any_shape(data: st.DataObject, dtype: str, how: How) -> None:
    shapes = st.lists(st.integers(1, 4), max_size=2).map(tuple)
    before, numbers = data.draw(shapes), data.draw(shapes)
    after = data.draw(st.lists(st.sampled_from([0, 1, 3, 30, 70]), max_size=2).map(tuple))
    extent = data.draw(st.integers(1, 6))
    indices = _indices(dtype, numbers, extent)
    _check_gather(_numbers("float32", (*before, extent, *after)), indices, len(before), how)
    _check_scatter(_numbers("float32", (*before, *numbers, *after)), indices, len(before), extent, how)


@pytest.mark.parametrize("after", [3, 80])
def test_operands_that_are_views(after: int) -> None:
    indices = _indices("int64", (6, 8), 5)[::2, ::3].T
    x = _numbers("float32", (4, after, 5, 2)).transpose(3, 2, 1, 0)
    _check_gather(x, indices, 1, How(2))
    _check_gather(np.broadcast_to(np.float32(3), (2, 5, after)), indices, 1, How(2))
    updates = _numbers("float32", (3, after, 2, 3)).transpose(2, 3, 0, 1)
    _check_scatter(updates, indices, 1, 5, How(2))
    _check_scatter(updates[..., ::2], indices, 1, 5, How(2))
    _check_scatter(np.broadcast_to(np.float32(3), (3, 3, after)), indices, 0, 5, How(2))


@pytest.mark.parametrize("after", [1, 3, 80])
def test_updates_are_added_in_order(after: int) -> None:
    """Floats whose sum depends on the order: the result is that of a loop, whatever the cut."""
    random = np.random.default_rng(7)
    updates = random.standard_normal((40, after)).astype("float32")
    indices = random.integers(0, 3, 40)
    for parts in (1, 3):
        _check_scatter(updates, indices, 0, 3, How(parts))


@pytest.mark.parametrize(
    ("dtype", "numbers"),
    [
        ("int64", [-(2**63), -5, -4, 3, 4, 2**63 - 1]),
        ("int32", [-(2**31), -5, -4, 3, 4, 2**31 - 1]),
        ("uint64", [0, 3, 4, 2**63, 2**64 - 1]),
    ],
)
def test_indices_out_of_range_touch_nothing(dtype: str, numbers: list[int]) -> None:
    indices = np.array(numbers, dtype)
    exists = np.array([-4 <= number < 4 for number in numbers])
    rows = np.array([number % 4 for number in numbers])
    for of, nothing in (("float64", np.nan), ("int32", 0), ("bool", False)):
        x = _numbers(of, (4, 3))
        expected = np.where(exists[:, None], x[rows], np.array(nothing, of))
        check(Gather(layout_of(x), layout_of(indices), 0), [x, indices], expected, How(2))
    for width in (3, 70):
        updates = _numbers("float32", (len(numbers), width))
        kept, targets = _constant(updates[exists]), _constant(rows[exists])
        (total,) = evaluate([ops.scatter_add(kept, targets, 0, 4)])
        kernel = ScatterAdd(layout_of(updates), layout_of(indices), 0, 4)
        check(kernel, [updates, indices], total, How(2))


def test_no_indices_and_no_rows() -> None:
    none = np.zeros((0,), "int64")
    _check_gather(_numbers("float32", (4, 3)), none, 0, How(1))
    _check_scatter(_numbers("float32", (0, 3)), none, 0, 4, How(2))
    _check_scatter(_numbers("float32", (0, 3)), none, 0, 0, How(1))
