"""Where a value comes from, past what only leads it on: ports of blocks, corners, bypassed nodes."""

from wiregrad.graph.bypass import Bypass
from wiregrad.graph.check import CheckedGraph
from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End
from wiregrad.nodes import InputNode
from wiregrad.nodes._passages import Passage
from wiregrad.nodes.reroute import Reroute


def origin(graph: CheckedGraph, source: PortReference | None) -> PortReference | None:
    """The output that makes the value which is read from `source`."""
    while source is not None and (entry := _entry(graph, source)) is not None:
        source = graph.resolution.nodes[source.node].sources[entry]
    return source


def _entry(graph: CheckedGraph, source: PortReference) -> int | None:
    """Which input of the node is passed on there; None if the node makes a value of its own."""
    found = graph.resolution.nodes[source.node]
    match found.node:
        case Passage() | Reroute():
            return 0
        case Bypass(passes=passes):
            names = [port.name for port in found.input_ports]
            return names.index(passes[source.port])
        case _:
            return None


def input_behind(graph: CheckedGraph, source: PortReference | None) -> End[InputNode] | None:
    """The Input whose very value is read from `source`, if there is one."""
    place = origin(graph, source)
    return next((end for end in graph.ends.inputs if place and end.resolved.id == place.node), None)
