"""Cutting and joining along one axis, against NumPy."""

import numpy as np
import pytest

from wiregrad.engine import ops
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import IRError

X = np.arange(24.0).reshape(2, 3, 4)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_what_is_unstacked_is_what_was_stacked(axis: int) -> None:
    parts = ops.unstack(ops.constant(X, "float64"), axis)
    for part, expected in zip(evaluate(parts, {}), np.moveaxis(X, axis, 0), strict=True):
        np.testing.assert_array_equal(part, expected)
    (joined,) = evaluate([ops.stack(parts, axis)], {})
    np.testing.assert_array_equal(joined, X)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_a_slice_along_an_axis_is_whole_along_the_others(axis: int) -> None:
    (cut,) = evaluate([ops.slice_axis(ops.constant(X, "float64"), 1, 2, axis)], {})
    np.testing.assert_array_equal(cut, X.take([1], axis))


def test_an_axis_that_is_not_there_is_refused() -> None:
    with pytest.raises(IRError, match="expected an axis from -3 to 2; got 3"):
        ops.unstack(ops.constant(X, "float64"), 3)
    with pytest.raises(IRError, match="expected an axis from -4 to 3; got 4"):
        ops.stack([ops.constant(X, "float64")], 4)
