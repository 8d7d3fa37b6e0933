"""Evaluation as IR: Outputs from Inputs, losses and metrics over a batch, with every tensor held still."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, TensorType, Value
from wiregrad.graph.ends import End, Ends
from wiregrad.graph.functions import FunctionBuilder
from wiregrad.graph.lowering import Counters, Forward, Lowering, TensorName, tensor_name
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.graph.step import read_inputs
from wiregrad.nodes import InputNode, Node, OutputNode

STILL = Counters(seed=ops.constant(0, "uint64"), step=ops.constant(0, "int64"))
"""Evaluation draws no random numbers that training would."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A function that reads `input/<name>` and keeps `tensor/<name>` between calls."""

    function: Function
    inputs: tuple[End[InputNode], ...]
    tensors: tuple[TensorName, ...]


def inputs_behind(
    lowering: Lowering, ends: Ends, wanted: Iterable[ResolvedNode]
) -> tuple[End[InputNode], ...]:
    """The Input nodes that the wanted nodes depend on."""
    upstream = {node.id for node in lowering.upstream(wanted)}
    return tuple(end for end in ends.inputs if end.resolved.id in upstream)


def output_evaluation(lowering: Lowering, ends: Ends, outputs: Sequence[End[OutputNode]]) -> Evaluation:
    """Writes `output/<name>`, with a leading batch axis where the value is batched."""
    builder = FunctionBuilder()
    evaluation, forward = _still_forward(builder, lowering, ends, [end.resolved for end in outputs])
    for end in outputs:
        (source,) = end.resolved.sources
        if source is None:
            raise AssertionError(f"an Output without a source was resolved: {end.name}")
        builder.write(f"output/{end.name}", forward.value(source))
    return _finished(builder, evaluation, "evaluate")


def measurement(lowering: Lowering, ends: Ends) -> Evaluation:
    """Writes `loss_sum/<optimizer>` (objective times batch size) and `metric/<metric>`."""
    builder = FunctionBuilder()
    wanted: list[End[Node]] = [*ends.optimizers, *ends.metrics]
    evaluation, forward = _still_forward(builder, lowering, ends, [end.resolved for end in wanted])
    samples = ops.constant(float(lowering.batch_size), lowering.float_dtype)
    for optimizer in ends.optimizers:
        builder.write(f"loss_sum/{optimizer.name}", ops.mul(forward.objective(optimizer), samples))
    for metric in ends.metrics:
        builder.write(f"metric/{metric.name}", forward.measure(metric))
    return _finished(builder, evaluation, "measure")


def read_still_tensors(
    builder: FunctionBuilder, lowering: Lowering, nodes: Iterable[ResolvedNode]
) -> dict[TensorName, Value]:
    """Declare the nodes' tensors, each by itself, to be loaded once and kept."""
    tensors: dict[TensorName, Value] = {}
    for node in nodes:
        for name, spec in node.parameters.items():
            full_name = tensor_name(node, name)
            if full_name in tensors:
                continue
            value = builder.read(f"tensor/{full_name}", TensorType(lowering.float_dtype, spec.shape))
            builder.carry(f"tensor/{full_name}", value)
            tensors[full_name] = value
    return tensors


@dataclass(frozen=True, slots=True)
class _Reads:
    inputs: tuple[End[InputNode], ...]
    tensors: tuple[TensorName, ...]


def _still_forward(
    builder: FunctionBuilder, lowering: Lowering, ends: Ends, wanted: Sequence[ResolvedNode]
) -> tuple[_Reads, Forward]:
    inputs = inputs_behind(lowering, ends, wanted)
    tensors = read_still_tensors(builder, lowering, lowering.upstream(wanted))
    values = read_inputs(builder, lowering, inputs)
    forward = lowering.forward(wanted, values, tensors, STILL, training=False)
    return _Reads(inputs, tuple(tensors)), forward


def _finished(builder: FunctionBuilder, reads: _Reads, name: str) -> Evaluation:
    return Evaluation(builder.function(name), reads.inputs, reads.tensors)
