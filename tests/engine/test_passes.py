"""Each pass keeps the meaning of any program, changes nothing in place, and does what it is there for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.examples import Array
from tests.engine.programs import programs
from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.passes import PASSES, dead_code, optimize
from wiregrad.engine.passes.buffers import Lifetime, plan_arena
from wiregrad.engine.passes.constant_folding import constant_folding
from wiregrad.engine.passes.layout import layout
from wiregrad.engine.passes.simplify import simplify
from wiregrad.engine.passes.transposed_products import transposed_products


def _x(*shape: int, name: str = "x") -> Value:
    return ops.input(name, "float64", shape)


def _function(value: Value, *inputs: Value) -> Function:
    return Function("f", {str(x.attributes["name"]): x for x in inputs}, {"y": value})


def _names(function: Function) -> list[str]:
    return [value.primitive.name for value in function.values()]


@settings(max_examples=60, deadline=None)
@given(program=programs(), improve=st.sampled_from([*PASSES, optimize]))
def test_passes_keep_the_meaning_and_leave_the_original_alone(
    program: tuple[Function, dict[str, Array]], improve: Callable[[Function], Function]
) -> None:
    function, feed = program
    before = str(function)
    improved = improve(function)
    assert str(function) == before
    assert improved.carries == function.carries
    for name, array in zip(function.outputs, evaluate(function.outputs.values(), feed), strict=True):
        (same,) = evaluate([improved.outputs[name]], feed)
        np.testing.assert_allclose(same, array, rtol=1e-12, atol=1e-12)


# ---- Simplification ----

X = _x(2, 3)
ZERO, ONE, TWO = (ops.full_like(number, X) for number in (0, 1, 2))


@pytest.mark.parametrize(
    "value",
    [
        ops.add(X, ZERO),
        ops.add(ZERO, X),
        ops.sub(X, ZERO),
        ops.mul(X, ONE),
        ops.mul(ONE, X),
        ops.div(X, ONE),
        ops.neg(ops.neg(X)),
        ops.pow(X, ONE),
        ops.reshape(ops.reshape(X, (6,)), (2, 3)),
        ops.transpose(ops.transpose(X, (1, 0)), (1, 0)),
        ops.broadcast(X, (2, 3), (0, 1)),
        ops.slice(X, (0, 0), (2, 3)),
        ops.pad(X, (0, 0), (0, 0)),
        ops.concat([X], 0),
        ops.stop_gradient(X),
    ],
    ids=str,
)
def test_what_does_nothing_disappears(value: Value) -> None:
    assert optimize(_function(value, X)).outputs["y"] is X


def test_signs_move_into_sums() -> None:
    a, b = _x(2, name="a"), _x(2, name="b")
    assert _names(simplify(_function(ops.add(a, ops.mul(ops.neg(b), a)), a, b))) == [
        "input",
        "input",
        "mul",
        "sub",
    ]


def test_powers_by_a_literal_become_products_and_roots() -> None:
    assert "pow" not in _names(simplify(_function(ops.pow(X, TWO), X)))
    assert "sqrt" in _names(simplify(_function(ops.pow(X, ops.full_like(0.5, X)), X)))


def test_elementwise_work_is_done_before_a_broadcast() -> None:
    row = _x(3)
    spread = ops.tanh(ops.mul(ops.broadcast_to(row, (5, 3)), ops.full(2, "float64", (5, 3))))
    values = optimize(_function(spread, row)).values()
    assert [value.shape for value in values if value.primitive.name == "tanh"] == [(3,)]


def test_the_sum_of_copies_is_a_product() -> None:
    row = _x(3)
    assert "reduce_sum" not in _names(
        optimize(_function(ops.reduce_sum(ops.broadcast_to(row, (5, 3)), [0]), row))
    )


def test_nothing_is_computed_that_depends_on_no_input() -> None:
    constant = ops.exp(ops.reduce_sum(ops.constant([1.0, 2.0], "float64"), [0]))
    x = _x()
    assert _names(constant_folding(_function(ops.add(x, constant), x))) == ["input", "full", "add"]


def test_large_constants_stay_small() -> None:
    large = ops.tanh(ops.full(0.5, "float64", (1000, 1000)))
    folded = constant_folding(_function(large)).outputs["y"]
    assert folded.primitive.name == "full"


def test_equal_subexpressions_are_computed_once_whatever_their_order() -> None:
    a, b = _x(2, name="a"), _x(2, name="b")
    value = ops.sub(ops.sin(ops.add(a, b)), ops.cos(ops.add(b, a)))
    assert _names(optimize(_function(value, a, b))).count("add") == 1


def test_zeros_of_either_sign_and_nan_are_told_apart() -> None:
    signs = [ops.full(number, "float64") for number in (0.0, -0.0, float("nan"))]
    outputs = {str(i): ops.div(ops.full(1, "float64"), value) for i, value in enumerate(signs)}
    arrays = evaluate(optimize(Function("signs", {}, outputs)).outputs.values())
    np.testing.assert_array_equal(arrays, [np.inf, -np.inf, np.nan])


def test_dead_code_keeps_only_what_the_wanted_outputs_need() -> None:
    x, a, b = _x(), _x(name="a"), _x(name="b")
    outputs = {"y": ops.add(x, a), "z": b, "next a": ops.mul(a, a), "next b": ops.add(b, a)}
    function = Function("f", {"x": x, "a": a, "b": b}, outputs, {"next a": "a", "next b": "b"})
    kept = dead_code(function, ["y"])
    assert (set(kept.inputs), set(kept.outputs), kept.carries) == (
        {"x", "a"},
        {"y", "next a"},
        {"next a": "a"},
    )


# ---- Layout ----


def _channels_last(x: Value) -> Value:
    return ops.transpose(x, (0, 2, 3, 1))


def _block(x: Value, kernel: Value, bias: Value) -> Value:
    """Convolution, bias, normalization, activation and pool between channels-first ports."""
    x = ops.transpose(ops.conv2d(_channels_last(x), kernel, padding=((1, 1), (1, 1))), (0, 3, 1, 2))
    x = ops.add(x, ops.broadcast(bias, x.shape, [1]))
    mean = ops.broadcast(ops.mean(x, [0, 2, 3]), x.shape, [1])
    x = ops.relu(ops.div(ops.sub(x, mean), ops.full_like(2, x)))
    return ops.transpose(ops.max_pool2d(_channels_last(x), 2), (0, 3, 1, 2))


def test_a_chain_of_layers_keeps_one_layout_forward_and_backward() -> None:
    image, label = _x(2, 3, 8, 8), _x(2, 12, name="label")
    weights = [_x(3, 3, 3, 3, name=f"w{i}") for i in range(2)]
    biases = [_x(3, name=f"b{i}") for i in range(2)]
    x = image
    for kernel, bias in zip(weights, biases, strict=True):
        x = _block(x, kernel, bias)
    loss = ops.mean(ops.square(ops.sub(ops.reshape(x, (2, 12)), label)))
    outputs = {f"g{i}": g for i, g in enumerate(gradients(loss, weights + biases)) if g is not None}
    inputs = {str(v.attributes["name"]): v for v in (image, label, *weights, *biases)}
    function = Function("net", inputs, {"loss": loss, **outputs})
    transposes = [v for v in optimize(function).values() if v.primitive.name == "transpose"]
    assert len(transposes) == 3  # the image, and before and behind the flattening


def test_transposes_move_below_reductions_slices_and_concatenations() -> None:
    x = _x(2, 3, 4)
    turned = ops.transpose(x, (2, 0, 1))
    for value in (
        ops.reduce_sum(turned, [1]),
        ops.slice(turned, (1, 0, 0), (3, 2, 2)),
        ops.pad(turned, (1, 0, 0), (0, 0, 2)),
        ops.concat([turned, turned], 1),
    ):
        moved = layout(_function(value, x)).outputs["y"]
        assert moved.type == value.type
        assert moved.primitive.name == "transpose"
        feed = {"x": np.arange(24.0).reshape(2, 3, 4)}
        actual, expected = evaluate([moved, value], feed)
        np.testing.assert_array_equal(actual, expected)


def test_a_product_that_is_only_read_transposed_is_turned_around() -> None:
    a, b = _x(2, 3, name="a"), _x(3, 4, name="b")
    product = ops.matmul(a, b)
    turned = transposed_products(_function(ops.transpose(product, (1, 0)), a, b)).outputs["y"]
    assert (turned.primitive.name, turned.shape) == ("matmul", (4, 2))
    both = Function("f", {"a": a, "b": b}, {"y": ops.transpose(product, (1, 0)), "z": product})
    assert _names(transposed_products(both)).count("matmul") == 1


# ---- Buffers ----


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 20), st.integers(0, 8)), max_size=40))
def test_buffers_in_use_at_the_same_time_never_overlap(drawn: list[tuple[int, int, int]]) -> None:
    lifetimes = [Lifetime(nbytes, first, first + length) for nbytes, first, length in drawn]
    arena = plan_arena(lifetimes)
    places = list(zip(lifetimes, arena.offsets, strict=True))
    for i, (one, start) in enumerate(places):
        assert start % 64 == 0
        assert start + one.nbytes <= arena.nbytes
        for other, other_start in places[:i]:
            both_hold_bytes = one.nbytes and other.nbytes
            if both_hold_bytes and one.first <= other.last and other.first <= one.last:
                assert start + one.nbytes <= other_start or other_start + other.nbytes <= start


def test_memory_that_is_free_again_is_used_again() -> None:
    relay = [Lifetime(1000, step, step + 1) for step in range(50)]
    assert plan_arena(relay).nbytes == 2 * 1024
