"""The backend for graphics processors on a real one, and what is said where there is none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import wiregrad
from tests.engine.examples import EXAMPLES, Array, Example
from tests.engine.programs import programs
from tests.requirements import require_cupy
from wiregrad.engine import ops
from wiregrad.engine.backends import DeviceMemoryError, get_backend, known
from wiregrad.engine.backends.cupy.detection import detected
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_primitive_agrees_with_numpy(example: Example, dtype: str) -> None:
    require_cupy()
    if example.primitive == "cast" and dtype == "float32":
        dtype = "float64"  # the example itself goes through both
    inputs, feed = example.inputs(dtype), example.fed(dtype)
    value = example.build(*inputs)
    function = Function("example", {f"x{i}": x for i, x in enumerate(inputs)}, {"y": value})
    got = get_backend("cupy").compile(function).run(feed)["y"]
    (expected,) = evaluate([value], feed)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    tolerance = 1e-4 if got.dtype == np.float32 else 1e-10
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@settings(max_examples=60, deadline=None)
@given(program=programs())
def test_random_programs_agree_with_the_interpreter(program: tuple[Function, dict[str, Array]]) -> None:
    require_cupy()
    function, feed = program
    executable = get_backend("cupy").compile(function)
    executable.load({name: array for name, array in feed.items() if name in function.carries.values()})
    fed = {name: array for name, array in feed.items() if name not in function.carries.values()}
    state = dict(feed)
    for _ in range(3):
        arrays = dict(
            zip(function.outputs, evaluate(function.outputs.values(), state), strict=True)
        )  # fmt: skip
        state.update({target: arrays[name] for name, target in function.carries.items()})
        for name, array in executable.run(fed).items():
            np.testing.assert_allclose(array, arrays[name], rtol=1e-10, atol=1e-10, err_msg=name)


@pytest.mark.parametrize("shape", [(1,), (7,), (3, 50), (1001,)])
def test_random_bits_are_the_same_as_on_the_processor(shape: tuple[int, ...]) -> None:
    require_cupy()
    seed, step = ops.input("seed", "uint64", ()), ops.input("step", "int64", ())
    bits = ops.random_bits(seed, step, 2**64 - 3, shape)
    feed = {"seed": np.asarray(2**64 - 5, "uint64"), "step": np.asarray(2**40, "int64")}
    function = Function("bits", {"seed": seed, "step": step}, {"y": bits})
    got = get_backend("cupy").compile(function).run(feed)["y"]
    np.testing.assert_array_equal(got, evaluate([bits], feed)[0])


def test_the_same_step_gives_the_same_bits_every_time() -> None:
    require_cupy()
    x, indices = ops.input("x", "float32", (5000, 8)), ops.input("i", "int64", (5000,))
    total = ops.scatter_add(x, indices, 0, 3)
    executable = get_backend("cupy").compile(Function("sum", {"x": x, "i": indices}, {"y": total}))
    draw = np.random.default_rng(0)
    feed = {"x": draw.normal(size=x.shape).astype("float32"), "i": draw.integers(0, 3, 5000)}
    first = executable.run(feed)["y"].copy()
    assert all(np.array_equal(executable.run(feed)["y"], first) for _ in range(5))


def test_a_program_that_does_not_fit_says_what_it_needs() -> None:
    require_cupy()
    x = ops.input("x", "float32", (2**20,))
    y = ops.matmul(ops.reshape(x, (2**20, 1)), ops.reshape(x, (1, 2**20)))
    with pytest.raises(DeviceMemoryError, match=r"\d GB"):
        get_backend("cupy").compile(Function("large", {"x": x}, {"y": y}))


def test_a_program_is_named_by_its_device_and_auto_takes_it() -> None:
    gpu = require_cupy()
    program = wiregrad.compile(wiregrad.examples["digits-mlp"])
    assert program.backend == "cupy"
    assert gpu in program.device


# ---- What is said where something is missing ----


class _Absent:
    """A CuPy that is installed on a computer whose driver, processor or libraries are missing."""

    __version__ = "14.2.0"

    def __init__(self, devices: int, failing: str) -> None:
        self.cuda = self.runtime = self.nvrtc = self
        self._devices, self._failing = devices, failing

    def _fail(self, name: str) -> None:
        if self._failing == name:
            raise RuntimeError(f"{name} is broken.\nDetails that nobody reads")

    def getDeviceCount(self) -> int:  # noqa: N802 - CUDA's name
        self._fail("driver")
        return self._devices

    def getVersion(self) -> tuple[int, int]:  # noqa: N802 - CUDA's name
        self._fail("nvrtc")
        return 12, 9


@pytest.mark.parametrize(
    ("module", "sentence"),
    [
        (_Absent(0, ""), "CuPy finds no NVIDIA graphics processor."),
        (_Absent(1, "driver"), "no NVIDIA graphics processor answers: driver is broken."),
        (_Absent(1, "nvrtc"), "nvrtc is broken."),
    ],
)
def test_what_is_missing_is_said_in_one_sentence(module: Any, sentence: str) -> None:  # noqa: ANN401
    found = detected(module)
    assert found.missing is not None
    assert found.missing.endswith(sentence)
    assert "CuPy 14.2.0" in found.device


def test_the_backend_is_known_on_every_machine() -> None:
    assert "cupy" in [backend.name for backend in known()]
