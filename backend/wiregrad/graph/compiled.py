"""Evaluations with buffers of their own, of which a program keeps a few."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from wiregrad.engine.backends import Executable
from wiregrad.graph.evaluation import Evaluation
from wiregrad.graph.inputs import Batch, conformed
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import FloatDType
from wiregrad.graph.state import TENSOR, State

KeyT = TypeVar("KeyT", bound=Hashable)

KEPT_EVALUATIONS = 8
"""Each has buffers of its own, so a process that evaluates batches of any size keeps the last few only."""


class CompiledEvaluation:
    """An evaluation with buffers; a state's tensors are loaded once and stay for the calls that follow."""

    def __init__(self, evaluation: Evaluation, executable: Executable) -> None:
        self._evaluation = evaluation
        self._executable = executable
        self._loaded: State | None = None

    def run(self, state: State, batch: Batch, batch_size: int, dtype: FloatDType) -> dict[str, Array]:
        if state is not self._loaded:
            names = self._evaluation.tensors
            self._executable.load({f"{TENSOR}{name}": state.parameters[name] for name in names})
            self._loaded = state
        arrays = conformed(self._evaluation.inputs, batch, batch_size, dtype)
        return self._executable.run({f"input/{name}": array for name, array in arrays.items()})


class RecentEvaluations(Generic[KeyT]):
    """The evaluations that were used last, by key."""

    def __init__(self) -> None:
        self._kept: dict[KeyT, CompiledEvaluation] = {}

    def get(self, key: KeyT, make: Callable[[], CompiledEvaluation]) -> CompiledEvaluation:
        found = self._kept.pop(key, None) or make()
        self._kept[key] = found
        while len(self._kept) > KEPT_EVALUATIONS:
            del self._kept[next(iter(self._kept))]
        return found
