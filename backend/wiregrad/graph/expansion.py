"""From a document with blocks to a flat one, before anything else looks at it.

Each use of a block (Block, Repeat, Cell) gives way to copies of the block's nodes, and the block's ports
become ordinary nodes that pass a value on. Pure: documents in, documents out; whatever is wrong is told as a
problem on the node that was drawn.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wiregrad.graph import block_problems as problems
from wiregrad.graph.copies import Copier, Copies, copies_of
from wiregrad.graph.definitions import Definition, Definitions, is_structure, use_of
from wiregrad.graph.document import MAX_NODES, GraphDocument, NodeDocument, PortReference, Wire
from wiregrad.graph.flat import SEPARATOR, DrawnWire, Expansion, FlatNode, Scope, Use, flat_wire, reference
from wiregrad.graph.instances import duplicate_id
from wiregrad.graph.report import PortPath, Problem
from wiregrad.graph.wiring import unknown_port
from wiregrad.nodes import BlockPort, BlockUse, node_kind


def expand(document: GraphDocument) -> Expansion:
    """Put blocks in the place of their uses. A document without structure stays as it is."""
    if not document.blocks and not any(map(is_structure, document.nodes)):
        return Expansion(document, tuple(map(_as_drawn, document.wires)))
    return _Expander(document).expansion()


def _as_drawn(wire: Wire) -> DrawnWire:
    source, target = wire.source, wire.target
    return DrawnWire(
        PortPath(node=source.node, port=source.port), PortPath(node=target.node, port=target.port), source
    )


Members = dict[str, Use | None]
"""The nodes of a scope by drawn id; those that stand for a block with what stands in their place."""


@dataclass
class _Expander:
    document: GraphDocument
    nodes: dict[str, FlatNode] = field(default_factory=dict)
    wires: list[Wire] = field(default_factory=list)
    drawn: list[DrawnWire] = field(default_factory=list)
    uses: dict[str, Use] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    sharing: dict[str, str] = field(default_factory=dict)
    """Under whose weights the sharing uses of each definition learn: the first one's."""
    replaced: dict[str, FlatNode] = field(default_factory=dict)
    too_large: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.definitions = Definitions(self.document)
        self.problems.extend(self.definitions.problems())

    def expansion(self) -> Expansion:
        top = Scope()
        self._refuse_too_many()
        members = self._members(top, self.document.nodes, self.document.wires)
        self._connect(top, self.document.wires, members)
        documents = tuple(node.document for node in self.nodes.values())
        flat = self.document.model_copy(update={"nodes": documents, "wires": tuple(self.wires), "blocks": ()})
        return Expansion(flat, tuple(self.drawn), self.nodes, self.replaced, self.uses, tuple(self.problems))

    def _refuse_too_many(self) -> None:
        """Nothing is copied before it is known that all of it fits."""
        total = 0
        for node in self.document.nodes:
            use = use_of(node)
            size = self.definitions.nodes_in(use) if use else 1
            if total + size > MAX_NODES:
                self.problems.append(problems.too_many(node, total + size, MAX_NODES))
                self.too_large.add(node.id)
            else:
                total += size

    def _members(self, scope: Scope, documents: Sequence[NodeDocument], wires: Sequence[Wire]) -> Members:
        members: Members = {}
        wired = {(wire.target.node, wire.target.port) for wire in wires}
        for document in documents:
            if document.id in members:
                self.problems.append(self._told(scope, duplicate_id(document)))
                continue
            members[document.id] = None
            if not is_structure(document):
                self._add(scope.flat(document))
            elif (use := use_of(document)) is not None:
                members[document.id] = self._use(scope, document, use, wired)
            else:
                self._port(scope, document)
        return members

    def _add(self, node: FlatNode) -> None:
        self.nodes[node.document.id] = node

    def _port(self, scope: Scope, document: NodeDocument) -> None:
        """A block's port, which its uses have made already; outside of a block, a mistake."""
        if scope.ids + document.id in self.nodes:
            return
        kind = node_kind(document.kind)
        if kind is None or not issubclass(kind, BlockPort) or not _is_legal(kind, document):
            self._add(scope.flat(document))  # its settings are reported with all others
            return
        self._add(scope.broken(document))
        if scope.inside:
            self.problems.append(self._told(scope, problems.duplicate_port(document)))
        else:
            self.problems.append(self._told(scope, problems.outside(document)))

    def _told(self, scope: Scope, problem: Problem) -> Problem:
        """With the id of the flat node; where it is told follows later, as for all others."""
        return problem.model_copy(update={"node": scope.ids + (problem.node or "")})

    def _use(
        self, scope: Scope, document: NodeDocument, use: BlockUse, wired: set[tuple[str, str]]
    ) -> Use | None:
        definition = self.definitions.known.get(use.block)
        if not scope.inside and document.id in self.too_large:
            self._add(scope.broken(document))
            return None
        refusal = self._refusal(scope, document, use, definition)
        if definition is None or refusal is not None:
            self._add(scope.broken(document))
            self.problems.extend([self._told(scope, refusal)] if refusal else [])
            return None
        self.replaced[scope.ids + document.id] = scope.flat(document)
        wired_ports = {port for node, port in wired if node == document.id}
        copies = copies_of(use, Copier(document, definition, scope, wired_ports, self.sharing))
        for copy in copies.parts:
            for node in copy.ports:
                self._add(node)
            members = self._members(copy.scope, definition.drawn.nodes, definition.drawn.wires)
            self._connect(copy.scope, definition.drawn.wires, members)
        return self._finished(scope, copies)

    def _refusal(
        self, scope: Scope, document: NodeDocument, use: BlockUse, definition: Definition | None
    ) -> Problem | None:
        """Why a use stays as it is."""
        if definition is None:
            return problems.unknown_block(document, use, self.definitions.known)
        if use.block in scope.inside:
            return problems.recursion(document, [*scope.inside, use.block], self.definitions.known)
        return problems.unsuitable(document, use, definition)

    def _finished(self, scope: Scope, copies: Copies) -> Use:
        for node in copies.results:
            self._add(node)
        self.wires.extend(copies.wires)
        if scope.shown:
            self.uses[copies.use.path] = copies.use
        return copies.use

    def _connect(self, scope: Scope, wires: Iterable[Wire], members: Members) -> None:
        for wire in wires:
            source = self._source(scope, wire.source, members)
            if scope.shown:
                self._draw(scope, wire, source)
            if source is not None:
                targets = self._targets(scope, wire.target, members)
                self.wires.extend(flat_wire(source, target) for target in targets)

    def _draw(self, scope: Scope, wire: Wire, source: PortReference | None) -> None:
        source_path, target_path = (
            PortPath(node=scope.paths + end.node, port=end.port) for end in (wire.source, wire.target)
        )
        carries = source or reference("", wire.source.port)
        self.drawn.append(DrawnWire(source_path, target_path, carries))

    def _source(self, scope: Scope, end: PortReference, members: Members) -> PortReference | None:
        use = members.get(end.node)
        if use is None:
            return self._plain(scope, end, members)
        if end.port not in use.sources:
            self._unknown_port(scope, end, "output", use)
        return use.sources.get(end.port)

    def _targets(self, scope: Scope, end: PortReference, members: Members) -> Sequence[PortReference]:
        use = members.get(end.node)
        if use is None:
            plain = self._plain(scope, end, members)
            return [] if plain is None else [plain]
        if end.port not in use.targets:
            self._unknown_port(scope, end, "input", use)
        return use.targets.get(end.port, [])

    def _plain(self, scope: Scope, end: PortReference, members: Members) -> PortReference | None:
        if end.node in members or not scope.inside:
            return reference(scope.ids + end.node, end.port)
        self._tell_use(scope, problems.dangling(end))
        return None

    def _unknown_port(self, scope: Scope, end: PortReference, direction: str, use: Use) -> None:
        ports = use.inputs if direction == "input" else use.outputs
        problem = unknown_port(end, direction, use.title, [port.name for port in ports])
        self.problems.append(self._told(scope, problem))

    def _tell_use(self, scope: Scope, problem: Problem) -> None:
        """What is wrong with a definition as a whole is told once, at the first use of it."""
        path = scope.paths.removesuffix(SEPARATOR)
        located = problem.model_copy(update={"node": path})
        same = problem.model_dump_json()
        if all(known.model_copy(update={"node": None}).model_dump_json() != same for known in self.problems):
            self.problems.append(located)


def _is_legal(kind: type[BlockPort], document: NodeDocument) -> bool:
    try:
        kind.model_validate(document.settings)
    except ValueError:
        return False
    return True
