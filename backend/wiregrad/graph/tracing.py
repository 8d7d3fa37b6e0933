"""One training step laid open as IR: the value and the gradient of every output port and every tensor."""

from collections.abc import Collection
from dataclasses import dataclass

from wiregrad.engine.autodiff import gradients
from wiregrad.engine.ir import Function, TensorType, Value
from wiregrad.graph.ends import End, Ends
from wiregrad.graph.evaluation import inputs_behind, read_still_tensors
from wiregrad.graph.functions import FunctionBuilder
from wiregrad.graph.layout import Array, Arrays
from wiregrad.graph.lowering import Counters, Forward, Lowering, TensorName
from wiregrad.graph.step import read_inputs
from wiregrad.nodes import OptimizerNode


@dataclass(frozen=True, slots=True)
class Trace:
    """What one step computes before it moves anything.

    `values` and `gradients` are keyed by `node.port` for wires and `node.tensor` for tensors; a gradient is
    that of `loss`, and is missing where none flows.
    """

    loss: float
    values: dict[str, Array]
    gradients: dict[str, Array]


def trace_function(
    lowering: Lowering, ends: Ends, optimizer: End[OptimizerNode], only: Collection[str] | None = None
) -> Function:
    """Writes `loss`, `value/<key>` and `gradient/<key>`; reads `input/<name>`, `seed` and `step`.

    With `only`, nothing but the ports and tensors of these nodes is written.
    """
    builder = FunctionBuilder()
    nodes = list(lowering.resolution.nodes.values())
    counters = Counters(
        builder.read("seed", TensorType("uint64", ())), builder.read("step", TensorType("int64", ()))
    )
    tensors = read_still_tensors(builder, lowering, nodes)
    inputs = read_inputs(builder, lowering, inputs_behind(lowering, ends, nodes))
    forward = lowering.forward(nodes, inputs, tensors, counters, training=True)
    loss = forward.objective(optimizer)
    builder.write("loss", loss)
    found = _ports(forward) | tensors
    wanted = found if only is None else {k: v for k, v in found.items() if k.rpartition(".")[0] in only}
    _write_all(builder, loss, wanted)
    return builder.function("trace")


def traced(results: Arrays) -> Trace:
    """The trace in what a trace function wrote, as copies that outlast its next call."""
    return Trace(float(results["loss"]), _under("value/", results), _under("gradient/", results))


def _under(prefix: str, arrays: Arrays) -> dict[str, Array]:
    return {name[len(prefix) :]: array.copy() for name, array in arrays.items() if name.startswith(prefix)}


def _ports(forward: Forward) -> dict[str, Value]:
    """Of every node, and of what stands for a block, unless it is left out."""
    uses = forward.lowering.resolution.expansion.uses.values()
    return {
        f"{use.path}.{port}": forward.value(source)
        for use in uses
        for port, source in use.sources.items()
        if source.node in forward.values
    } | {
        f"{node.id}.{port.name}": value
        for node in forward.lowering.resolution.nodes.values()
        for port, value in zip(node.output_ports, forward.values[node.id], strict=True)
    }


def _write_all(builder: FunctionBuilder, loss: Value, values: dict[TensorName, Value]) -> None:
    found = gradients(loss, list(values.values()))
    for (key, value), gradient in zip(values.items(), found, strict=True):
        builder.write(f"value/{key}", value)
        if gradient is not None:
            builder.write(f"gradient/{key}", gradient)
