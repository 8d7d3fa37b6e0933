"""Kinds with weights whose connections have optional inputs, or several outputs, beside the main ones."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Port, wired
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._ports import suffixed
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._weighted import Connected, check_float

SEQUENCE_RANK = 2

T = TypeVar("T")


class Accompanied(Connected):
    """One connection is `arriving` ports, of which the first must be wired, and `leaving` ports.

    The ports of the second connection end in `_2`, and so on. The weights depend on the first input alone.
    """

    arriving: ClassVar[tuple[Port, ...]]
    leaving: ClassVar[tuple[Port, ...]]

    def inputs(self) -> tuple[Port, ...]:
        return self._repeated(self.arriving)

    def outputs(self) -> tuple[Port, ...]:
        return self._repeated(self.leaving)

    def _repeated(self, ports: Sequence[Port]) -> tuple[Port, ...]:
        numbers = range(1, self.connections + 1)
        return tuple(replace(port, name=suffixed(port.name, n)) for n in numbers for port in ports)

    @abstractmethod
    def results(self, sources: Sequence[ValueType | None], ports: Sequence[str]) -> tuple[ValueType, ...]:
        """What becomes of one connection's inputs, or a NodeProblem at one of its ports."""

    @abstractmethod
    def lower(
        self, build: Build, values: Sequence[Value | None], sources: Sequence[ValueType | None], number: int
    ) -> tuple[Value, ...]:
        """Lower one connection; they are counted from 0."""

    def _connections(self, inputs: Sequence[T | None]) -> list[tuple[T | None, ...]]:
        size = len(self.arriving)
        groups = [tuple(inputs[start : start + size]) for start in range(0, len(inputs), size)]
        wired([group[0] for group in groups])
        return groups

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        ports = [port.name for port in self.inputs()]
        groups = self._connections(inputs)
        named = self._connections(ports)
        results: list[ValueType] = []
        for group, names in zip(groups, named, strict=True):
            results += self.results(group, wired(names))
        firsts = {str(names[0]): wired(group[:1])[0] for group, names in zip(groups, named, strict=True)}
        self.check_shared(firsts)
        return tuple(results)

    def parameters(self, *inputs: ValueType | None) -> Mapping[str, ParameterSpec]:
        return self.weights(wired(inputs[:1])[0])

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        pairs = zip(self._connections(inputs), self._connections(build.inputs), strict=True)
        lowered = [
            self.lower(build, values, sources, number) for number, (values, sources) in enumerate(pairs)
        ]
        return tuple(value for results in lowered for value in results)


def check_sequence(value: ValueType, port: str) -> None:
    """A sequence has two axes: steps, and what is known of each step."""
    check_float(value, port)
    if value.rank != SEQUENCE_RANK:
        raise NodeProblem(
            "This layer works on a sequence: a list of numbers for each step.",
            port=port,
            expected="shape (steps, width)",
            got=str(value),
            remedy="Put a Reshape to (steps, width) before it; for words, put an Embedding before it.",
        )
