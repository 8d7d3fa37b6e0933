"""The wires of a document: which output feeds which input, in what order nodes follow, and what is wrong."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from wiregrad.graph.document import GraphDocument, PortReference, Wire
from wiregrad.graph.flat import reference
from wiregrad.graph.instances import Instances
from wiregrad.graph.report import Problem
from wiregrad.nodes import MetricNode, OptimizerNode, OutputNode, WatchNode, node_kind

ENDS = (OptimizerNode, OutputNode, MetricNode, WatchNode)
"""The kinds for whose sake everything else is computed."""

Incoming = Mapping[str, Mapping[str, PortReference]]
"""For each node, which output feeds each of its input ports."""

SHOWN_NODES = 6


@dataclass(slots=True)
class Wiring:
    """`order` is topological and leaves out what waits for a loop; `needed` is what some end depends on."""

    incoming: Incoming
    order: list[str]
    needed: set[str]
    problems: list[Problem] = field(default_factory=list)


def connect(document: GraphDocument, instances: Instances) -> Wiring:
    problems: list[Problem] = []
    incoming: dict[str, dict[str, PortReference]] = defaultdict(dict)
    ports = _Ports(instances)
    for wire in document.wires:
        problem = _wire_problem(wire, ports, incoming)
        if problem:
            problems.append(problem)
        else:
            incoming[wire.target.node][wire.target.port] = wire.source
    order = _topological_order(instances.documents, incoming)
    problems.extend(_loop_problems(_on_a_loop(set(instances.documents) - set(order), incoming), instances))
    return Wiring(incoming, order, _needed_by_ends(instances, incoming), problems)


class _Ports:
    """The names of nodes' ports, each node asked once."""

    def __init__(self, instances: Instances) -> None:
        self.instances = instances
        self._names: dict[tuple[str, str], dict[str, None]] = {}

    def names(self, node_id: str, direction: str) -> dict[str, None]:
        key = node_id, direction
        if key not in self._names:
            node = self.instances.nodes[node_id]
            ports = node.outputs() if direction == "output" else node.inputs()
            self._names[key] = dict.fromkeys(port.name for port in ports)
        return self._names[key]


def _wire_problem(wire: Wire, ports: _Ports, incoming: Incoming) -> Problem | None:
    instances = ports.instances
    for end, direction in ((wire.source, "output"), (wire.target, "input")):
        if end.node not in instances.documents:
            return _dangling(end)
        if end.node in instances.nodes:
            names = ports.names(end.node, direction)
            if end.port not in names:
                return unknown_port(end, direction, instances.title(end.node), names)
    if wire.target.port in incoming.get(wire.target.node, {}):
        return _port_taken(wire.target, instances)
    return None


def _dangling(end: PortReference) -> Problem:
    return Problem(
        code="dangling_wire",
        message=f"A wire refers to the node {end.node!r}, which does not exist.",
        expected="a node of this graph",
        got=end.node,
        remedy="Delete the wire.",
    )


def unknown_port(end: PortReference, direction: str, title: str, ports: Collection[str]) -> Problem:
    return Problem(
        code="unknown_port",
        message=f"{title} has no {direction} port {end.port!r}.",
        node=end.node,
        port=end.port,
        expected=", ".join(ports) or f"no {direction} ports",
        got=end.port,
        remedy="Delete the wire, or connect it to a port that the node has.",
    )


def _port_taken(target: PortReference, instances: Instances) -> Problem:
    return Problem(
        code="port_taken",
        message=f"Two wires end in {target.port!r} of {instances.title(target.node)}.",
        node=target.node,
        port=target.port,
        expected="at most one wire",
        got="two wires",
        remedy="Delete one of them, or add the values with an Add node first.",
    )


def _topological_order(nodes: Iterable[str], incoming: Incoming) -> list[str]:
    """Kahn's algorithm; nodes that wait for a loop are left out."""
    waiting = {node: len(incoming.get(node, {})) for node in nodes}
    readers: dict[str, list[str]] = defaultdict(list)
    for node, ports in incoming.items():
        for source in ports.values():
            readers[source.node].append(node)
    order = [node for node, count in waiting.items() if count == 0]
    for node in order:
        for reader in readers[node]:
            waiting[reader] -= 1
            if waiting[reader] == 0:
                order.append(reader)
    return order


def _on_a_loop(waiting: set[str], incoming: Incoming) -> list[str]:
    """Of the nodes that wait for a loop, those that are part of one: what they lead to waits as well."""
    reversed_wires: dict[str, dict[str, PortReference]] = defaultdict(dict)
    for node in waiting:
        for port, source in incoming.get(node, {}).items():
            if source.node in waiting:
                reversed_wires[source.node][f"{node}.{port}"] = reference(node, port)
    only_behind = set(_topological_order(sorted(waiting), reversed_wires))
    return sorted(waiting - only_behind)


def _loop_problems(looping: list[str], instances: Instances) -> Iterable[Problem]:
    names = ", ".join(instances.title(node) for node in looping[:SHOWN_NODES])
    for node in looping:
        yield Problem(
            code="cycle",
            message=f"{instances.title(node)} waits for its own result: {names} form a loop.",
            node=node,
            expected="wires that never lead back",
            got="a loop",
            remedy="Delete one wire of the loop.",
        )


def _needed_by_ends(instances: Instances, incoming: Incoming) -> set[str]:
    pending = [
        node_id
        for node_id, document in instances.documents.items()
        if not document.bypassed and (kind := node_kind(document.kind)) and issubclass(kind, ENDS)
    ]
    needed = set(pending)
    while pending:
        for source in incoming.get(pending.pop(), {}).values():
            if source.node not in needed:
                needed.add(source.node)
                pending.append(source.node)
    return needed
