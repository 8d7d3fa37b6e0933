"""The benchmark's training steps, written directly in the engine's ops, as a graph would be lowered."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.backends import get_backend
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.rule import UpdateRule
from wiregrad.engine.optimizers.sgd import Sgd

Arrays = dict[str, npt.NDArray[np.generic]]
Steps = Callable[[int], float]  # run so many steps, return the last loss


@dataclass
class Parameters:
    """Slices of one flat buffer, so that an update is one kernel."""

    starts: list[npt.NDArray[np.float32]]
    values: list[Value] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.flat = ops.input("parameters", "float32", (sum(array.size for array in self.starts),))
        offset = 0
        for array in self.starts:
            part = ops.slice(self.flat, [offset], [offset + array.size])
            self.values.append(ops.reshape(part, array.shape))
            offset += array.size

    def start(self) -> npt.NDArray[np.float32]:
        return np.concatenate([array.reshape(-1) for array in self.starts])

    def gradient(self, loss: Value) -> Value:
        parts = gradients(loss, self.values)
        return ops.concat([ops.reshape(part, (part.size,)) for part in parts if part is not None], 0)


def training_step(
    name: str, inputs: Mapping[str, Value], loss: Value, parameters: Parameters, rule: UpdateRule
) -> Function:
    rate, step = ops.input("rate", "float32", ()), ops.input("step", "int64", ())
    state = {key: ops.input(key, t.dtype, t.shape) for key, t in rule.state(parameters.flat.type).items()}
    following = ops.add(step, ops.full(1, "int64"))
    gradient = parameters.gradient(loss)
    flat, new_state = rule.update(parameters.flat, gradient, state, rate, following)
    carried = {"parameters": flat, "step": following, **new_state}
    return Function(
        name,
        {**inputs, "parameters": parameters.flat, "rate": rate, "step": step, **state},
        {"loss": loss, **{f"next {key}": value for key, value in carried.items()}},
        {f"next {key}": key for key in carried},
    )


def cross_entropy(logits: Value, labels: Value) -> Value:
    chosen = ops.mul(ops.log_softmax(logits), ops.one_hot(labels, logits.shape[-1], logits.dtype))
    return ops.neg(ops.mean(ops.reduce_sum(chosen, [1])))


def linear(x: Value, weight: Value, bias: Value) -> Value:
    y = ops.matmul(x, weight)
    return ops.add(y, ops.broadcast_to(bias, y.shape))


def drawn(*shapes: tuple[int, ...]) -> list[npt.NDArray[np.float32]]:
    draw = np.random.default_rng(0)
    bounds = [1 / math.sqrt(max(1, math.prod(shape[:-1]))) for shape in shapes]
    return [draw.uniform(-b, b, shape).astype("float32") for b, shape in zip(bounds, shapes, strict=True)]


def labels_of(batch: int) -> npt.NDArray[np.int64]:
    return np.random.default_rng(1).integers(0, 10, batch)


# ---- The cases ----


def rosenbrock(backend: str) -> Steps:
    """One array scalar for each parameter, as a graph with two Parameter nodes; every loss is recorded."""
    x = {name: ops.input(name, "float32", ()) for name in ("x1", "x2")}
    rate, step = ops.input("rate", "float32", ()), ops.full(1, "int64")
    hill = ops.square(ops.sub(x["x2"], ops.square(x["x1"])))
    loss = ops.add(hill, ops.square(ops.sub(ops.full(1, "float32"), x["x1"])))
    outputs = {"loss": loss}
    for (name, value), gradient in zip(x.items(), gradients(loss, list(x.values())), strict=True):
        assert gradient is not None
        outputs[f"next {name}"], _ = Sgd().update(value, gradient, {}, rate, step)
    function = Function("rosenbrock", {**x, "rate": rate}, outputs, {f"next {name}": name for name in x})
    executable = get_backend(backend).compile(function)
    executable.load({name: np.array(2, "float32") for name in x})
    feed = {"rate": np.array(0.001, "float32")}
    return lambda count: float(executable.run_many(feed, count, ["loss"])["loss"][-1])


def _stepper(backend: str, function: Function, parameters: Parameters, batch: Arrays) -> Steps:
    executable = get_backend(backend).compile(function)
    executable.load({"parameters": parameters.start()})
    feed = {**batch, "rate": np.array(0.001, "float32")}

    def steps(count: int) -> float:
        loss = 0.0
        for _ in range(count):
            loss = float(executable.run(feed)["loss"])
        return loss

    return steps


def mlp(backend: str, batch: int) -> Steps:
    sizes = (784, 256, 128, 10)
    shapes = [shape for pair in itertools.pairwise(sizes) for shape in (pair, pair[1:])]
    parameters = Parameters(drawn(*shapes))
    images, labels = ops.input("images", "float32", (batch, 784)), ops.input("labels", "int64", (batch,))
    x = images
    for layer in range(3):
        x = linear(x if layer == 0 else ops.relu(x), *parameters.values[2 * layer : 2 * layer + 2])
    loss = cross_entropy(x, labels)
    function = training_step("mlp", {"images": images, "labels": labels}, loss, parameters, Adam())
    fed = np.random.default_rng(2).standard_normal((batch, 784), np.float32)
    return _stepper(backend, function, parameters, {"images": fed, "labels": labels_of(batch)})


def cnn(backend: str, batch: int = 64) -> Steps:
    """Images come channels-first, as a graph's ports have them."""
    shapes = [(3, 3, 1, 32), (32,), (3, 3, 32, 64), (64,), (64 * 7 * 7, 128), (128,), (128, 10), (10,)]
    parameters = Parameters(drawn(*shapes))
    w = parameters.values
    images, labels = (
        ops.input("images", "float32", (batch, 1, 28, 28)),
        ops.input("labels", "int64", (batch,)),
    )
    x = images
    for kernel, bias in (w[0:2], w[2:4]):
        x = _channels_first(ops.conv2d(_channels_last(x), kernel, padding=((1, 1), (1, 1))))
        x = ops.relu(ops.add(x, ops.broadcast(bias, x.shape, [1])))
        x = _channels_first(ops.max_pool2d(_channels_last(x), 2))
    x = ops.relu(linear(ops.reshape(x, (batch, 64 * 7 * 7)), w[4], w[5]))
    loss = cross_entropy(linear(x, w[6], w[7]), labels)
    function = training_step("cnn", {"images": images, "labels": labels}, loss, parameters, Adam())
    fed = np.random.default_rng(2).standard_normal((batch, 1, 28, 28), np.float32)
    return _stepper(backend, function, parameters, {"images": fed, "labels": labels_of(batch)})


def _channels_last(x: Value) -> Value:
    return ops.transpose(x, (0, 2, 3, 1))


def _channels_first(x: Value) -> Value:
    return ops.transpose(x, (0, 3, 1, 2))


CASES: dict[str, Callable[[str], Steps]] = {
    "rosenbrock": rosenbrock,
    "mlp-32": lambda backend: mlp(backend, 32),
    "mlp-128": lambda backend: mlp(backend, 128),
    "mlp-512": lambda backend: mlp(backend, 512),
    "cnn-64": cnn,
}
