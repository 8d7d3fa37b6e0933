"""The benchmark's networks as graphs, through the public API: drawn or shipped, compiled and stepped."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

import wiregrad
from tests.bench import starting
from tests.bench.cases import CHUNK, HORIZON, ROSENBROCK_RATE, Case
from tests.bench.starting import Array
from tests.bench.task import Losses, Task, repeated
from wiregrad.graph.graph import Graph
from wiregrad.graph.program import Program
from wiregrad.graph.session import Session
from wiregrad.graph.state import State

HEAD = {"format": "wiregrad/graph@1", "name": "Benchmark"}
Part = dict[str, Any]


@dataclass
class Drawing:
    """A graph, drawn node by node; each node is wired to what comes before it."""

    nodes: list[Part] = field(default_factory=list)
    wires: list[Part] = field(default_factory=list)

    def add(self, id_: str, kind: str, sources: Mapping[str, str], /, **settings: object) -> str:
        """Draw a node with its sources by port, and return its id."""
        self.nodes.append({"id": id_, "kind": kind, "settings": settings})
        self.wires += [
            {"source": {"node": source, "port": "output"}, "target": {"node": id_, "port": port}}
            for port, source in sources.items()
        ]
        return id_

    def after(self, source: str, id_: str, kind: str, /, **settings: object) -> str:
        return self.add(id_, kind, {"input": source}, **settings)

    def inputs(self, case: Case) -> None:
        for name, column in case.columns.items():
            dtype = "float32" if column.classes is None else "int64"
            self.add(name, "Input", {}, name=name, dtype=dtype, shape=column.shape)

    def trained(self, prediction: str, **optimizer: object) -> Graph:
        self.add("loss", "Loss", {"prediction": prediction, "target": "digit"}, loss="cross_entropy")
        self.add("optimizer", "Optimizer", {"loss": "loss"}, **optimizer)
        return self.graph()

    def graph(self) -> Graph:
        return Graph.from_json({**HEAD, "nodes": self.nodes, "wires": self.wires})


# ---- The networks ----


def _relu(drawing: Drawing, source: str) -> str:
    return drawing.after(source, f"{source}_relu", "Activation", function="relu")


def _mlp(case: Case) -> Graph:
    drawing, last = Drawing(), "image"
    drawing.inputs(case)
    for number, units in enumerate((256, 128, 10), 1):
        last = drawing.after(last, f"linear_{number}", "Linear", units=units)
        last = last if number == 3 else _relu(drawing, last)
    return drawing.trained(last, algorithm="adam", learning_rate=0.001)


def _cnn_body(drawing: Drawing) -> str:
    last = "image"
    for number, filters in enumerate((32, 64), 1):
        last = drawing.after(last, f"conv_{number}", "Conv2D", filters=filters, kernel=3, padding="same")
        last = drawing.after(_relu(drawing, last), f"pool_{number}", "MaxPool2D")
    last = drawing.after(last, "flat", "Flatten")
    last = _relu(drawing, drawing.after(last, "linear_1", "Linear", units=128))
    return drawing.after(last, "linear_2", "Linear", units=10)


def _cnn(case: Case) -> Graph:
    drawing = Drawing()
    drawing.inputs(case)
    return drawing.trained(_cnn_body(drawing), algorithm="adam", learning_rate=0.001)


def _inference(case: Case) -> Graph:
    """The same with an Output. What is not needed for it, evaluation leaves out."""
    drawing = Drawing()
    drawing.inputs(case)
    last = _cnn_body(drawing)
    drawing.add("answer", "Output", {"input": last}, name="answer")
    return drawing.trained(last, algorithm="adam")


def _normed(drawing: Drawing, source: str, start: str, end: str, /, **settings: object) -> str:
    """A convolution without bias and its batch norm, called `start` + conv or norm + `end`."""
    last = drawing.after(source, f"{start}conv{end}", "Conv2D", bias=False, **settings)
    return drawing.after(last, f"{start}norm{end}", "BatchNorm")


def _residual(drawing: Drawing, source: str, number: int, filters: int, stride: int) -> str:
    start = f"block_{number}_"
    last = _normed(drawing, source, start, "_1", filters=filters, kernel=3, padding=1, stride=stride)
    last = _normed(drawing, _relu(drawing, last), start, "_2", filters=filters, kernel=3, padding=1)
    kept = source
    if stride > 1:
        kept = _normed(drawing, source, start, "_kept", filters=filters, kernel=1, stride=stride)
    return _relu(drawing, drawing.add(f"{start}sum", "Add", {"a": last, "b": kept}))


def _resnet20(case: Case) -> Graph:
    drawing = Drawing()
    drawing.inputs(case)
    last = _relu(drawing, _normed(drawing, "image", "", "", filters=16, kernel=3, padding=1))
    for number in range(9):
        stage = number // 3
        stride = 2 if number in (3, 6) else 1
        last = _residual(drawing, last, number, 16 << stage, stride)
    last = drawing.after(drawing.after(last, "pool", "GlobalAvgPool"), "linear", "Linear", units=10)
    return drawing.trained(last, algorithm="sgd", learning_rate=0.01, momentum=0.9, weight_decay=1e-4)


def _lstm(case: Case) -> Graph:
    drawing = Drawing()
    drawing.inputs(case)
    last = drawing.after("sequence", "lstm", "LSTM", units=128, returns="last")
    last = drawing.after(last, "linear", "Linear", units=10)
    return drawing.trained(last, algorithm="adam", learning_rate=0.001)


GRAPHS: dict[str, Callable[[Case], Graph]] = {
    "rosenbrock": lambda _: wiregrad.examples["rosenbrock"],
    "mlp": _mlp,
    "cnn": _cnn,
    "resnet20": _resnet20,
    "transformer": lambda _: wiregrad.examples["tiny-transformer"],
    "lstm": _lstm,
    "gan": lambda _: wiregrad.examples["gan"],
    "inference": _inference,
}


# ---- Their steps ----


def name_in_torch(name: str) -> str:
    """A tensor of ours as PyTorch's networks here name it."""
    name = re.sub(r"^layers(?:#(\d+))?/", lambda found: f"layers.{int(found[1] or 1) - 1}.", name)
    return re.sub(r"^block_(\d+)_", r"blocks.\1.", name).replace("-", "_")


def _start(program: Program) -> State:
    state = program.init(seed=0)
    parameters = {
        name: starting.weight(name_in_torch(name), array.shape) for name, array in state.parameters.items()
    }
    return replace(state, parameters=parameters)


def task(case: Case, backend: str) -> Task:
    """Raises ValueError for an unknown backend, or one that does not work here."""
    program = wiregrad.compile(GRAPHS[case.network](case), batch_size=case.batch, backend=backend)
    state, batches = _start(program), starting.batches(case)
    engine, parameters = f"{program.backend}: {program.device}", program.parameter_count
    if case.network == "inference":
        return Task(_answers(program, state, batches), lambda: None, parameters, engine)
    session = program.session(state)
    session.set_horizon(HORIZON)
    steps = repeated(_step(session, batches))
    if not case.columns:
        steps = _many(session)
        for name in session.learning_rates:
            session.set_learning_rate(name, ROSENBROCK_RATE)
    return Task(steps, lambda: session.load(state), parameters, engine)


def _step(session: Session, batches: list[dict[str, Array]]) -> Callable[[int], float]:
    first = next(iter(session.learning_rates))
    return lambda number: session.step(batches[number % len(batches)]).losses[first]


def _many(session: Session) -> Callable[[int], Losses]:
    """A graph without data takes many steps in a call; every loss is recorded."""
    (name,) = session.learning_rates

    def steps(count: int) -> Losses:
        losses: Losses = ()
        while count > 0:
            losses = session.steps(min(count, CHUNK)).losses[name]
            count -= len(losses)
        return losses

    return steps


def _answers(program: Program, state: State, batches: list[dict[str, Array]]) -> Callable[[int], Losses]:
    images = [{"image": batch["image"]} for batch in batches]

    def steps(count: int) -> Losses:
        answer = np.zeros(1)
        for number in range(count):
            answer = program.evaluate(state, images[number % len(images)], ["answer"])["answer"]
        return [float(np.abs(answer).mean())]

    return steps
