"""Holds a random graph against PyTorch, finite differences, and its own JSON."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.graph.deciding import Agreement, Arrays, agreement
from tests.graph.drawn_numbers import numbers_drawn
from tests.graph.random_graphs import RandomGraph
from tests.graph.slopes import has_slope
from tests.graph.torch_twin import TorchTwin, doubles
from tests.nodes.running import Array
from wiregrad.engine import ops
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Value
from wiregrad.graph import Graph, Program, Session, State, compile_graph
from wiregrad.graph.check import analyze
from wiregrad.graph.lowering import Lowering
from wiregrad.graph.tracing import trace_function
from wiregrad.nodes import Node, Progress
from wiregrad.nodes._passages import Passage
from wiregrad.nodes.optimizer import Optimizer
from wiregrad.nodes.stop_gradient import StopGradient

STEPS = 2
TOTAL_STEPS, STEPS_PER_EPOCH = 10, 2
BATCH = 3


@dataclass(frozen=True)
class Comparison:
    """How it agrees with PyTorch; `slopes` counts the derivatives held against differences."""

    agreement: Agreement
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
        trained, end = _trained_alike(program, drawn, start)
        found = trained + _evaluated_alike(program, drawn, end)
    return Comparison(found, *_slopes(program, drawn, start))


@dataclass(frozen=True)
class _Stepped:
    """One step of Wiregrad: what PyTorch has to be told, and what it has to find."""

    draws: Arrays
    rates: Mapping[str, float]
    momenta: Mapping[str, float]
    found: Arrays


def _trained_alike(program: Program, drawn: RandomGraph, state: State) -> tuple[Agreement, State]:
    session = program.session(state)
    session.set_horizon(total_steps=TOTAL_STEPS, steps_per_epoch=STEPS_PER_EPOCH)
    steps = [_step(program, session, drawn) for _ in range(STEPS)]

    def again(number: int | None = None) -> Arrays:
        twin = TorchTwin(program, drawn.graph.document, state, nudged_by=number)
        return _numbered([_twin_step(twin, drawn.batch, step) for step in steps])

    return agreement(_numbered([step.found for step in steps]), again(), again), session.state()


def _step(program: Program, session: Session, drawn: RandomGraph) -> _Stepped:
    draws = numbers_drawn(program, drawn.graph.document, session.state(), drawn.batch)
    momenta = _momenta(program, session.step_count + 1)
    result = session.step(drawn.batch)
    losses = {f"loss of {name}": np.asarray(loss) for name, loss in result.losses.items()}
    return _Stepped(draws, result.learning_rates, momenta, losses | dict(session.state().parameters))


def _momenta(program: Program, step: int) -> dict[str, float]:
    """Of the Optimizers that cycle theirs; the formula itself is compared where schedules are."""
    progress = Progress(*(ops.full(number, "int64") for number in (step, TOTAL_STEPS, STEPS_PER_EPOCH)))
    rate = ops.full(1.0, "float64")
    return {
        end.name: float(evaluate([end.role.scheduled_momentum(rate, progress)])[0])
        for end in program.ends.optimizers
        if isinstance(end.role, Optimizer) and end.role.cycles_momentum
    }


def _twin_step(twin: TorchTwin, batch: Arrays, step: _Stepped) -> Arrays:
    losses = twin.step(batch, step.draws, step.rates, step.momenta)
    tensors = {name: tensor.detach().numpy().copy() for name, tensor in twin.tensors.items()}
    return {f"loss of {name}": np.asarray(loss) for name, loss in losses.items()} | tensors


def _numbered(steps: Sequence[Arrays]) -> Arrays:
    return {
        f"{name} after step {number}": array
        for number, arrays in enumerate(steps, 1)
        for name, array in arrays.items()
    }


def _evaluated_alike(program: Program, drawn: RandomGraph, state: State) -> Agreement:
    """What every Output gives in evaluation mode, unless it depends on random numbers."""
    twin = TorchTwin(program, drawn.graph.document, state, training=False)
    steady = [end for end in twin.ends.outputs if not twin.draws_for(end)]
    got = program.evaluate(state, drawn.batch, [end.name for end in steady])

    def again(number: int | None = None) -> Arrays:
        other = TorchTwin(program, drawn.graph.document, state, training=False, nudged_by=number)
        return {end.name: other.output(end, drawn.batch) for end in steady}

    return agreement(got, again(), again)


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
        try:
            smooth = has_slope(line.at, line.derivative(gradients))
        except AssertionError as error:
            raise AssertionError(f"{end.name}: {error}") from error
        found += smooth
        corners += not smooth
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

    def at(self, step: float) -> float:
        return float(evaluate([self.loss], self._feed(step))[0])

    def _feed(self, step: float) -> dict[str, Array]:
        moved = {name: self.state.parameters[name] + step * d for name, d in self.directions.items()}
        tensors = {**self.state.parameters, **moved}
        inputs = {f"input/{name}": array for name, array in self.drawn.batch.items()}
        counters = {"seed": np.asarray(self.state.seed, np.uint64), "step": np.asarray(1, np.int64)}
        return {f"tensor/{name}": array for name, array in tensors.items()} | inputs | counters
