"""Sums of what a sequence was cut into: one concat and one product, with the same numbers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.backends import get_backend
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.passes.sums import sums


def _total(terms: list[Value]) -> Value:
    first, *rest = terms
    for term in rest:
        first = ops.add(first, term)
    return first


def _x(name: str, *shape: int) -> Value:
    return ops.input(name, "float64", shape)


def _improved(total: Value, *inputs: Value) -> Value:
    named = {str(x.attributes["name"]): x for x in inputs}
    return sums(Function("f", named, {"y": total})).outputs["y"]


@given(
    ranges=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 4)), min_size=1, max_size=6),
    axis=st.integers(0, 1),
    beside=st.booleans(),
)
def test_pads_add_up_to_the_same(ranges: list[tuple[int, int]], axis: int, beside: bool) -> None:
    """Neighbors, with gaps between them, overlapping, the same twice; and something that is no pad."""
    inputs, terms = [], []
    for number, (start, count) in enumerate(ranges):
        shape, low, high = [2, 2], [0, 0], [0, 0]
        shape[axis], low[axis], high[axis] = count, start, 13 - start - count
        inputs.append(_x(f"x{number}", *shape))
        terms.append(ops.pad(inputs[-1], low, high))
    if beside:
        terms.insert(1, ops.mul(terms[0], terms[0]))
    total = _total(terms)
    generator = np.random.default_rng(0)
    feed = {str(x.attributes["name"]): generator.normal(size=x.shape) for x in inputs}
    expected, came = evaluate([total, _improved(total, *inputs)], feed)
    np.testing.assert_allclose(came, expected, rtol=1e-13)


def test_pads_with_another_filling_or_along_two_axes_are_left_alone() -> None:
    x = _x("x", 1, 1)
    filled = ops.add(ops.pad(x, (0, 0), (1, 0), value=1.0), ops.pad(x, (1, 0), (0, 0), value=1.0))
    corners = ops.add(ops.pad(x, (0, 0), (1, 1)), ops.pad(x, (1, 1), (0, 0)))
    for total in (filled, corners):
        assert _improved(total, x) is total


def test_a_partial_sum_that_others_read_is_left_alone() -> None:
    x = _x("x", 2)
    left, right = ops.pad(x, (0,), (2,)), ops.pad(x, (2,), (0,))
    partial = ops.add(left, ops.mul(right, right))
    total = ops.add(partial, right)
    function = sums(Function("f", {"x": x}, {"y": total, "partial": partial}))
    assert function.outputs["partial"] is partial


@pytest.mark.parametrize("size", [1, 4])
def test_products_of_a_step_each_become_one_where_that_is_less_work(size: int) -> None:
    x, w = _x("x", 5, size, 4), _x("w", 4, 4)
    rows = [ops.reshape(ops.slice(x, (n, 0, 0), (n + 1, size, 4)), (size, 4)) for n in range(5)]
    total = _total([ops.reduce_sum(ops.tanh(ops.matmul(row, w)), (0, 1)) for row in rows])
    (gradient,) = gradients(total, [w])
    assert gradient is not None
    improved = _improved(gradient, x, w)
    assert (improved.primitive.name == "matmul") == (size == 1)
    feed = {"x": np.random.default_rng(0).normal(size=x.shape), "w": np.ones((4, 4))}
    expected, came = evaluate([gradient, improved], feed)
    np.testing.assert_allclose(came, expected, rtol=1e-12, atol=1e-12)


def _walk(steps: int) -> Function:
    """The gradient of a walk that reads its sequence step by step."""
    x, w = _x("x", steps * 4, 64), _x("w", 64, 64)
    state = ops.full(0, "float64", (4, 64))
    for step in range(steps):
        part = ops.slice(x, (step * 4, 0), (step * 4 + 4, 64))
        state = ops.tanh(ops.add(part, ops.matmul(state, w)))
    to_x, to_w = gradients(ops.reduce_sum(state, (0, 1)), [x, w])
    assert to_x is not None
    assert to_w is not None
    return Function("walk", {"x": x, "w": w}, {"to x": to_x, "to w": to_w})


def test_the_memory_of_a_walk_grows_with_its_steps_and_not_with_their_square() -> None:
    short, long = (get_backend("numpy").compile(_walk(steps)) for steps in (20, 80))
    assert long.memory_bytes < 5 * short.memory_bytes
    assert long.kernel_count < 5 * short.kernel_count
