"""What every backend that works on this machine must do; how each does it is tested beside this."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.examples import Array
from wiregrad.engine import ops
from wiregrad.engine.backends import Backend, Executable, available
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function, IRError


@pytest.fixture(params=available(), ids=lambda backend: backend.name)
def backend(request: pytest.FixtureRequest) -> Backend:
    found: Backend = request.param
    return found


# ---- Carries ----


def _swap() -> Function:
    a, b = ops.input("a", "float64", (3,)), ops.input("b", "float64", (3,))
    return Function("swap", {"a": a, "b": b}, {"next a": b, "next b": a}, {"next a": "a", "next b": "b"})


def test_carried_values_can_change_places(backend: Backend) -> None:
    executable = backend.compile(_swap())
    executable.load({"a": np.zeros(3), "b": np.ones(3)})
    executable.run({})
    np.testing.assert_array_equal(executable.read()["a"], np.ones(3))
    np.testing.assert_array_equal(executable.read()["b"], np.zeros(3))


def test_an_output_that_is_a_carried_input_shows_its_value_before_the_step(backend: Backend) -> None:
    x = ops.input("x", "float64", (2,))
    following = ops.add(x, ops.full_like(1, x))
    function = Function("count", {"x": x}, {"value": x, "next": following}, {"next": "x"})
    executable = backend.compile(function)
    executable.load({"x": np.zeros(2)})
    recorded = executable.run_many({}, 3, ["value", "next"])
    np.testing.assert_array_equal(recorded["value"][:, 0], [0, 1, 2])
    np.testing.assert_array_equal(recorded["next"][:, 0], [1, 2, 3])


def test_a_result_does_not_take_the_memory_that_its_group_reads_in_another_order(backend: Backend) -> None:
    x = ops.input("x", "float64", (256, 256))
    product = ops.matmul(x, x)
    turned = ops.add(ops.matrix_transpose(product), ops.full_like(1, product))
    doubled = ops.mul(product, ops.full_like(2, product))
    outputs = {"sum": ops.add(turned, doubled), "doubled": doubled}
    feed = {"x": np.random.default_rng(0).standard_normal((256, 256))}
    got = backend.compile(Function("orders", {"x": x}, outputs)).run(feed)
    for array, expected in zip(got.values(), evaluate(outputs.values(), feed), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-12)


def test_a_chain_of_scalars_three_thousand_deep_compiles_and_runs(backend: Backend) -> None:
    x = value = ops.input("x", "float64", ())
    for _ in range(3000):
        value = ops.tanh(ops.add(value, x))
    executable = backend.compile(Function("deep", {"x": x}, {"y": value}))
    assert np.isfinite(executable.run({"x": np.array(0.5)})["y"])
    assert executable.memory_bytes <= 256


# ---- The contract ----


def test_memory_is_reused(backend: Backend) -> None:
    x = value = ops.input("x", "float32", (64, 64))
    for _ in range(20):
        value = ops.matmul(value, x)
    executable = backend.compile(Function("powers", {"x": x}, {"y": value}))
    assert executable.memory_bytes <= 3 * x.type.nbytes


def test_wrong_arrays_are_refused_with_expected_and_got(backend: Backend) -> None:
    executable = backend.compile(_swap())
    with pytest.raises(TypeError, match=r"expected float64\[3\] for the input 'a'; got float32\[2\]"):
        executable.load({"a": np.zeros(2, "float32")})
    with pytest.raises(KeyError, match="expected a carried input among"):
        executable.load({"c": np.zeros(3)})
    x = ops.input("x", "float32", ())
    with pytest.raises(KeyError, match="for the input 'x'; got nothing"):
        backend.compile(Function("identity", {"x": x}, {"y": x})).run({})


def test_float64_does_not_leak_into_a_float32_program(backend: Backend) -> None:
    x = ops.input("x", "float32", ())
    leak = ops.cast(ops.sin(ops.cast(x, "float64")), "float32")
    with pytest.raises(IRError, match="expected no float64 in a float32 program"):
        backend.compile(Function("leak", {"x": x}, {"y": leak}))


def test_nan_and_infinity_pass_without_warnings(backend: Backend) -> None:
    x = ops.input("x", "float32", (3,))
    function = Function("limits", {"x": x}, {"log": ops.log(x), "relu": ops.relu(x), "exp": ops.exp(x)})
    got = backend.compile(function).run({"x": np.array([0, np.nan, 1000], np.float32)})
    np.testing.assert_array_equal(got["log"][:2], [-np.inf, np.nan])
    np.testing.assert_array_equal(got["relu"], np.array([0, np.nan, 1000], np.float32))
    assert got["exp"][2] == np.inf


@pytest.mark.parametrize("size", [5, 5000])
def test_extrema_against_a_scalar_keep_nan_and_infinity(size: int, backend: Backend) -> None:
    x, bound = ops.input("x", "float32", (size,)), ops.input("bound", "float32", ())
    spread = ops.broadcast_to(bound, x.shape)
    outputs = {
        "relu": ops.relu(x),
        "above": ops.maximum(x, spread),
        "below": ops.minimum(spread, x),
        "floor": ops.maximum(ops.full_like(2, x), x),
    }
    fed = np.resize(np.array([np.nan, -np.inf, np.inf, 1, -1], np.float32), size)
    got = backend.compile(Function("f", {"x": x, "bound": bound}, outputs)).run(
        {"x": fed, "bound": np.array(0.5, "f4")}
    )
    expected = {
        "relu": np.maximum(fed, 0),
        "above": np.maximum(fed, 0.5),
        "below": np.minimum(fed, 0.5),
        "floor": np.maximum(fed, 2),
    }
    for name, array in expected.items():
        np.testing.assert_array_equal(got[name], array, err_msg=name)


def _steps(executable: Executable, count: int) -> Array:
    executable.load({"x": np.zeros((), "float32")})
    recorded: Array = executable.run_many({"rate": np.array(0.5, "float32")}, count, ["y"])["y"]
    return recorded


def test_many_steps_in_one_call_equal_as_many_calls(backend: Backend) -> None:
    x, rate = ops.input("x", "float32", ()), ops.input("rate", "float32", ())
    following = ops.add(x, rate)
    function = Function(
        "count", {"x": x, "rate": rate}, {"y": ops.mul(x, x), "next": following}, {"next": "x"}
    )
    once = _steps(backend.compile(function), 4)
    executable = backend.compile(function)
    executable.load({"x": np.zeros((), "float32")})
    one_by_one = [float(executable.run({"rate": np.array(0.5, "float32")})["y"]) for _ in range(4)]
    assert once.tolist() == one_by_one == [0.0, 0.25, 1.0, 2.25]
