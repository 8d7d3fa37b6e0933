"""What can be wrong with blocks and their uses, in words."""

from collections.abc import Mapping, Sequence

from wiregrad.graph.definitions import Definition
from wiregrad.graph.document import NodeDocument, PortReference
from wiregrad.graph.instances import title_of
from wiregrad.graph.report import Problem
from wiregrad.nodes import BlockUse
from wiregrad.nodes.cell import Cell
from wiregrad.nodes.repeat import Repeat

CODE = "block"


def unknown_block(document: NodeDocument, use: BlockUse, known: Mapping[str, Definition]) -> Problem:
    names = ", ".join(known)
    found = f"stands for the block {use.block!r}, which this graph does not have" if use.block else ""
    return Problem(
        code=CODE,
        message=f"{title_of(document)} {found or 'does not say which block it stands for'}.",
        node=document.id,
        expected=f"one of the graph's blocks: {names}" if names else "a block of this graph; there is none",
        got=use.block or "none",
        remedy="Choose a block in its settings, or delete the node.",
    )


def recursion(document: NodeDocument, way: Sequence[str], known: Mapping[str, Definition]) -> Problem:
    names = " in ".join(f"“{known[block].title}”" for block in reversed(way[way.index(way[-1]) :]))
    return Problem(
        code="recursion",
        message=f"A block cannot contain itself: {names}.",
        node=document.id,
        expected="blocks that contain only other blocks",
        got=names,
        remedy="Delete this node, or let it stand for another block.",
    )


def too_many(document: NodeDocument, total: int, limit: int) -> Problem:
    return Problem(
        code="limit",
        message=f"{title_of(document)} brings the graph to {total:,} nodes, counting those inside of blocks.",
        node=document.id,
        expected=f"at most {limit:,} nodes",
        got=f"{total:,}",
        remedy="Choose fewer repetitions or steps, or a smaller block.",
    )


def unsuitable(document: NodeDocument, use: BlockUse, definition: Definition) -> Problem | None:
    """What a Repeat or a Cell asks of a block beyond what every use does."""
    match use:
        case Repeat() if not definition.entries or not definition.exits:
            return _no_ports(document, definition)
        case Cell():
            return _unknown_constants(document, use, definition) or _taken_name(document, definition)
        case _:
            return None


def _no_ports(document: NodeDocument, definition: Definition) -> Problem:
    return Problem(
        code=CODE,
        message=f"{title_of(document)} feeds the block's first output to its first input.",
        node=document.id,
        expected="a block with at least one input and one output",
        got=f"{len(definition.entries)} inputs and {len(definition.exits)} outputs in {definition.title}",
        remedy=f"Add a Block input and a Block output to {definition.title}.",
    )


def _unknown_constants(document: NodeDocument, use: Cell, definition: Definition) -> Problem | None:
    free = [name for name in definition.entries if name not in definition.exits]
    unknown = [name for name in use.constants if name not in free]
    if not unknown:
        return None
    return Problem(
        code="setting",
        message=f"{title_of(document)}: constants: {unknown[0]!r} is no input that could be constant.",
        node=document.id,
        expected=f"names among {', '.join(free)}" if free else "no names: every input is a state",
        got=", ".join(unknown),
        remedy="Take the name out of the constants.",
    )


def _taken_name(document: NodeDocument, definition: Definition) -> Problem | None:
    states = [name for name in definition.entries if name in definition.exits]
    taken = [name for name in states if f"last_{name}" in definition.exits]
    if not taken:
        return None
    return Problem(
        code="duplicate_name",
        message=f"{title_of(document)} has an output last_{taken[0]} for the state {taken[0]!r} already.",
        node=document.id,
        expected="another name for the block's output",
        got=f"last_{taken[0]}",
        remedy=f"Rename the Block output in {definition.title}.",
    )


def outside(document: NodeDocument) -> Problem:
    return Problem(
        code=CODE,
        message=f"{title_of(document)} is a port of a block, but this is no block.",
        node=document.id,
        expected="a place inside of a block",
        got="the graph itself",
        remedy="Delete it; Input and Output bring values into a graph and out of it.",
    )


def duplicate_port(document: NodeDocument) -> Problem:
    name = str(document.settings.get("name", "input" if document.kind == "BlockInput" else "output"))
    return Problem(
        code="duplicate_name",
        message=f"{title_of(document)} has the name {name!r}, which another port of the block has already.",
        node=document.id,
        expected="a name of its own",
        got=name,
        remedy="Change the setting name of one of them.",
    )


def dangling(end: PortReference) -> Problem:
    return Problem(
        code="dangling_wire",
        message=f"A wire inside refers to the node {end.node!r}, which the block does not have.",
        expected="a node of the block",
        got=end.node,
        remedy="Open the block and delete the wire.",
    )
