"""Training steps written directly in the engine's ops, as a graph would be lowered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.optimizers.rule import UpdateRule


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
