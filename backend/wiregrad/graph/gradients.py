"""Where gradients flow through a graph: which wires are blue, and why the others are not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wiregrad.graph.bypass import Bypass
from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End, optimized_paths
from wiregrad.graph.flat import path_and_owners
from wiregrad.graph.lowering import TensorName, tensor_name
from wiregrad.graph.paths import Paths, objective_paths, output_paths
from wiregrad.graph.resolution import Resolution, ResolvedNode
from wiregrad.nodes import OptimizerNode
from wiregrad.nodes._passages import Passage

OutputIndex = tuple[str, int]
"""An output port, as node id and position."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """Whether a value carries gradient, and the sentence that says why or why not."""

    carries: bool
    reason: str


UNCONNECTED = Carrying(carries=False, reason="Nothing is connected here.")


@dataclass(slots=True)
class GradientFlow:
    """`ports` answers for every output port of a graph; nodes are added in topological order."""

    resolution: Resolution
    paths: dict[OutputIndex, Paths] = field(default_factory=dict)
    ports: dict[OutputIndex, Carrying] = field(default_factory=dict)

    def add(self, node: ResolvedNode) -> None:
        for index, paths in enumerate(output_paths(node)):
            self.paths[node.id, index] = paths
            self.ports[node.id, index] = self._carrying(node, paths)

    def at(self, port: PortReference) -> Carrying:
        return self.ports[self._index(port)]

    def into_objective(self, end: End[OptimizerNode]) -> Carrying:
        """Whether an Optimizer has anything to change."""
        return self._carrying(end.resolved, objective_paths(end.resolved))

    def tensors_changed_by(self, end: End[OptimizerNode]) -> list[TensorName]:
        """The trainable tensors that a gradient of the objective reaches, as far as the Optimizer may go."""
        reached = self._tensors_behind(end.resolved, objective_paths(end.resolved))
        names = (
            name
            for node in self.resolution.nodes.values()
            if node.parameters and self._may_change(end, node)
            for tensor in node.parameters
            if (name := tensor_name(node, tensor)) in reached
        )
        return list(dict.fromkeys(names))

    def _may_change(self, end: End[OptimizerNode], node: ResolvedNode) -> bool:
        """Whether the Optimizer's list has the node, or a use of a block that it is inside of."""
        targets = optimized_paths(self.resolution, end)
        path = self.resolution.expansion.path(node.id)
        return targets is None or any(whole in targets for whole in path_and_owners(path))

    def _tensors_behind(self, node: ResolvedNode, paths: Paths) -> set[TensorName]:
        """Walk backward over differentiable paths, collecting what can be trained."""
        pending = list(self._differentiable_sources(node, paths))
        seen, tensors = set(pending), set()
        while pending:
            index = pending.pop()
            node, paths = self.resolution.nodes[index[0]], self.paths[index]
            tensors |= {tensor_name(node, tensor) for tensor in paths.tensors}
            new = set(self._differentiable_sources(node, paths)) - seen
            seen |= new
            pending.extend(new)
        return tensors

    def _differentiable_sources(self, node: ResolvedNode, paths: Paths) -> Iterable[OutputIndex]:
        for source, passes in zip(node.sources, paths.inputs, strict=True):
            if source is not None and passes:
                yield self._index(source)

    def _carrying(self, node: ResolvedNode, paths: Paths) -> Carrying:
        if isinstance(node.node, Passage | Bypass) and any(paths.inputs):
            source = node.sources[paths.inputs.index(True)]
            return UNCONNECTED if source is None else self.at(source)
        if paths.tensors:
            return Carrying(carries=True, reason=f"{node.title} has values that can be trained.")
        upstream = [UNCONNECTED if source is None else self.at(source) for source in node.sources]
        for port, passes, state in zip(node.input_ports, paths.inputs, upstream, strict=True):
            if passes and state.carries:
                return Carrying(carries=True, reason=f"{node.title} passes on the gradient of {port.name!r}.")
        return Carrying(carries=False, reason=_why_not(node, paths, upstream))

    def _index(self, port: PortReference) -> OutputIndex:
        return port.node, self.resolution.nodes[port.node].output_index(port.port)


def find_gradients(resolution: Resolution) -> GradientFlow:
    flow = GradientFlow(resolution)
    for node in resolution.nodes.values():
        flow.add(node)
    return flow


def _why_not(node: ResolvedNode, paths: Paths, upstream: Sequence[Carrying]) -> str:
    """The nearest reason: lost here, frozen here, never there, or whatever was said further upstream."""
    for block, state in zip(paths.blocks, upstream, strict=True):
        if block is not None and state.carries:
            return f"The gradient is lost in {_title_and_kind(node)}: {block.reason}."
    if node.parameters:
        return f"{node.title} is frozen: its values are not trained."
    if not node.input_ports:
        return f"{_article(node.document.kind)} {node.document.kind} has nothing to change."
    return next((state.reason for state in upstream if state is not UNCONNECTED), UNCONNECTED.reason)


def _title_and_kind(node: ResolvedNode) -> str:
    kind = type(node.node).title
    return kind if node.title == kind else f"{node.title} ({kind})"


def _article(noun: str) -> str:
    return "An" if noun[0] in "AEIOU" else "A"
