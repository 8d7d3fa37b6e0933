"""Holds a random graph against PyTorch, finite differences, and its own JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tests.graph.random_graphs import RandomGraph
from tests.graph.torch_twin import TorchTwin, doubles
from tests.nodes.running import Array
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Value
from wiregrad.graph import Graph, Program, Session, State, compile_graph
from wiregrad.graph.check import analyze
from wiregrad.graph.lowering import Lowering
from wiregrad.graph.tracing import trace_function
from wiregrad.nodes import Node
from wiregrad.nodes._passages import Passage
from wiregrad.nodes.stop_gradient import StopGradient

STEPS = 2
BATCH = 3
TOLERANCE = 1e-7
"""Relative to the larger of 1 and the numbers compared; everything runs in float64."""
NUDGE = 1e-5
SLOPE_TOLERANCE = 1e-4


@dataclass(frozen=True)
class Comparison:
    """The largest deviation from PyTorch; `slopes` counts the derivatives held against differences."""

    deviation: float = 0.0
    slopes: int = 0
    corners: int = 0


def compare(drawn: RandomGraph) -> Comparison:
    """Raises AssertionError where Wiregrad and PyTorch, or derivative and difference, are not the same."""
    document = drawn.graph.document
    errors = drawn.graph.check().errors
    assert errors == (), errors
    text = json.dumps(document.to_json(), sort_keys=True)
    again = Graph.from_json(json.loads(text))
    assert again == drawn.graph
    assert json.dumps(again.document.to_json(), sort_keys=True) == text
    program = compile_graph(again, batch_size=BATCH, dtype="float64")
    start = program.init(seed=1)
    with doubles():
        deviation, end = _trained_alike(program, drawn, start)
        deviation = max(deviation, _evaluated_alike(program, drawn, end))
    return Comparison(deviation, *_slopes(program, drawn, start))


def _session(program: Program, state: State) -> Session:
    session = program.session(state)
    session.set_horizon(total_steps=10, steps_per_epoch=2)
    return session


def distance(got: Array, expected: Array, what: str) -> float:
    """Relative to what is compared, where that is above 1; infinities and NaN have to be the same."""
    if expected.dtype.kind != "f":
        np.testing.assert_array_equal(got, expected, err_msg=what)
        return 0.0
    np.testing.assert_array_equal(np.isfinite(got), np.isfinite(expected), err_msg=what)
    finite = np.isfinite(expected)
    difference = float(np.abs(got[finite] - expected[finite]).max(initial=0.0))
    found = difference / max(1.0, float(np.abs(expected[finite]).max(initial=0.0)))
    assert found <= TOLERANCE, f"{what}: {found:.2e} apart: expected {expected.tolist()}, got {got.tolist()}"
    return found


def _trained_alike(program: Program, drawn: RandomGraph, state: State) -> tuple[float, State]:
    twin = TorchTwin(program, drawn.graph.document, state)
    session = _session(program, state)
    worst = 0.0
    for _ in range(STEPS):
        ours = program.trace(session.state(), drawn.batch).values if twin.draws_numbers else {}
        result = session.step(drawn.batch)
        expected = twin.step(drawn.batch, ours, result.learning_rates)
        assert expected.keys() == result.losses.keys()
        for name, loss in result.losses.items():
            worst = max(worst, distance(np.asarray(loss), np.asarray(expected[name]), f"loss of {name}"))
        for name, array in session.state().parameters.items():
            worst = max(worst, distance(array, twin.tensors[name].detach().numpy(), name))
    return worst, session.state()


def _evaluated_alike(program: Program, drawn: RandomGraph, state: State) -> float:
    """What every Output gives in evaluation mode, unless it depends on random numbers."""
    twin = TorchTwin(program, drawn.graph.document, state, training=False)
    worst = 0.0
    for end in twin.ends.outputs:
        if any(twin.nodes[node].node.kind() == "Random" for node in twin.upstream([end.resolved])):
            continue
        (source,) = end.resolved.sources
        assert source is not None
        values = twin.forward([end.resolved], drawn.batch, {})
        expected = values[source.node][twin.nodes[source.node].output_index(source.port)]
        got = program.evaluate(state, drawn.batch, [end.name])[end.name]
        assert got.shape == tuple(expected.shape), end.name
        worst = max(worst, distance(got, expected.detach().numpy(), f"output {end.name}"))
    return worst


def _slopes(program: Program, drawn: RandomGraph, state: State) -> tuple[int, int]:
    """Along one random direction through all tensors of each Optimizer's loss; corners have no derivative."""
    lowering = Lowering(analyze(drawn.graph.document).resolution, BATCH, "float64")
    found = corners = 0
    for end in program.ends.optimizers:
        if any(_stops_on_purpose(node.node) for node in lowering.upstream([end.resolved])):
            continue
        function = trace_function(lowering, program.ends, end)
        names = [name for segment in program.layout.segments_of(end.name) for name in segment.tensors]
        line = _Line(function.outputs["loss"], drawn, state, names)
        gradients = [function.outputs.get(f"gradient/{name}") for name in names]
        derivative = line.derivative(gradients)
        left, right = line.slope(-NUDGE), line.slope(NUDGE)
        scale = max(1.0, abs(derivative))
        if not np.isfinite([left, right, derivative]).all() or abs(left - right) > 1e-2 * scale:
            corners += 1
            continue
        between = (left + right) / 2
        assert abs(between - derivative) <= SLOPE_TOLERANCE * scale, (
            f"{end.name}: the gradient says {derivative}, differences say {left} and {right}"
        )
        found += 1
    return found, corners


def _stops_on_purpose(node: Node) -> bool:
    """Where a gradient is cut although the value goes on, differences say something else."""
    return isinstance(node, StopGradient) or (isinstance(node, Passage) and node.detached)


@dataclass(frozen=True)
class _Line:
    """A loss along a random line through a state's tensors."""

    loss: Value
    drawn: RandomGraph
    state: State
    names: list[str]

    def slope(self, step: float) -> float:
        return (self._at(step) - self._at(0)) / step

    def derivative(self, gradients: list[Value | None]) -> float:
        there = [gradient for gradient in gradients if gradient is not None]
        arrays = iter(evaluate(there, self._feed(0)))
        parts = (
            0.0 if gradient is None else float((next(arrays) * self.directions[name]).sum())
            for name, gradient in zip(self.names, gradients, strict=True)
        )
        return sum(parts)

    @property
    def directions(self) -> Mapping[str, Array]:
        generator = np.random.default_rng(0)
        return {name: generator.standard_normal(self.state.parameters[name].shape) for name in self.names}

    def _at(self, step: float) -> float:
        return float(evaluate([self.loss], self._feed(step))[0])

    def _feed(self, step: float) -> dict[str, Array]:
        moved = {name: self.state.parameters[name] + step * d for name, d in self.directions.items()}
        tensors = {**self.state.parameters, **moved}
        inputs = {f"input/{name}": array for name, array in self.drawn.batch.items()}
        counters = {"seed": np.asarray(self.state.seed, np.uint64), "step": np.asarray(1, np.int64)}
        return {f"tensor/{name}": array for name, array in tensors.items()} | inputs | counters
