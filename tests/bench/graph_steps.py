"""The benchmark's training steps through the public API: a graph as it is drawn, compiled and stepped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

import wiregrad

Steps = Callable[[int], float]
Layer = tuple[str, dict[str, Any]]
HEAD = {"format": "wiregrad/graph@1", "name": "Benchmark"}


def _node(id_: str, kind: str, /, **settings: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"id": id_, "kind": kind, "settings": settings, "position": {"x": 0, "y": 0}}


def _wire(source: str, target: str) -> dict[str, Any]:
    """From a node's output to `node.port`."""
    node, port = target.split(".")
    return {"source": {"node": source, "port": "output"}, "target": {"node": node, "port": port}}


def rosenbrock(backend: str) -> Steps:
    program = wiregrad.compile(wiregrad.examples["rosenbrock"], backend=backend)
    session = program.session(program.init(seed=0))
    for name in session.learning_rates:
        session.set_learning_rate(name, 0.001)
    return lambda count: float(next(iter(session.steps(count).losses.values()))[-1])


def _classifier(backend: str, shape: tuple[int, ...], layers: list[Layer], batch: int) -> Steps:
    nodes = [
        _node("image", "Input", name="image", shape=shape),
        _node("digit", "Input", name="digit", dtype="int64", shape=[]),
    ]
    wires, last = [], "image"
    for number, (kind, settings) in enumerate(layers):
        name = f"layer-{number}"
        nodes.append(_node(name, kind, **settings))
        wires.append(_wire(last, f"{name}.input"))
        last = name
    nodes.append(_node("loss", "Loss", loss="cross_entropy"))
    nodes.append(_node("optimizer", "Optimizer", algorithm="adam", learning_rate=0.001))
    wires += [_wire(last, "loss.prediction"), _wire("digit", "loss.target"), _wire("loss", "optimizer.loss")]
    graph = wiregrad.Graph.from_json({**HEAD, "nodes": nodes, "wires": wires})
    program = wiregrad.compile(graph, batch_size=batch, backend=backend)
    session = program.session(program.init(seed=0))
    draw = np.random.default_rng(0)
    fed: dict[str, npt.ArrayLike] = {
        "image": draw.standard_normal((batch, *shape), np.float32),
        "digit": draw.integers(0, 10, batch),
    }

    def steps(count: int) -> float:
        losses = {"": 0.0}
        for _ in range(count):
            losses = session.step(fed).losses
        return next(iter(losses.values()))

    return steps


RELU: Layer = ("Activation", {"function": "relu"})


def mlp(backend: str, batch: int) -> Steps:
    first, second, last = (("Linear", {"units": units}) for units in (256, 128, 10))
    return _classifier(backend, (784,), [first, RELU, second, RELU, last], batch)


def cnn(backend: str, batch: int = 64) -> Steps:
    pool: Layer = ("MaxPool2D", {})
    first, second = (("Conv2D", {"filters": filters, "kernel": 3, "padding": "same"}) for filters in (32, 64))
    wide, last = (("Linear", {"units": units}) for units in (128, 10))
    layers: list[Layer] = [first, RELU, pool, second, RELU, pool, ("Flatten", {}), wide, RELU, last]
    return _classifier(backend, (1, 28, 28), layers, batch)


CASES: dict[str, Callable[[str], Steps]] = {
    "rosenbrock": rosenbrock,
    "mlp-32": lambda backend: mlp(backend, 32),
    "mlp-128": lambda backend: mlp(backend, 128),
    "mlp-512": lambda backend: mlp(backend, 512),
    "cnn-64": cnn,
}
