"""The executable that graphics processors run programs with, on this computer's own memory with NumPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.examples import EXAMPLES, Array, Example
from tests.engine.programs import programs
from tests.engine.training_programs import Parameters, cross_entropy, drawn, labels_of, linear, training_step
from wiregrad.engine import ops
from wiregrad.engine.backends import DeviceMemoryError, available, get_backend, known
from wiregrad.engine.backends.array_module import ArrayModuleExecutable, Host, kernels
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.passes import optimize

BACKEND = get_backend("numpy")


@pytest.fixture(params=["whole", "chunks"])
def chunks(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut small batches into chunks too."""
    if request.param == "chunks":
        monkeypatch.setattr(kernels, "PATCH_BYTES", 1)


@pytest.mark.usefixtures("chunks")
@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_every_primitive_agrees_with_its_plain_kernel(example: Example, dtype: str) -> None:
    if example.primitive == "cast" and dtype == "float32":
        dtype = "float64"  # the example itself goes through both
    inputs, feed = example.inputs(dtype), example.fed(dtype)
    value = example.build(*inputs)
    function = Function("example", {f"x{i}": x for i, x in enumerate(inputs)}, {"y": value})
    got = ArrayModuleExecutable(function, Host()).run(feed)["y"]
    (expected,) = evaluate([value], feed)
    assert (got.dtype, got.shape) == (expected.dtype, expected.shape)
    tolerance = 1e-5 if got.dtype == np.float32 else 1e-12
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


@settings(max_examples=80, deadline=None)
@given(program=programs(), optimized=st.booleans())
def test_random_programs_with_carries_agree_with_the_interpreter(
    program: tuple[Function, dict[str, Array]], optimized: bool
) -> None:
    function, feed = program
    carried = {name: array for name, array in feed.items() if name in function.carries.values()}
    fed = {name: array for name, array in feed.items() if name not in carried}
    executable = ArrayModuleExecutable(optimize(function) if optimized else function, Host())
    executable.load(carried)
    state = dict(feed)
    for _ in range(3):
        arrays = evaluate(function.outputs.values(), state)
        expected = dict(zip(function.outputs, arrays, strict=True))
        state.update({target: expected[name] for name, target in function.carries.items()})
        for name, array in executable.run(fed).items():
            np.testing.assert_allclose(array, expected[name], rtol=1e-12, atol=1e-12, err_msg=name)
    for target, array in executable.read().items():
        np.testing.assert_allclose(array, state[target], rtol=1e-12, atol=1e-12, err_msg=target)


def test_carried_values_can_change_places_and_be_shown_before_they_do() -> None:
    a, b = ops.input("a", "float64", (3,)), ops.input("b", "float64", (3,))
    outputs = {"next a": b, "next b": a, "shown": ops.reshape(a, (3, 1))}
    executable = ArrayModuleExecutable(
        Function("swap", {"a": a, "b": b}, outputs, {"next a": "a", "next b": "b"}), Host()
    )
    executable.load({"a": np.zeros(3), "b": np.ones(3)})
    recorded = executable.run_many({}, 3, ["shown", "next a"])
    np.testing.assert_array_equal(recorded["shown"][:, 0, 0], [0, 1, 0])
    np.testing.assert_array_equal(recorded["next a"][:, 0], [1, 0, 1])
    np.testing.assert_array_equal(executable.read()["a"], np.ones(3))


def test_a_network_trains_as_on_the_numpy_backend() -> None:
    """Convolution, pooling, softmax and Adam: 20 steps."""
    parameters = Parameters(drawn((3, 3, 2, 4), (4,), (4 * 4 * 4, 10), (10,)))
    images, labels = ops.input("images", "float32", (6, 8, 8, 2)), ops.input("labels", "int64", (6,))
    x = ops.conv2d(images, parameters.values[0], padding=((1, 1), (1, 1)))
    x = ops.max_pool2d(ops.tanh(ops.add(x, ops.broadcast_to(parameters.values[1], x.shape))), 2)
    scores = linear(ops.reshape(x, (6, 64)), parameters.values[2], parameters.values[3])
    loss = cross_entropy(scores, labels)
    function = training_step("cnn", {"images": images, "labels": labels}, loss, parameters, Adam())
    feed = {
        "images": np.random.default_rng(0).normal(size=images.shape).astype("float32"),
        "labels": labels_of(6),
        "rate": np.asarray(0.01, "float32"),
    }
    losses = []
    for executable in (BACKEND.compile(function), ArrayModuleExecutable(optimize(function), Host())):
        executable.load({"parameters": parameters.start()})
        losses.append(executable.run_many(feed, 20, ["loss"])["loss"])
    assert losses[0][-1] < 0.5 * losses[0][0]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)


# ---- Memory ----


class Small(Host):
    """A device with room for 100,000 bytes."""

    def reserve(self, nbytes: int) -> None:
        if nbytes > 100_000:
            raise DeviceMemoryError(f"{nbytes} bytes are needed")


def _chain(length: int, size: int) -> Function:
    x = ops.input("x", "float64", (size,))
    y = x
    for _ in range(length):
        y = ops.tanh(y)
    return Function("chain", {"x": x}, {"y": y})


def test_memory_is_used_again_and_asked_for_before_it_is_taken() -> None:
    executable = ArrayModuleExecutable(_chain(50, 1000), Small())
    assert executable.memory_bytes < 4 * 8000
    assert executable.kernel_count == 50
    with pytest.raises(DeviceMemoryError, match="bytes are needed"):
        ArrayModuleExecutable(_chain(2, 10_000), Small())


def test_feeds_of_another_type_are_refused() -> None:
    executable = ArrayModuleExecutable(_chain(1, 3), Host())
    with pytest.raises(TypeError, match="float64"):
        executable.run({"x": np.zeros(3, np.float32)})
    with pytest.raises(KeyError, match="x"):
        executable.run({})
    with pytest.raises(KeyError, match="carried"):
        executable.load({"x": np.zeros(3)})


# ---- Which backends there are ----


def test_a_backend_that_does_not_work_here_says_what_is_missing() -> None:
    names = {backend.name for backend in known()}
    assert {"numpy", "cupy"} <= names
    for backend in known():
        assert backend.device
        if backend.missing is None:
            assert backend in available()
            assert get_backend(backend.name) is backend
        else:
            assert backend.missing.endswith(".")
            with pytest.raises(ValueError, match="does not work on this machine"):
                get_backend(backend.name)
    assert get_backend("auto") in available()
