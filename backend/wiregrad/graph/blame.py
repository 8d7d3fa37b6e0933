"""Where a number that is not finite came from: the first node that made one out of numbers that were."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import tensor_name
from wiregrad.graph.resolution import Resolution, ResolvedNode
from wiregrad.graph.tracing import Trace
from wiregrad.nodes import OptimizerNode


@dataclass(frozen=True, slots=True)
class Blame:
    """The node, and which of its numbers are the first that are not finite.

    `name` is an output port for a value, an input port or a tensor for a gradient, a tensor for weights, and
    empty for the loss of an Optimizer. `largest` is the largest absolute number that the node was given.
    """

    node: ResolvedNode
    what: Literal["value", "gradient", "weights", "loss"]
    name: str
    count: int
    total: int
    largest: float


def first_not_finite(resolution: Resolution, optimizer: End[OptimizerNode], trace: Trace) -> Blame | None:
    """Forward from the inputs to the loss, then backward from the loss; None if everything is finite."""
    nodes = _behind(resolution, optimizer.resolved)
    found = next(_forward(nodes, trace), None) or next(_objective(optimizer, trace), None)
    return found or next(_backward(nodes, trace), None)


def _behind(resolution: Resolution, end: ResolvedNode) -> list[ResolvedNode]:
    """The nodes that the loss depends on, in topological order."""
    wanted = {end.id}
    for node in reversed(resolution.nodes.values()):
        if node.id in wanted:
            wanted |= {source.node for source in node.sources if source is not None}
    return [node for node in resolution.nodes.values() if node.id in wanted]


def _forward(nodes: Iterable[ResolvedNode], trace: Trace) -> Iterator[Blame]:
    for node in nodes:
        for name in node.parameters:
            yield from _bad(node, "weights", name, trace.values.get(tensor_name(node, name)), 0.0)
        for port in node.output_ports:
            value = trace.values.get(f"{node.id}.{port.name}")
            yield from _bad(node, "value", port.name, value, _largest(node, trace))


def _objective(optimizer: End[OptimizerNode], trace: Trace) -> Iterator[Blame]:
    node = optimizer.resolved
    yield from _bad(node, "loss", "", np.asarray(trace.loss), _largest(node, trace))


def _backward(nodes: list[ResolvedNode], trace: Trace) -> Iterator[Blame]:
    for node in reversed(nodes):
        largest = _largest(node, trace)
        for name in node.parameters:
            yield from _bad(node, "gradient", name, trace.gradients.get(tensor_name(node, name)), largest)
        for port, source in zip(node.input_ports, node.sources, strict=True):
            yield from _bad(node, "gradient", port.name, _sent(source, trace.gradients), largest)


def _bad(
    node: ResolvedNode,
    what: Literal["value", "gradient", "weights", "loss"],
    name: str,
    array: Array | None,
    largest: float,
) -> Iterator[Blame]:
    if array is None or array.dtype.kind != "f":
        return
    count = int(array.size - np.isfinite(array).sum())
    if count:
        yield Blame(node, what, name, count, array.size, largest)


def _largest(node: ResolvedNode, trace: Trace) -> float:
    given = [_sent(source, trace.values) for source in node.sources]
    numbers = [np.abs(array).max() for array in given if array is not None and array.size]
    return float(max(numbers, default=0.0))


def _sent(source: PortReference | None, arrays: Mapping[str, Array]) -> Array | None:
    return None if source is None else arrays.get(f"{source.node}.{source.port}")
