"""`check`: everything that is wrong with a graph, and what flows on every wire.

Pure, and allocates no tensor.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from wiregrad.graph.document import GraphDocument, PortReference
from wiregrad.graph.ends import End, Ends, duplicate_names, find_ends
from wiregrad.graph.gradients import GradientFlow, find_gradients
from wiregrad.graph.report import (
    InputPortReport,
    NodeReport,
    OutputPortReport,
    Problem,
    Report,
    Totals,
    ValueReport,
    WireReport,
)
from wiregrad.graph.resolution import Resolution, ResolvedNode, resolve
from wiregrad.nodes import OptimizerNode, node_kind


@dataclass(frozen=True, slots=True)
class CheckedGraph:
    """What checking found, in the form that lowering goes on from."""

    document: GraphDocument
    resolution: Resolution
    flow: GradientFlow
    ends: Ends
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")


def analyze(document: GraphDocument) -> CheckedGraph:
    resolution = resolve(document)
    flow = find_gradients(resolution)
    ends = find_ends(resolution)
    problems = [
        *resolution.problems,
        *duplicate_names(ends),
        *_optimizer_problems(resolution, flow, ends),
        *_nothing_to_do(document),
    ]
    return CheckedGraph(document, resolution, flow, ends, tuple(problems))


def check(document: GraphDocument) -> Report:
    """Report on a document; never raises for anything that a document can contain."""
    return report_on(analyze(document))


def report_on(graph: CheckedGraph) -> Report:
    nodes = {node_id: _node_report(graph, node_id) for node_id in graph.resolution.instances}
    return Report(
        problems=graph.problems,
        nodes=nodes,
        wires=tuple(
            WireReport(source=wire.source, target=wire.target, value=_value_report(graph, wire.source))
            for wire in graph.document.wires
        ),
        totals=_totals(graph, nodes.values()),
    )


def _optimizer_problems(resolution: Resolution, flow: GradientFlow, ends: Ends) -> Iterable[Problem]:
    for end in ends.optimizers:
        yield from _unknown_targets(resolution, end)
        carrying = flow.into_objective(end)
        if not carrying.carries:
            yield _nothing_to_train(end, carrying.reason)
        elif not flow.tensors_changed_by(end):
            yield _list_excludes_all(end)


def _nothing_to_train(end: End[OptimizerNode], reason: str) -> Problem:
    return Problem(
        code="no_gradient",
        message=f"{end.resolved.title} has nothing to train: its loss carries no gradient. {reason}",
        node=end.resolved.id,
        port=end.resolved.input_ports[0].name,
        expected="a value that carries gradient (a blue wire)",
        got="a value without gradient (a grey wire)",
        remedy="Connect a value that depends on a Parameter or on a layer with weights, such as Linear.",
    )


def _list_excludes_all(end: End[OptimizerNode]) -> Problem:
    return Problem(
        code="no_gradient",
        message=f"{end.resolved.title} has nothing to train: no node of its list reaches its loss.",
        node=end.resolved.id,
        expected="at least one node with trainable values that reaches the loss",
        got=", ".join(end.role.optimized_nodes or ()) or "an empty list",
        remedy="Add such a node to the Optimizer's list, or let it optimize all nodes.",
    )


def _unknown_targets(resolution: Resolution, end: End[OptimizerNode]) -> Iterable[Problem]:
    known = {node.id for node in resolution.document.nodes}
    for target in end.role.optimized_nodes or ():
        if target not in known:
            yield Problem(
                code="setting",
                message=f"{end.resolved.title} is told to optimize {target!r}, which does not exist.",
                node=end.resolved.id,
                expected="ids of nodes of this graph",
                got=target,
                remedy="Take it out of the Optimizer's list.",
            )


def _nothing_to_do(document: GraphDocument) -> Iterable[Problem]:
    """A drawing without an Optimizer is legal: it can be evaluated. It only cannot be trained."""
    kinds = (node_kind(node.kind) for node in document.nodes)
    if document.nodes and not any(kind and issubclass(kind, OptimizerNode) for kind in kinds):
        yield Problem(
            severity="warning",
            code="no_optimizer",
            message="Nothing is trained: the graph has no Optimizer.",
            expected="an Optimizer at the value to minimize",
            got="none",
            remedy="Add an Optimizer and connect it to your loss.",
        )


def _node_report(graph: CheckedGraph, node_id: str) -> NodeReport:
    """Ports are known as soon as the settings are legal; costs, once the inputs are typed."""
    node = graph.resolution.instances[node_id]
    resolved = graph.resolution.nodes.get(node_id)
    return NodeReport(
        inputs=tuple(InputPortReport.model_validate(port, from_attributes=True) for port in node.inputs()),
        outputs=tuple(
            OutputPortReport(
                name=port.name,
                description=port.description,
                value=_value_report(graph, PortReference(node=node_id, port=port.name)),
            )
            for port in node.outputs()
        ),
        parameters=sum(spec.size for spec in resolved.parameters.values()) if resolved else 0,
        multiply_adds=node.multiply_adds(*resolved.input_types) if resolved else 0,
        activation_bytes=_activation_bytes(resolved, graph.document) if resolved else 0,
    )


def _value_report(graph: CheckedGraph, port: PortReference) -> ValueReport | None:
    resolved = graph.resolution.nodes.get(port.node)
    if resolved is None or port.port not in {output.name for output in resolved.output_ports}:
        return None
    value = resolved.output_type(port.port)
    carrying = graph.flow.at(port)
    return ValueReport(
        dtype=value.dtype,
        shape=value.shape,
        batched=value.batched,
        carries_gradient=carrying.carries,
        reason=carrying.reason,
    )


def _activation_bytes(node: ResolvedNode, document: GraphDocument) -> int:
    return sum(value.tensor(1, document.training.dtype).nbytes for value in node.output_types)


def _totals(graph: CheckedGraph, nodes: Iterable[NodeReport]) -> Totals:
    reports = list(nodes)
    specs = [spec for node in graph.resolution.nodes.values() for spec in node.parameters.values()]
    return Totals(
        parameters=sum(spec.size for spec in specs),
        trainable_parameters=sum(spec.size for spec in specs if spec.trainable),
        multiply_adds=sum(report.multiply_adds for report in reports),
        activation_bytes=sum(report.activation_bytes for report in reports),
    )
