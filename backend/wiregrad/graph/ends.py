"""The nodes where a graph meets the world, under the names that people and programs use for them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from wiregrad.graph.flat import SEPARATOR
from wiregrad.graph.report import Problem
from wiregrad.graph.resolution import Resolution, ResolvedNode
from wiregrad.nodes import InputNode, MetricNode, Node, OptimizerNode, OutputNode, WatchNode

Role_co = TypeVar("Role_co", bound=Node, covariant=True)


@dataclass(frozen=True, slots=True)
class End(Generic[Role_co]):
    """A resolved node in its role, with its unique name."""

    name: str
    role: Role_co
    resolved: ResolvedNode


@dataclass(frozen=True, slots=True)
class Ends:
    """Optimizers in the order in which they step, all others in the document's."""

    inputs: tuple[End[InputNode], ...]
    outputs: tuple[End[OutputNode], ...]
    metrics: tuple[End[MetricNode], ...]
    optimizers: tuple[End[OptimizerNode], ...]
    watches: tuple[End[WatchNode], ...]


def find_ends(resolution: Resolution) -> Ends:
    """Name the ends. A second one of the same role and name is numbered: `loss`, `loss 2`."""
    inputs: list[End[InputNode]] = []
    outputs: list[End[OutputNode]] = []
    metrics: list[End[MetricNode]] = []
    optimizers: list[End[OptimizerNode]] = []
    watches: list[End[WatchNode]] = []
    for resolved in _in_document_order(resolution):
        match resolved.node:
            case InputNode() as role:
                inputs.append(End(_unused(role.input_name, inputs), role, resolved))
            case OutputNode() as role:
                outputs.append(End(_unused(role.output_name, outputs), role, resolved))
            case MetricNode() as role:
                metrics.append(End(_unused(role.metric_name, metrics), role, resolved))
            case OptimizerNode() as role:
                name = role.optimizer_name or resolved.title
                optimizers.append(End(_unused(name, optimizers), role, resolved))
            case WatchNode() as role:
                name = role.watch_name or resolved.title
                watches.append(End(_unused(name, watches), role, resolved))
            case _:
                pass
    stepping = sorted(optimizers, key=lambda end: end.role.step_order)
    return Ends(tuple(inputs), tuple(outputs), tuple(metrics), tuple(stepping), tuple(watches))


def optimized_paths(resolution: Resolution, end: End[OptimizerNode]) -> frozenset[str] | None:
    """The paths that an Optimizer's list names; inside a block, its neighbors' ids come first."""
    if end.role.optimized_nodes is None:
        return None
    expansion = resolution.expansion
    around = expansion.path(end.resolved.id).rpartition(SEPARATOR)[0]
    near = {target: f"{around}{SEPARATOR}{target}" for target in end.role.optimized_nodes if around}
    return frozenset(
        near[target] if target in near and expansion.is_known(near[target]) else target
        for target in end.role.optimized_nodes
    )


def duplicate_names(ends: Ends) -> list[Problem]:
    """Two Inputs or two Outputs of one name could not be told apart by whoever evaluates the graph."""
    inputs = [(end.role.input_name, end.resolved) for end in ends.inputs]
    outputs = [(end.role.output_name, end.resolved) for end in ends.outputs]
    return [*_duplicates(inputs), *_duplicates(outputs)]


def _in_document_order(resolution: Resolution) -> Iterable[ResolvedNode]:
    """Each node once, even where a faulty document repeats an id."""
    ids = dict.fromkeys(document.id for document in resolution.document.nodes)
    return (resolution.nodes[node_id] for node_id in ids if node_id in resolution.nodes)


def _unused(name: str, taken: Sequence[End[Node]]) -> str:
    names = {end.name for end in taken}
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name} {number}", number + 1
    return candidate


def _duplicates(named: Sequence[tuple[str, ResolvedNode]]) -> Iterable[Problem]:
    first: dict[str, ResolvedNode] = {}
    for name, node in named:
        if name in first:
            yield Problem(
                code="duplicate_name",
                message=f"{node.title} has the name {name!r}, which {first[name].title} has already.",
                node=node.id,
                expected="a name of its own",
                got=name,
                remedy="Change the setting name of one of them.",
            )
        first.setdefault(name, node)
