"""Blocks put in place by hand: an independent, plain way to a graph without any."""

from wiregrad.graph import Graph, GraphDocument
from wiregrad.graph.document import BlockDefinition, NodeDocument, PortReference, Wire

JOINT = "__"


def by_hand(graph: Graph) -> Graph:
    """The same graph without blocks, for uses with weights of their own: `enc/conv` becomes `enc__conv`."""
    document = graph.document
    nodes, wires = list(document.nodes), list(document.wires)
    while use := next((node for node in nodes if node.kind == "Block"), None):
        (definition,) = (block for block in document.blocks if block.id == use.settings["block"])
        nodes.remove(use)
        nodes += [
            node.model_copy(update={"id": named(use, node.id)})
            for node in definition.nodes
            if node.kind not in ("BlockInput", "BlockOutput")
        ]
        wires = [*_around(use, definition, wires), *_between(use, definition)]
    return Graph(GraphDocument(nodes=tuple(nodes), wires=tuple(wires), training=document.training, blocks=()))


def named(use: NodeDocument, inner: str) -> str:
    return f"{use.id}{JOINT}{inner}"


def _ports(definition: BlockDefinition, kind: str) -> dict[str, str]:
    """Names of ports by the id of the node that draws them."""
    return {node.id: str(node.settings["name"]) for node in definition.nodes if node.kind == kind}


def _between(use: NodeDocument, definition: BlockDefinition) -> list[Wire]:
    ends = _ports(definition, "BlockInput") | _ports(definition, "BlockOutput")
    return [
        Wire(source=_inside(use, wire.source), target=_inside(use, wire.target))
        for wire in definition.wires
        if wire.source.node not in ends and wire.target.node not in ends
    ]


def _around(use: NodeDocument, definition: BlockDefinition, wires: list[Wire]) -> list[Wire]:
    """Wires at the use, led on to what is behind its ports; the other wires as they are."""
    entries, exits = _ports(definition, "BlockInput"), _ports(definition, "BlockOutput")
    found = []
    for wire in wires:
        targets = [wire.target]
        source = wire.source
        if wire.target.node == use.id:
            targets = [
                _inside(use, inner.target)
                for inner in definition.wires
                if entries.get(inner.source.node) == wire.target.port
            ]
        if wire.source.node == use.id:
            (source,) = (
                _inside(use, inner.source)
                for inner in definition.wires
                if exits.get(inner.target.node) == wire.source.port
            )
        found += [Wire(source=source, target=target) for target in targets]
    return found


def _inside(use: NodeDocument, port: PortReference) -> PortReference:
    return PortReference(node=named(use, port.node), port=port.port)
