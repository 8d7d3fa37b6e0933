"""`check`: everything that is wrong with a graph, and what flows on every wire.

Pure, and allocates no tensor.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from wiregrad.graph.document import GraphDocument
from wiregrad.graph.ends import End, Ends, duplicate_names, find_ends, optimized_paths
from wiregrad.graph.gradients import GradientFlow, find_gradients
from wiregrad.graph.report import Problem, Report
from wiregrad.graph.reporting import report_of
from wiregrad.graph.resolution import Resolution, resolve
from wiregrad.nodes import Node, OptimizerNode, node_kind


@dataclass(frozen=True, slots=True)
class CheckedGraph:
    """What checking found, in the form that lowering goes on from; `document` is the one that was drawn."""

    document: GraphDocument
    resolution: Resolution
    flow: GradientFlow
    ends: Ends
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def with_nodes(self, nodes: Mapping[str, Node]) -> "CheckedGraph":
        """The same with other settings of some nodes, by id, that change no type and no gradient."""
        if not nodes:
            return self
        changed = {name: replace(self.resolution.nodes[name], node=node) for name, node in nodes.items()}
        resolution = replace(self.resolution, nodes={**self.resolution.nodes, **changed})
        return replace(self, resolution=resolution, ends=find_ends(resolution))


def analyze(document: GraphDocument) -> CheckedGraph:
    resolution = resolve(document)
    flow = find_gradients(resolution)
    ends = find_ends(resolution)
    problems = [
        *resolution.problems,
        *duplicate_names(ends),
        *_optimizer_problems(resolution, flow, ends),
        *_nothing_to_do(resolution),
    ]
    return CheckedGraph(document, resolution, flow, ends, resolution.expansion.told(problems))


def check(document: GraphDocument) -> Report:
    """Report on a document; never raises for anything that a document can contain."""
    return report_on(analyze(document))


def report_on(graph: CheckedGraph) -> Report:
    return report_of(graph.resolution, graph.flow, graph.ends, graph.problems)


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
    for target in sorted(optimized_paths(resolution, end) or ()):
        if not resolution.expansion.is_known(target):
            yield Problem(
                code="setting",
                message=f"{end.resolved.title} is told to optimize {target!r}, which does not exist.",
                node=end.resolved.id,
                expected="ids of nodes of this graph",
                got=target,
                remedy="Take it out of the Optimizer's list.",
            )


def _nothing_to_do(resolution: Resolution) -> Iterable[Problem]:
    """A drawing without an Optimizer is legal: it can be evaluated. It only cannot be trained."""
    nodes, left_out = resolution.document.nodes, resolution.expansion.left_out
    kinds = (node_kind(node.kind) for node in nodes if not node.bypassed and node.id not in left_out)
    if nodes and not any(kind and issubclass(kind, OptimizerNode) for kind in kinds):
        yield Problem(
            severity="warning",
            code="no_optimizer",
            message="Nothing is trained: the graph has no Optimizer.",
            expected="an Optimizer at the value to minimize",
            got="none",
            remedy="Add an Optimizer and connect it to your loss.",
        )
