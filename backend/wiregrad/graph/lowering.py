"""From a resolved graph to IR: the whole training step, and evaluation, as one function each.

Lowering is plain substitution: every node builds its outputs from its inputs' values, in topological order.
Which nodes take part is decided by what is asked for, so an Optimizer never runs when evaluating.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import TensorType, Value
from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End
from wiregrad.graph.resolution import Resolution, ResolvedNode
from wiregrad.nodes import Build, InputNode, MetricNode, OptimizerNode

FloatDType = Literal["float32", "float64"]
TensorName = str
"""`node.tensor`, for example `hidden.weight`."""


def tensor_name(node: ResolvedNode, tensor: str) -> TensorName:
    return f"{node.weights}.{tensor}"


def random_stream(name: str) -> int:
    """A 63-bit key for the random numbers of what bears this name, the same on every machine."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "little") >> 1


@dataclass(frozen=True, slots=True)
class Counters:
    """The scalars that key every random number: `seed` is uint64, `step` int64, counted from 1."""

    seed: Value
    step: Value


@dataclass(frozen=True, slots=True)
class Lowering:
    """How one graph is lowered for one batch size and one floating-point dtype."""

    resolution: Resolution
    batch_size: int
    float_dtype: FloatDType

    def input_type(self, end: End[InputNode]) -> TensorType:
        return end.resolved.output_types[0].tensor(self.batch_size, self.float_dtype)

    def upstream(self, nodes: Iterable[ResolvedNode]) -> list[ResolvedNode]:
        """The nodes and all that they depend on, in topological order."""
        return self.resolution.upstream(nodes)

    def forward(
        self,
        ends: Iterable[ResolvedNode],
        inputs: Mapping[str, Value],
        tensors: Mapping[TensorName, Value],
        counters: Counters,
        *,
        training: bool,
    ) -> "Forward":
        """Build everything that `ends` need. `inputs` holds the values of Input nodes by node id."""
        forward = Forward(self, tensors, counters, training)
        for node in self.upstream(ends):
            if isinstance(node.node, InputNode):
                forward.values[node.id] = (inputs[node.id],)
            else:
                forward.build(node)
        return forward


@dataclass(slots=True)
class Forward:
    """The values of one pass through the graph, by node id and output index.

    `updates` has the next values of running statistics that the pass asked for.
    """

    lowering: Lowering
    tensors: Mapping[TensorName, Value]
    counters: Counters
    training: bool
    values: dict[str, tuple[Value, ...]] = field(default_factory=dict)
    updates: dict[TensorName, Value] = field(default_factory=dict)

    def build(self, node: ResolvedNode) -> None:
        build = self._context(node)
        self.values[node.id] = node.node.build(build, *self.inputs_of(node))
        self.updates.update({tensor_name(node, name): value for name, value in build.updates.items()})

    def inputs_of(self, node: ResolvedNode) -> tuple[Value | None, ...]:
        return tuple(None if source is None else self.value(source) for source in node.sources)

    def value(self, port: PortReference) -> Value:
        node = self.lowering.resolution.nodes[port.node]
        return self.values[port.node][node.output_index(port.port)]

    def objective(self, end: End[OptimizerNode]) -> Value:
        return end.role.objective(self._context(end.resolved), *self.inputs_of(end.resolved))

    def measure(self, end: End[MetricNode]) -> Value:
        """What the metric finds in the batch."""
        return end.role.measure(self._context(end.resolved), *self.inputs_of(end.resolved))

    def _context(self, node: ResolvedNode) -> Build:
        return Build(
            inputs=node.input_types,
            parameters={name: self._tensor(tensor_name(node, name)) for name in node.parameters},
            float_dtype=self.lowering.float_dtype,
            batch_size=self.lowering.batch_size,
            training=self.training,
            seed=self.counters.seed,
            step=self.counters.step,
            stream=random_stream(node.id),
        )

    def _tensor(self, name: TensorName) -> Value:
        """A statistic that nodes share goes on from where the node before left it."""
        return self.updates.get(name, self.tensors[name])


def scalar(value: float, dtype: FloatDType) -> Value:
    return ops.constant(value, dtype)
