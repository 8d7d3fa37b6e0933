"""What RNN, LSTM and GRU share: settings, shapes, weights in PyTorch's layout, the walk over the steps."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._accompanied import Accompanied, check_sequence
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Port, wired
from wiregrad.nodes._parameters import Initializer, ParameterSpec
from wiregrad.nodes._types import NodeProblem, Shape, ValueType, format_shape
from wiregrad.nodes._weighted import check_float

MAX_STEPS = 2000
"""Each step becomes operations of its own, in each layer and direction."""

Returns = Literal["sequence", "last"]
Memory = tuple[Value, ...]

INPUT_PORT = Port("input", "The sequence, of shape (steps, width).")
OUTPUT_PORT = Port("output", "What each step gave, or only the last.")
STATE_IN = Port("state", "What the layer starts from; zeros if nothing is connected.", optional=True)
STATE_OUT = Port("state", "What the layer knows after the last step.")


class Recurrent(Accompanied):
    """Weights are named and laid out as in PyTorch: `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, ...

    `gates` counts the parts, each of as many numbers as there are units, that a step computes.
    """

    arriving: ClassVar[tuple[Port, ...]] = (INPUT_PORT, STATE_IN)
    leaving: ClassVar[tuple[Port, ...]] = (OUTPUT_PORT, STATE_OUT)
    gates: ClassVar[int]
    module: ClassVar[str]

    units: Dimension = setting(1, "Units", "How many numbers the layer remembers from step to step.")
    layers: int = setting(
        1, "Layers", "How many such layers stand on each other, each reading the one below.", ge=1, le=16
    )
    bidirectional: bool = setting(
        False, "Both directions", "Whether a second set of weights walks from the last step to the first."
    )
    returns: Returns = setting("sequence", "Returns", "Whether every step's result comes out, or the last.")
    bias: bool = setting(True, "Bias", "Whether a trainable number is added to each part of each unit.")
    initializer: Initializer = setting(
        "fan_in_uniform", "Weight initializer", "How starting weights are drawn."
    )
    bias_initializer: Initializer = setting(
        "fan_in_uniform", "Bias initializer", "How starting biases are drawn.", show_when={"bias": [True]}
    )

    @property
    def directions(self) -> int:
        return 2 if self.bidirectional else 1

    @property
    def _memory_shape(self) -> Shape:
        """`(units,)`; where several layers or directions remember, one row for each, as in PyTorch."""
        rows = self.layers * self.directions
        return (self.units,) if rows == 1 else (rows, self.units)

    # ---- Types ----

    def results(self, sources: Sequence[ValueType | None], ports: Sequence[str]) -> tuple[ValueType, ...]:
        value, *memory = sources
        (sequence,) = wired([value])
        check_sequence(sequence, ports[0])
        self._check_steps(sequence, ports[0])
        for given, port in zip(memory, ports[1:], strict=True):
            self._check_memory(given, port)
        batched = any(source.batched for source in sources if source is not None)
        width = self.units * self.directions
        shape = (sequence.shape[0], width) if self.returns == "sequence" else (width,)
        states = ValueType("float32", self._memory_shape, batched)
        return (ValueType("float32", shape, batched), *[states for _ in memory])

    def _check_steps(self, sequence: ValueType, port: str) -> None:
        steps = sequence.shape[0]
        if steps * self.layers * self.directions > MAX_STEPS:
            raise NodeProblem(
                "The sequence is too long to walk through step by step.",
                code="limit",
                port=port,
                expected=f"at most {MAX_STEPS} steps over all layers and directions",
                got=f"{steps} steps in {self.layers * self.directions} walks, from {sequence}",
                remedy="Cut the sequences shorter, or choose fewer layers.",
            )

    def _check_memory(self, given: ValueType | None, port: str) -> None:
        if given is None:
            return
        check_float(given, port)
        if given.shape != self._memory_shape:
            raise NodeProblem(
                "What the layer starts from has another shape than what it remembers.",
                port=port,
                expected=f"shape {format_shape(self._memory_shape)}",
                got=str(given),
                remedy="Connect the state of a layer with the same units, layers and directions, "
                "or put a Linear with as many units before it.",
            )

    # ---- Weights ----

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        found: dict[str, ParameterSpec] = {}
        rows = self.gates * self.units
        width = value.shape[-1]
        for layer in range(self.layers):
            for suffix in self._suffixes(layer):
                found[f"weight_ih{suffix}"] = self._drawn((rows, width), self.initializer)
                found[f"weight_hh{suffix}"] = self._drawn((rows, self.units), self.initializer)
                if self.bias:
                    found[f"bias_ih{suffix}"] = self._drawn((rows,), self.bias_initializer)
                    found[f"bias_hh{suffix}"] = self._drawn((rows,), self.bias_initializer)
            width = self.units * self.directions
        return found

    def _suffixes(self, layer: int) -> list[str]:
        return [f"_l{layer}", f"_l{layer}_reverse"][: self.directions]

    def _drawn(self, shape: Shape, initializer: Initializer) -> ParameterSpec:
        return ParameterSpec(shape, initializer, self.trainable, fan_in=self.units, fan_out=self.units)

    # ---- Lowering ----

    @abstractmethod
    def advance(self, build: Build, suffix: str, projected: Value, memory: Memory) -> Memory:
        """One step: `projected` is (batch, gates * units), the memory's parts are (batch, units).

        The first part of the memory is what the step gives to the outside.
        """

    def input_bias(self, build: Build, suffix: str) -> Value:
        """What is added to the projected input of every step; the steps need not add it again."""
        return ops.add(build.parameters[f"bias_ih{suffix}"], build.parameters[f"bias_hh{suffix}"])

    def recurrent(self, build: Build, suffix: str, state: Value) -> Value:
        return ops.matmul(state, ops.matrix_transpose(build.parameters[f"weight_hh{suffix}"]))

    def lower(
        self,
        build: Build,
        values: Sequence[Value | None],
        sources: Sequence[ValueType | None],
        number: int,  # noqa: ARG002
    ) -> tuple[Value, ...]:
        is_batched = any(source.batched for source in sources if source is not None)
        batch = build.batch_size if is_batched else 1
        (value,), (source,) = wired(values[:1]), wired(sources[:1])
        sequence = _steps_first(value, source, batch)
        starts = [self._starts(given, sequence) for given in values[1:]]
        walks: list[list[Memory]] = []
        for layer in range(self.layers):
            walks = []
            for suffix in self._suffixes(layer):
                row = layer * self.directions + len(walks)
                walks.append(self._walk(build, suffix, sequence, tuple(rows[row] for rows in starts)))
                for part, rows in enumerate(starts):
                    rows[row] = walks[-1][0 if suffix.endswith("_reverse") else -1][part]
            if layer + 1 < self.layers or self.returns == "sequence":
                sequence = ops.concat([ops.stack([m[0] for m in walk]) for walk in walks], axis=2)
        output = self._output(sequence, starts[0][-self.directions :])
        finals = [self._final(rows) for rows in starts]
        results = [output, *finals]
        return tuple(results if is_batched else [_without_batch(result) for result in results])

    def _starts(self, given: Value | None, sequence: Value) -> list[Value]:
        """What each layer and direction starts from: (batch, units)."""
        rows, batch = self.layers * self.directions, sequence.shape[1]
        if given is None:
            return [ops.full(0, sequence.dtype, (batch, self.units))] * rows
        whole = ops.reshape(given, (given.size // (rows * self.units), rows, self.units))
        return ops.unstack(ops.broadcast_to(whole, (batch, rows, self.units)), axis=1)

    def _walk(self, build: Build, suffix: str, sequence: Value, memory: Memory) -> list[Memory]:
        """The memory after each step, in the order of the sequence."""
        steps, batch, width = sequence.shape
        rows = ops.reshape(sequence, (steps * batch, width))
        projected = ops.matmul(rows, ops.matrix_transpose(build.parameters[f"weight_ih{suffix}"]))
        if self.bias:
            projected = ops.add(projected, ops.broadcast_to(self.input_bias(build, suffix), projected.shape))
        order = range(steps)[:: -1 if suffix.endswith("_reverse") else 1]
        found: dict[int, Memory] = {}
        for step in order:
            part = ops.slice_axis(projected, step * batch, (step + 1) * batch, 0)
            memory = found[step] = self.advance(build, suffix, part, memory)
        return [found[step] for step in range(steps)]

    def _output(self, sequence: Value, lasts: Sequence[Value]) -> Value:
        if self.returns == "last":
            return ops.concat(lasts, axis=1)
        return ops.transpose(sequence, (1, 0, 2))

    def _final(self, rows: Sequence[Value]) -> Value:
        return rows[0] if len(rows) == 1 else ops.stack(rows, axis=1)

    # ---- Descriptions ----

    def torch(self, *inputs: ValueType | None) -> str:
        width = wired(inputs[:1])[0].shape[-1]
        settings = f"num_layers={self.layers}, bias={self.bias}, bidirectional={self.bidirectional}"
        return f"nn.{self.module}({width}, {self.units}, {settings}, batch_first=True)"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        sequences = [value for value in inputs[:: len(self.arriving)] if value is not None]
        matrices = [
            sum(spec.size for name, spec in self.weights(value).items() if name.startswith("weight"))
            for value in sequences
        ]
        return sum(value.shape[0] * size for value, size in zip(sequences, matrices, strict=True))


def gate(parts: Value, start: int, stop: int, units: int) -> Value:
    """Gates `start` up to `stop` of (batch, gates * units)."""
    return ops.slice_axis(parts, start * units, stop * units, 1)


def _steps_first(value: Value, source: ValueType, batch: int) -> Value:
    """(steps, batch, width)."""
    steps, width = source.shape
    if source.batched:
        return ops.transpose(value, (1, 0, 2))
    return ops.broadcast(value, (steps, batch, width), (0, 2))


def _without_batch(value: Value) -> Value:
    return ops.reshape(value, value.shape[1:])
