"""What expanding a document leaves behind: flat nodes and wires, and the way back to what was drawn.

A drawn node has a path, such as `enc/conv` for the node `conv` of the block that `enc` stands for. Paths are
what people, reports and tensors go by. Where a block is copied (repetitions, steps of time), the first copy's
nodes have their path for an id and the others a number: `enc#2/conv`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from wiregrad.graph.document import GraphDocument, NodeDocument, PortReference, Wire
from wiregrad.graph.report import PortPath, Problem
from wiregrad.nodes import Node, Port

SEPARATOR = "/"


def reference(node: str, port: str) -> PortReference:
    """A reference to a port of a flat node, whose id is no identifier of documents."""
    return PortReference.model_construct(node=node, port=port)


def path_and_owners(path: str) -> Iterable[str]:
    """`a/b/c`, then what it is inside of: `a/b` and `a`."""
    while path:
        yield path
        path = path.rpartition(SEPARATOR)[0]


def flat_wire(source: PortReference, target: PortReference) -> Wire:
    return Wire.model_construct(source=source, target=target)


@dataclass(frozen=True, slots=True)
class FlatNode:
    """A node of the flat document, under an id that is its own.

    `path` is the drawn node; `drawn`, the same for every use of a definition, tells which node of which
    definition that is. Problems are told `at` a path, which for the port of a block is that of the use.
    `owners` are the paths of the uses that it counts for. `node` is there if it was made by expanding, and
    `broken` if it cannot be made. Those that are `left_out`, inside of a bypassed use, only tell their types.
    """

    document: NodeDocument
    path: str
    at: str
    drawn: tuple[str, str]
    weights: str
    shown: bool
    note: str = ""
    owners: tuple[str, ...] = ()
    node: Node | None = None
    broken: bool = False
    visible: tuple[bool, bool] = (True, True)
    left_out: bool = False


@dataclass(slots=True)
class Use:
    """A node that stood for a block: its ports, where wires into them lead, and where its outputs are."""

    path: str
    title: str
    inputs: tuple[Port, ...] = ()
    outputs: tuple[Port, ...] = ()
    targets: dict[str, list[PortReference]] = field(default_factory=dict)
    sources: dict[str, PortReference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DrawnWire:
    """A wire as a person sees it; `carries` is the flat output whose value it shows."""

    source: PortPath
    target: PortPath
    carries: PortReference


@dataclass(frozen=True)
class Expansion:
    """`document` has no structure any more.

    Where there was some, `nodes` knows each of its nodes by id, and `replaced` each use that gave way.
    """

    document: GraphDocument
    wires: tuple[DrawnWire, ...]
    nodes: Mapping[str, FlatNode] = field(default_factory=dict)
    replaced: Mapping[str, FlatNode] = field(default_factory=dict)
    uses: Mapping[str, Use] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def path(self, node: str) -> str:
        """What people call a flat node."""
        flat = self.nodes.get(node)
        return flat.path if flat else node

    def weights(self, node: str) -> str:
        """Under whose name the tensors of a flat node are kept."""
        flat = self.nodes.get(node)
        return flat.weights if flat else node

    def drawn(self, node: str) -> tuple[str, str]:
        """Where a flat node is drawn: its definition, empty for the graph itself, and its id there."""
        flat = self.nodes.get(node)
        return flat.drawn if flat else ("", node)

    @cached_property
    def left_out(self) -> frozenset[str]:
        """The flat nodes inside of bypassed uses."""
        return frozenset(node_id for node_id, node in self.nodes.items() if node.left_out)

    def is_known(self, path: str) -> bool:
        return path in self.uses or any(self.path(node.id) == path for node in self.document.nodes)

    def told(self, problems: Iterable[Problem]) -> tuple[Problem, ...]:
        """The problems where a person finds them, and each once: not again for every use of a block."""
        told: dict[object, Problem] = {}
        for number, problem in enumerate(problems):
            flat = self.nodes.get(problem.node or "") or self.replaced.get(problem.node or "")
            if flat is None:
                told[number] = problem
                continue
            located = problem.model_copy(update={"node": flat.at})
            key = (flat.drawn, located.model_copy(update={"node": None}).model_dump_json())
            if key not in told and flat.note:
                located = located.model_copy(update={"message": f"{located.message} ({flat.note})"})
            told.setdefault(key, located)
        return tuple(told.values())


@dataclass(frozen=True, slots=True)
class Scope:
    """Where expanding is: prefixes of ids, paths and weights, and the definitions on the way there."""

    ids: str = ""
    paths: str = ""
    weights: str = ""
    definition: str = ""
    note: str = ""
    shown: bool = True
    owners: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    left_out: bool = False

    def flat(self, document: NodeDocument) -> FlatNode:
        path = self.paths + document.id
        return FlatNode(
            document.model_copy(update={"id": self.ids + document.id}),
            path=path,
            at=path,
            drawn=(self.definition, document.id),
            weights=self.weights + document.id,
            shown=self.shown,
            note=self.note,
            owners=self.owners,
            left_out=self.left_out,
        )

    def broken(self, document: NodeDocument) -> FlatNode:
        """Keep the place of a node that cannot be made, for what depends on it."""
        return replace(self.flat(document), broken=True)
