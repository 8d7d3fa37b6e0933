from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from tests.engine.examples import EXAMPLES, Array, Example
from tests.engine.programs import programs
from wiregrad.engine import ops
from wiregrad.engine.backends import get_backend
from wiregrad.engine.backends.numpy import blocks
from wiregrad.engine.backends.numpy.backend import NumpyExecutable
from wiregrad.engine.backends.numpy.kernels import convolution, pooling
from wiregrad.engine.backends.numpy.plan import Plan
from wiregrad.engine.backends.planning.allocation import MANY_BYTES, PAGE, touched_meanwhile
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function
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


def test_parts_of_a_concatenation_are_computed_in_their_places() -> None:
    x, w = ops.input("x", "float64", (4, 3)), ops.input("w", "float64", (4, 2))
    product = ops.matmul(ops.transpose(x, (1, 0)), w)
    sums = ops.reduce_sum(x, [0])
    flat = ops.concat([ops.reshape(product, (6,)), sums], 0)
    plan = Plan(Function("flatten", {"x": x, "w": w}, {"flat": flat}))
    assert plan.arrays[product].ctypes.data == plan.arrays[flat].ctypes.data
    assert plan.arrays[sums].ctypes.data == plan.arrays[flat].ctypes.data + 48
    assert len(plan.calls) == 2


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


@pytest.mark.parametrize("threads", [1, 3])
def test_every_page_of_large_memory_is_touched_and_nothing_of_small_memory(threads: int) -> None:
    large, small = np.full(MANY_BYTES + 5, 7, np.uint8), np.full(MANY_BYTES - 1, 7, np.uint8)
    for memory in (large, small):
        for worker in touched_meanwhile(memory, threads):
            worker.join()
    assert not large[::PAGE].any()
    assert (small == 7).all()
