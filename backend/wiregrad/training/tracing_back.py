"""Where a value of a graph comes from, past what only leads it on: ports of blocks, and corners of wires."""

from wiregrad.graph.check import CheckedGraph
from wiregrad.graph.document import PortReference
from wiregrad.graph.ends import End
from wiregrad.nodes import InputNode
from wiregrad.nodes._passages import Passage
from wiregrad.nodes.reroute import Reroute


def origin(graph: CheckedGraph, source: PortReference | None) -> PortReference | None:
    """The output that makes the value which is read from `source`."""
    while source is not None and isinstance(graph.resolution.nodes[source.node].node, Passage | Reroute):
        source = graph.resolution.nodes[source.node].sources[0]
    return source


def input_behind(graph: CheckedGraph, source: PortReference | None) -> End[InputNode] | None:
    """The Input whose very value is read from `source`, if there is one."""
    place = origin(graph, source)
    return next((end for end in graph.ends.inputs if place and end.resolved.id == place.node), None)
