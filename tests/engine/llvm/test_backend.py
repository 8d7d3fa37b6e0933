"""The backend as a whole against the plain interpreter, in every way of compiling."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.examples import EXAMPLES, Example
from tests.engine.llvm.compiling import (
    Way,
    assert_alike,
    assert_same_bits,
    check,
    drawn,
    interpreted,
    stepped,
)
from tests.engine.programs import programs
from wiregrad.engine import ops
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function, Shape

LARGE: list[Shape] = [(), (1,), (67,), (5, 67), (67, 33), (3, 5, 67), (64,), (8, 64), (130, 3)]
SHARED = [Way(threads=3), Way(threads=2, is_narrow=True)]
"""Where there are many cases."""

ways = st.builds(Way, st.integers(1, 3), st.booleans(), st.booleans(), st.booleans())


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_primitive_agrees_with_its_plain_kernel(example: Example, dtype: str) -> None:
    if example.primitive == "cast" and dtype == "float32":
        dtype = "float64"  # the example itself goes through both
    inputs, feed = example.inputs(dtype), example.fed(dtype)
    function = Function("example", {f"x{i}": x for i, x in enumerate(inputs)}, {"y": example.build(*inputs)})
    tolerance = 1e-5 if function.outputs["y"].dtype == "float32" else 1e-12
    check(function, feed, Way(guarded=True), tolerance)


# ---- Random programs ----


def _check_random(program: tuple[Function, dict[str, Array]], way: Way) -> None:
    """Also that the second run gives the bits of the first, whatever the memory holds."""
    function, feed = program
    executable = way.compile(function)
    got = stepped(executable, function, feed, 3)
    with np.errstate(all="ignore"):
        assert_alike(got, interpreted(function, feed, 3))
    memory, manifest = executable._memory, executable._manifest
    memory[manifest.computed_start : manifest.value_bytes] = 0x11
    assert_same_bits(stepped(executable, function, feed, 3), got)


@settings(max_examples=25)
@given(program=programs(), way=ways)
def test_random_programs_agree_with_the_interpreter(
    program: tuple[Function, dict[str, Array]], way: Way
) -> None:  # fmt: skip
    _check_random(program, way)


@settings(max_examples=25)
@given(program=programs(LARGE, 5000), way=ways)
def test_random_programs_of_larger_arrays_agree_with_the_interpreter(
    program: tuple[Function, dict[str, Array]], way: Way
) -> None:
    _check_random(program, way)


@settings(max_examples=6)
@given(program=programs(LARGE, 5000), threads=st.integers(1, 3))
def test_the_same_program_compiled_twice_gives_the_same_bits(
    program: tuple[Function, dict[str, Array]], threads: int
) -> None:
    function, feed = program
    first, again = (stepped(Way(threads).compile(function), function, feed, 2) for _ in range(2))
    assert_same_bits(again, first)


# ---- Nothing at all ----


def _of_nothing() -> dict[str, tuple[Any, list[Shape]]]:
    """What is made of inputs some of which have no elements."""
    return {
        "no rows": (ops.matmul, [(0, 3), (3, 4)]),
        "no depth": (lambda a, b: ops.tanh(ops.matmul(a, b)), [(3, 0), (0, 4)]),
        "no batch": (ops.matmul, [(0, 3, 4), (0, 4, 5)]),
        "elementwise": (lambda x: ops.tanh(ops.transpose(x, (1, 0))), [(0, 3)]),
        "sum": (lambda x: ops.tanh(ops.reduce_sum(ops.tanh(x), (1,))), [(3, 0)]),
        "sum of a reshape": (lambda x: ops.reduce_sum(ops.relu(ops.reshape(x, (6, 0))), (1,)), [(2, 3, 0)]),
        "pad": (lambda x: ops.pad(x, (1, 1), (0, 0), 0.5), [(0, 3)]),
        "concat": (lambda a, b: ops.concat([a, b], 0), [(0, 3), (2, 3)]),
        "argmax": (lambda x: ops.argmax(x, 1), [(0, 3)]),
        "gather": (lambda x: ops.gather(x, ops.constant(np.zeros(0), "int64"), 0), [(4, 3)]),
        "scatter": (lambda x: ops.scatter_add(x, ops.constant(np.zeros(0), "int64"), 0, 5), [(0, 3)]),
        "conv": (ops.conv2d, [(0, 5, 5, 2), (3, 3, 2, 4)]),
        "weights": (lambda x, g: ops.conv2d_weight_gradient(x, g, (3, 3)), [(0, 5, 5, 2), (0, 3, 3, 4)]),
        "pool": (lambda x: ops.max_pool2d(x, 2), [(0, 4, 4, 2)]),
    }


@pytest.mark.parametrize("case", _of_nothing())
def test_arrays_without_elements(case: str) -> None:
    build, shapes = _of_nothing()[case]
    inputs = {f"x{i}": ops.input(f"x{i}", "float64", shape) for i, shape in enumerate(shapes)}
    feed = {name: drawn(value.shape) for name, value in inputs.items()}
    check(Function("nothing", inputs, {"y": build(*inputs.values())}), feed, Way(threads=2, guarded=True))


# ---- What watches over it ----


def test_a_write_beside_a_buffer_is_noticed() -> None:
    """A program whose zones are said to be elsewhere: over a buffer, which is written."""
    x = ops.input("x", "float64", (8,))
    executable = Way(guarded=True).compile(Function("f", {"x": x}, {"y": ops.tanh(x)}))
    executable.run({"x": np.zeros(8)})
    executable._manifest.guards.append(executable._manifest.outputs["y"].offset)
    with pytest.raises(AssertionError, match="beside its buffer"):
        executable.run({"x": np.zeros(8)})
