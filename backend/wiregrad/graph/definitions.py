"""The blocks that a document defines: their ports, and how many nodes a use of one stands for."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pydantic import ValidationError

from wiregrad.graph.document import BlockDefinition, GraphDocument, NodeDocument
from wiregrad.graph.report import Problem
from wiregrad.nodes import BlockPort, BlockUse, StructureNode, node_kind
from wiregrad.nodes.block_input import BlockInput
from wiregrad.nodes.block_output import BlockOutput
from wiregrad.nodes.cell import Cell
from wiregrad.nodes.repeat import Repeat


@dataclass(frozen=True, slots=True)
class Entry:
    """An input port of a block."""

    document: NodeDocument
    node: BlockInput


@dataclass(frozen=True)
class Definition:
    """A block with its ports by name; `ports` has the settings of every port node that is in order, by id."""

    drawn: BlockDefinition
    ports: Mapping[str, BlockPort]

    @cached_property
    def entries(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for document in self.drawn.nodes:
            node = self.ports.get(document.id)
            if isinstance(node, BlockInput):
                found.setdefault(node.port_name, Entry(document, node))
        return found

    @cached_property
    def exits(self) -> dict[str, NodeDocument]:
        found: dict[str, NodeDocument] = {}
        for document in self.drawn.nodes:
            node = self.ports.get(document.id)
            if isinstance(node, BlockOutput):
                found.setdefault(node.port_name, document)
        return found

    @property
    def title(self) -> str:
        return self.drawn.name or self.drawn.id


@dataclass
class Definitions:
    """By id; the first of two with the same id counts."""

    document: GraphDocument
    known: dict[str, Definition] = field(default_factory=dict)
    _sizes: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for block in self.document.blocks:
            self.known.setdefault(block.id, Definition(block, dict(_ports(block))))

    def problems(self) -> Iterable[Problem]:
        counts = Counter(block.id for block in self.document.blocks)
        for block_id, count in counts.items():
            if count > 1:
                yield Problem(
                    code="duplicate_id",
                    message=f"Two blocks have the id {block_id!r}; the second one is ignored.",
                    expected="an id of its own",
                    got=block_id,
                    remedy="Give one of them another id.",
                )

    def nodes_in(self, use: BlockUse) -> int:
        """How many nodes stand in the place of a use, without making them."""
        return _copies(use) * self._size(use.block)

    def _size(self, block: str) -> int:
        if block not in self._sizes:
            self._sizes[block] = 1  # what contains itself has no size, and is refused elsewhere
            definition = self.known.get(block)
            nodes = definition.drawn.nodes if definition else ()
            self._sizes[block] = sum(self._weight(node) for node in nodes)
        return self._sizes[block]

    def _weight(self, document: NodeDocument) -> int:
        use = use_of(document)
        return 1 if use is None else self.nodes_in(use)


def is_structure(document: NodeDocument) -> bool:
    kind = node_kind(document.kind)
    return kind is not None and issubclass(kind, StructureNode)


def use_of(document: NodeDocument) -> BlockUse | None:
    """The settings of a node that stands for a block; `None` for other nodes, and for illegal settings."""
    kind = node_kind(document.kind)
    if kind is None or not issubclass(kind, BlockUse):
        return None
    try:
        return kind.model_validate(document.settings)
    except ValidationError:
        return None


def _ports(block: BlockDefinition) -> Iterable[tuple[str, BlockPort]]:
    for document in block.nodes:
        kind = node_kind(document.kind)
        if kind is not None and issubclass(kind, BlockPort):
            try:
                yield document.id, kind.model_validate(document.settings)
            except ValidationError:
                continue  # reported where every node's settings are


def _copies(use: BlockUse) -> int:
    match use:
        case Repeat():
            return use.times
        case Cell():
            return use.steps
        case _:
            return 1
