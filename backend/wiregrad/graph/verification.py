"""Finite differences against autodiff, per parameter: the tool that a person uses, and our own tests too."""

from dataclasses import dataclass, replace

import numpy as np

from wiregrad.graph.graph import Graph
from wiregrad.graph.inputs import Batch
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import TensorName
from wiregrad.graph.program import Program, compile_graph
from wiregrad.graph.state import State

NUDGE = 1e-5
"""Near the cube root of float64's precision, where a central difference is most exact."""


@dataclass(frozen=True, slots=True)
class GradientCheck:
    """One tensor's gradient by autodiff and by central differences, at the checked flat indices."""

    tensor: TensorName
    positions: Array
    autodiff: Array
    differences: Array

    @property
    def error(self) -> float:
        """The largest difference, relative to the largest gradient where that is above 1."""
        scale = max(1.0, float(np.abs(self.differences).max(initial=0.0)))
        return float(np.abs(np.subtract(self.autodiff, self.differences)).max(initial=0.0)) / scale


def check_gradients(
    graph: Graph,
    inputs: Batch | None = None,
    *,
    seed: int = 0,
    positions_per_tensor: int = 64,
    optimizer: str | None = None,
) -> list[GradientCheck]:
    """Compare in float64 the gradient of every trained tensor with central differences of the loss.

    Tensors with more than `positions_per_tensor` elements are checked at that many, chosen by `seed`. The
    loss is that of the named optimizer, by default the first. Raises GraphError and InputError.
    """
    program = compile_graph(graph, dtype="float64")
    loss = _Loss(program, program.init(seed), inputs or {}, optimizer or program.optimizers[0].name)
    generator = np.random.default_rng(seed)
    autodiff = program.trace(loss.state, loss.inputs, loss.optimizer).gradients
    checks = []
    for segment in program.layout.segments_of(loss.optimizer):
        for name in segment.tensors:
            gradient = autodiff[name].ravel()
            positions = generator.choice(
                gradient.size, min(gradient.size, positions_per_tensor), replace=False
            )
            differences = np.array([loss.slope(name, position) for position in positions])
            checks.append(GradientCheck(name, positions, gradient[positions], differences))
    return checks


@dataclass(frozen=True, slots=True)
class _Loss:
    """One optimizer's loss as a function of the tensors around a state."""

    program: Program
    state: State
    inputs: Batch
    optimizer: str

    def slope(self, tensor: TensorName, position: int) -> float:
        """The central difference along one element."""
        rise = self._at(tensor, position, NUDGE) - self._at(tensor, position, -NUDGE)
        return rise / (2 * NUDGE)

    def _at(self, tensor: TensorName, position: int, offset: float) -> float:
        moved = self.state.parameters[tensor].copy()
        moved.ravel()[position] += offset
        nudged = replace(self.state, parameters={**self.state.parameters, tensor: moved})
        return self.program.trace(nudged, self.inputs, self.optimizer).loss
