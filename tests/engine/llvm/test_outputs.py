"""What comes out of steps, and what is carried from one to the next."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.llvm.compiling import (
    WAYS,
    Way,
    check,
    drawn,
    interpreted,
    total,
)
from wiregrad.engine import ops
from wiregrad.engine.ir import Function

# ---- Outputs ----


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_every_step_is_recorded_whatever_the_strides_of_an_output(way: Way) -> None:
    x, step = ops.input("x", "float64", (3, 70)), ops.input("step", "float64", ())
    following = ops.add(x, ops.broadcast_to(step, x.shape))
    outputs = {
        "next": following,
        "turned": ops.transpose(following, (1, 0)),
        "before": x,
        "every other": ops.slice(following, (0, 0), (3, 70), (1, 2)),
        "repeated": ops.broadcast_to(ops.slice(following, (0, 0), (1, 70)), (2, 70)),
        "total": total(following),
        "empty": ops.slice(following, (0, 0), (0, 70)),
        "number": ops.full(2.5, "float64", (2, 2)),
        "step": step,
    }
    function = Function("count", {"x": x, "step": step}, outputs, {"next": "x"})
    feed = {"x": drawn(x.shape), "step": np.array(0.5)}
    executable = way.compile(function)
    for names in (list(outputs), ["total", "before"], ["turned"], []):
        executable.load({"x": feed["x"]})
        recorded = executable.run_many({"step": feed["step"]}, 5, names)
        assert list(recorded) == names
        for number, call in enumerate(interpreted(function, feed, 5)):
            for name in names:
                np.testing.assert_allclose(recorded[name][number], call[name], rtol=1e-12, err_msg=name)
        np.testing.assert_allclose(executable.read()["x"], feed["x"] + 2.5, rtol=1e-12)


def test_no_steps_change_nothing() -> None:
    x = ops.input("x", "float64", (100,))
    following = ops.add(x, ops.full_like(1, x))
    function = Function("count", {"x": x}, {"next": following}, {"next": "x"})
    executable = Way(threads=2).compile(function)
    executable.load({"x": np.ones(100)})
    assert executable.run_many({}, 0, ["next"])["next"].shape == (0, 100)
    np.testing.assert_array_equal(executable.read()["x"], np.ones(100))
    executable.run({})
    np.testing.assert_array_equal(executable.read()["x"], np.full(100, 2.0))


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_carried_values_are_replaced_all_at_once(way: Way) -> None:
    """They change places, are turned, move on by one, and take what another has become."""
    names = ["a", "b", "square", "first", "second", "third"]
    inputs = {name: ops.input(name, "float64", (66, 66)) for name in names}
    a, b, square, first, second, _ = inputs.values()
    outputs = {
        "next a": b,
        "next b": a,
        "next square": ops.transpose(square, (1, 0)),
        "next first": ops.add(first, second),
        "next second": first,
        "next third": ops.add(first, second),
        "shown": ops.transpose(a, (1, 0)),
    }
    carries = {f"next {name}": name for name in names}
    feed = {name: drawn((66, 66), seed=seed) for seed, name in enumerate(names)}
    check(Function("places", inputs, outputs, carries), feed, way)


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_results_beside_the_products_that_they_come_from(way: Way) -> None:
    """Bias, activation and a residual sum, all of which are outputs; and two readers of one product."""
    x, w = ops.input("x", "float64", (37, 19)), ops.input("w", "float64", (19, 41))
    bias, rest = ops.input("bias", "float64", (41,)), ops.input("rest", "float64", (37, 41))
    product = ops.matmul(x, w)
    shifted = ops.add(product, ops.broadcast_to(bias, product.shape))
    outputs = {
        "shifted": shifted,
        "active": ops.add(ops.tanh(shifted), rest),
        "turned": ops.matmul(ops.transpose(product, (1, 0)), rest),
        "total": total(ops.square(product)),
    }
    inputs = {"x": x, "w": w, "bias": bias, "rest": rest}
    feed = {name: drawn(value.shape, seed=seed) for seed, (name, value) in enumerate(inputs.items())}
    check(Function("product", inputs, outputs), feed, way)
