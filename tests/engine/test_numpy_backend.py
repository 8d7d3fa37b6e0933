from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.examples import EXAMPLES, Array, Example
from tests.engine.programs import programs
from wiregrad.engine import ops
from wiregrad.engine.backends import available, get_backend
from wiregrad.engine.backends.numpy import blocks
from wiregrad.engine.backends.numpy.backend import NumpyExecutable
from wiregrad.engine.backends.numpy.kernels import convolution, pooling
from wiregrad.engine.backends.numpy.plan import Plan
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function, IRError
from wiregrad.engine.passes import optimize

BACKEND = get_backend("numpy")


@pytest.fixture(params=["whole", "blocks"])
def block_size(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small arrays into blocks and chunks too, so that small examples reach everything that large ones
    do.
    """
    if request.param == "blocks":
        monkeypatch.setattr(blocks, "BLOCK_ELEMENTS", 3)
        monkeypatch.setattr(convolution, "CHUNK_BYTES", 1)
        monkeypatch.setattr(pooling, "CHUNK_BYTES", 1)


def _interpret(function: Function, feed: dict[str, Array], calls: int) -> list[dict[str, Array]]:
    """The outputs of some calls with carries, by the plain interpreter."""
    state, results = dict(feed), []
    for _ in range(calls):
        arrays = evaluate(function.outputs.values(), state)
        results.append(dict(zip(function.outputs, arrays, strict=True)))
        state.update({target: results[-1][name] for name, target in function.carries.items()})
    return results


def _fed(function: Function, feed: dict[str, Array], carried: bool) -> dict[str, Array]:
    return {name: array for name, array in feed.items() if (name in function.carries.values()) is carried}


@pytest.mark.usefixtures("block_size")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs())
def test_random_programs_agree_with_the_interpreter(
    program: tuple[Function, dict[str, Array]],
) -> None:  # fmt: skip
    function, feed = program
    expected = _interpret(function, feed, 3)
    executable = BACKEND.compile(function)
    executable.load(_fed(function, feed, carried=True))
    for call in expected:
        got = executable.run(_fed(function, feed, carried=False))
        for name, array in got.items():
            np.testing.assert_allclose(array, call[name], rtol=1e-12, atol=1e-12, err_msg=name)
    for name, target in function.carries.items():
        np.testing.assert_allclose(executable.read()[target], expected[-1][name], rtol=1e-12, atol=1e-12)


@pytest.mark.usefixtures("block_size")
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(program=programs())
def test_no_value_depends_on_what_the_memory_held_before(
    program: tuple[Function, dict[str, Array]],
) -> None:  # fmt: skip
    function, feed = program
    plan = Plan(optimize(function))
    results = []
    for poison in (0, 0xFF):
        plan.memory.fill(poison)
        for name, array in feed.items():
            plan.arrays[function.inputs[name]][...] = array
        with np.errstate(all="ignore"):
            for call in plan.calls:
                call()
        results.append({name: plan.output(name).copy() for name in function.outputs})
    for name, array in results[0].items():
        np.testing.assert_array_equal(array, results[1][name], err_msg=name)


@pytest.mark.usefixtures("block_size")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_primitive_agrees_with_its_plain_kernel(example: Example, dtype: str) -> None:
    if example.primitive == "cast" and dtype == "float32":
        dtype = "float64"  # the example itself goes through both
    inputs, feed = example.inputs(dtype), example.fed(dtype)
    value = example.build(*inputs)
    function = Function("example", {f"x{i}": x for i, x in enumerate(inputs)}, {"y": value})
    got = NumpyExecutable(function).run(feed)["y"]
    (expected,) = evaluate([value], feed)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    tolerance = 1e-5 if got.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


# ---- Carries ----


def _swap() -> Function:
    a, b = ops.input("a", "float64", (3,)), ops.input("b", "float64", (3,))
    return Function("swap", {"a": a, "b": b}, {"next a": b, "next b": a}, {"next a": "a", "next b": "b"})


def test_carried_values_can_change_places() -> None:
    executable = BACKEND.compile(_swap())
    executable.load({"a": np.zeros(3), "b": np.ones(3)})
    executable.run({})
    np.testing.assert_array_equal(executable.read()["a"], np.ones(3))
    np.testing.assert_array_equal(executable.read()["b"], np.zeros(3))


def test_an_output_that_is_a_carried_input_shows_its_value_before_the_step() -> None:
    x = ops.input("x", "float64", (2,))
    following = ops.add(x, ops.full_like(1, x))
    function = Function("count", {"x": x}, {"value": x, "next": following}, {"next": "x"})
    executable = BACKEND.compile(function)
    executable.load({"x": np.zeros(2)})
    recorded = executable.run_many({}, 3, ["value", "next"])
    np.testing.assert_array_equal(recorded["value"][:, 0], [0, 1, 2])
    np.testing.assert_array_equal(recorded["next"][:, 0], [1, 2, 3])


def test_an_update_is_written_into_the_buffer_of_its_parameter() -> None:
    p, g = ops.input("p", "float64", (100,)), ops.input("g", "float64", (100,))
    new = ops.sub(p, ops.mul(g, ops.full_like(0.5, g)))
    plan = Plan(Function("update", {"p": p, "g": g}, {"new": new}, {"new": "p"}))
    assert plan.arrays[new].ctypes.data == plan.arrays[p].ctypes.data


def test_an_update_waits_for_the_readers_of_the_old_parameter() -> None:
    p = ops.input("p", "float64", (3, 3))
    new = ops.neg(p)
    late = ops.matmul(p, ops.transpose(p, (1, 0)))
    plan = Plan(Function("update", {"p": p}, {"new": new, "late": late}, {"new": "p"}))
    assert plan.arrays[new].ctypes.data == plan.arrays[p].ctypes.data
    plan.arrays[p][...] = 2
    for call in plan.calls:
        call()
    np.testing.assert_array_equal(plan.arrays[late], np.full((3, 3), 12.0))


def test_a_result_does_not_take_the_memory_that_its_group_reads_in_another_order() -> None:
    x = ops.input("x", "float64", (256, 256))
    product = ops.matmul(x, x)
    turned = ops.add(ops.matrix_transpose(product), ops.full_like(1, product))
    doubled = ops.mul(product, ops.full_like(2, product))
    outputs = {"sum": ops.add(turned, doubled), "doubled": doubled}
    feed = {"x": np.random.default_rng(0).standard_normal((256, 256))}
    got = NumpyExecutable(Function("orders", {"x": x}, outputs)).run(feed)
    for array, expected in zip(got.values(), evaluate(outputs.values(), feed), strict=True):
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-12)


def test_parts_of_a_concatenation_are_computed_in_their_places() -> None:
    x, w = ops.input("x", "float64", (4, 3)), ops.input("w", "float64", (4, 2))
    product = ops.matmul(ops.transpose(x, (1, 0)), w)
    sums = ops.reduce_sum(x, [0])
    flat = ops.concat([ops.reshape(product, (6,)), sums], 0)
    plan = Plan(Function("flatten", {"x": x, "w": w}, {"flat": flat}))
    assert plan.arrays[product].ctypes.data == plan.arrays[flat].ctypes.data
    assert plan.arrays[sums].ctypes.data == plan.arrays[flat].ctypes.data + 48
    assert len(plan.calls) == 2


def test_a_chain_of_scalars_ten_thousand_deep_compiles_and_runs() -> None:
    x = value = ops.input("x", "float64", ())
    for _ in range(10_000):
        value = ops.tanh(ops.add(value, x))
    executable = BACKEND.compile(Function("deep", {"x": x}, {"y": value}))
    assert np.isfinite(executable.run({"x": np.array(0.5)})["y"])
    assert executable.memory_bytes <= 128


@pytest.mark.parametrize("channels", [3, 4, 40])
def test_groups_with_a_bias_and_a_scale_per_channel(channels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "BLOCK_ELEMENTS", 100)
    x = ops.input("x", "float64", (6, 5, 7, channels))
    rows = {name: ops.input(name, "float64", (channels,)) for name in ("scale", "bias")}
    scale, bias = (ops.broadcast_to(row, x.shape) for row in rows.values())
    y = ops.tanh(ops.add(ops.mul(x, scale), bias))
    draw = np.random.default_rng(0)
    feed = {name: draw.standard_normal(value.shape) for name, value in {"x": x, **rows}.items()}
    got = BACKEND.compile(Function("affine", {"x": x, **rows}, {"y": y})).run(feed)["y"]
    np.testing.assert_allclose(got, np.tanh(feed["x"] * feed["scale"] + feed["bias"]))


# ---- The contract ----


def test_memory_is_reused() -> None:
    x = value = ops.input("x", "float32", (64, 64))
    for _ in range(20):
        value = ops.matmul(value, x)
    executable = BACKEND.compile(Function("powers", {"x": x}, {"y": value}))
    assert executable.memory_bytes <= 3 * x.type.nbytes


def test_wrong_arrays_are_refused_with_expected_and_got() -> None:
    executable = BACKEND.compile(_swap())
    with pytest.raises(TypeError, match=r"expected float64\[3\] for the input 'a'; got float32\[2\]"):
        executable.load({"a": np.zeros(2, "float32")})
    with pytest.raises(KeyError, match="expected a carried input among"):
        executable.load({"c": np.zeros(3)})
    x = ops.input("x", "float32", ())
    with pytest.raises(KeyError, match="for the input 'x'; got nothing"):
        BACKEND.compile(Function("identity", {"x": x}, {"y": x})).run({})


def test_float64_does_not_leak_into_a_float32_program() -> None:
    x = ops.input("x", "float32", ())
    leak = ops.cast(ops.sin(ops.cast(x, "float64")), "float32")
    with pytest.raises(IRError, match="expected no float64 in a float32 program"):
        BACKEND.compile(Function("leak", {"x": x}, {"y": leak}))


def test_nan_and_infinity_pass_without_warnings() -> None:
    x = ops.input("x", "float32", (3,))
    function = Function("limits", {"x": x}, {"log": ops.log(x), "relu": ops.relu(x), "exp": ops.exp(x)})
    got = BACKEND.compile(function).run({"x": np.array([0, np.nan, 1000], np.float32)})
    np.testing.assert_array_equal(got["log"][:2], [-np.inf, np.nan])
    np.testing.assert_array_equal(got["relu"], np.array([0, np.nan, 1000], np.float32))
    assert got["exp"][2] == np.inf


@pytest.mark.parametrize("size", [5, 5000])
def test_extrema_against_a_scalar_keep_nan_and_infinity(size: int) -> None:
    x, bound = ops.input("x", "float32", (size,)), ops.input("bound", "float32", ())
    spread = ops.broadcast_to(bound, x.shape)
    outputs = {
        "relu": ops.relu(x),
        "above": ops.maximum(x, spread),
        "below": ops.minimum(spread, x),
        "floor": ops.maximum(ops.full_like(2, x), x),
    }
    fed = np.resize(np.array([np.nan, -np.inf, np.inf, 1, -1], np.float32), size)
    got = BACKEND.compile(Function("f", {"x": x, "bound": bound}, outputs)).run(
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


def test_backends_are_found_by_name() -> None:
    assert get_backend("auto") in available()
    assert {"numpy"} <= {backend.name for backend in available()}
    with pytest.raises(ValueError, match=r"among auto, .*numpy.*; got 'abacus'"):
        get_backend("abacus")


def _steps(executable: Any, count: int) -> Array:  # noqa: ANN401
    executable.load({"x": np.zeros((), "float32")})
    recorded: Array = executable.run_many({"rate": np.array(0.5, "float32")}, count, ["y"])["y"]
    return recorded


def test_many_steps_in_one_call_equal_as_many_calls() -> None:
    x, rate = ops.input("x", "float32", ()), ops.input("rate", "float32", ())
    following = ops.add(x, rate)
    function = Function(
        "count", {"x": x, "rate": rate}, {"y": ops.mul(x, x), "next": following}, {"next": "x"}
    )
    once = _steps(BACKEND.compile(function), 4)
    executable = BACKEND.compile(function)
    executable.load({"x": np.zeros((), "float32")})
    one_by_one = [float(executable.run({"rate": np.array(0.5, "float32")})["y"]) for _ in range(4)]
    assert once.tolist() == one_by_one == [0.0, 0.25, 1.0, 2.25]
