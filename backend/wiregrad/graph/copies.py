"""What stands in the place of one use of a block: how many copies, with whose weights, joined in what way."""

from dataclasses import dataclass, field, replace

from wiregrad.graph.bypass import UsePorts, result_port
from wiregrad.graph.definitions import Definition, Entry
from wiregrad.graph.document import NodeDocument, PortReference, Wire
from wiregrad.graph.flat import SEPARATOR, FlatNode, Scope, Use, flat_wire, reference
from wiregrad.nodes import BlockUse, Node, Port
from wiregrad.nodes._passages import Passage, Stack, TakeStep, Zeros
from wiregrad.nodes.block import Block
from wiregrad.nodes.cell import Cell
from wiregrad.nodes.repeat import Repeat

LAST = "last_"
"""Before the name of a Cell's state: the port that has it as it is after the last step."""


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a block: the scope of its inner nodes, and the nodes that its ports become."""

    scope: Scope
    ports: tuple[FlatNode, ...]
    exits: dict[str, PortReference]


@dataclass(slots=True)
class Copies:
    """`results` are nodes that join what several copies gave; `wires` lead between the ports of copies."""

    use: Use
    parts: list[Copy] = field(default_factory=list)
    results: list[FlatNode] = field(default_factory=list)
    wires: list[Wire] = field(default_factory=list)


Feed = tuple[Node, PortReference | None]
"""What the input of a copy becomes, and the copy's output that feeds it (`None`: wires into the use do)."""


@dataclass(slots=True)
class Copier:
    """`wired` are the use's ports that a wire leads to; `sharing`: the common weights by definition."""

    document: NodeDocument
    definition: Definition
    scope: Scope
    wired: set[str]
    sharing: dict[str, str]
    copies: Copies = field(init=False)

    def __post_init__(self) -> None:
        inputs = tuple(self._input(name, entry) for name, entry in self.definition.entries.items())
        outputs = tuple(self._output(name, node) for name, node in self.definition.exits.items())
        use = Use(self.path, self.title, inputs, outputs)
        use.targets.update({port.name: [] for port in inputs})
        self.copies = Copies(use)

    @property
    def path(self) -> str:
        return self.scope.paths + self.document.id

    @property
    def title(self) -> str:
        return self.document.label or self.definition.title

    def _input(self, name: str, entry: Entry) -> Port:
        description = entry.document.label or f"The input {name!r} of {self.definition.title}"
        return Port(name, f"{description}.", optional=entry.node.zeros is not None)

    def _output(self, name: str, document: NodeDocument) -> Port:
        description = document.label or f"The output {name!r} of {self.definition.title}"
        return Port(name, f"{description}.")

    def once(self, node: Block) -> None:
        own = self.scope.weights + self.document.id
        weights = self.sharing.setdefault(node.block, own) if node.weights == "shared" else own
        copy = self._copy(1, weights, {name: self._open(name) for name in self.definition.entries})
        self.copies.use.sources.update(copy.exits)

    def in_a_row(self, node: Repeat) -> None:
        first_input, first_output = next(iter(self.definition.entries)), next(iter(self.definition.exits))
        exits: dict[str, PortReference] = {}
        for number in range(1, node.times + 1):
            weights = self.scope.weights + _numbered(self.document.id, number, own=node.weights == "own")
            feeds = {name: self._open(name) for name in self.definition.entries}
            if number > 1:
                feeds[first_input] = Passage(port=first_input), exits[first_output]
            note = f"repetition {number} of {self.title}" if number > 1 else ""
            exits = self._copy(number, weights, feeds, note, shown=number == 1).exits
        self.copies.use.sources.update(exits)

    def over_time(self, node: Cell) -> None:
        """The last step is the one that reports show, for it has seen a carried state."""
        states = [name for name in self.definition.entries if name in self.definition.exits]
        steps: list[dict[str, PortReference]] = []
        for number in range(1, node.steps + 1):
            feeds = {name: self._at_step(name, node, number) for name in self.definition.entries}
            if steps:
                cut = bool(node.truncate) and (number - 1) % node.truncate == 0
                feeds |= {name: (Passage(port=name, detached=cut), steps[-1][name]) for name in states}
            weights = self.scope.weights + self.document.id
            note = f"step {number} of {self.title}" if number > 1 else ""
            steps.append(self._copy(number, weights, feeds, note, shown=number == node.steps).exits)
        for name in self.definition.exits:
            ordered = reversed(steps) if node.reverse else steps
            self._stack(name, [step[name] for step in ordered])
        use = self.copies.use
        use.sources.update({f"{LAST}{name}": steps[-1][name] for name in states})
        use.outputs += tuple(Port(f"{LAST}{name}", f"{name!r} after the last step.") for name in states)

    def _at_step(self, name: str, node: Cell, number: int) -> Feed:
        """An input that wires lead to: a sequence, unless it is a state or a constant."""
        whole = name in self.definition.exits or name in node.constants
        if whole or self._is_free(name):
            return self._open(name)
        index = node.steps - number if node.reverse else number - 1
        return TakeStep(port=name, steps=node.steps, index=index), None

    def _is_free(self, name: str) -> bool:
        return name not in self.wired and self.definition.entries[name].node.zeros is not None

    def _open(self, name: str) -> Feed:
        """An input that wires into the use lead to, or zeros where there are none."""
        zeros = self.definition.entries[name].node.zeros
        if zeros is not None and name not in self.wired:
            return Zeros(shape=zeros), None
        return Passage(port=name), None

    def _copy(
        self, number: int, weights: str, feeds: dict[str, Feed], note: str = "", *, shown: bool = True
    ) -> Copy:
        outer = self.scope
        scope = Scope(
            ids=outer.ids + _numbered(self.document.id, number) + SEPARATOR,
            paths=self.path + SEPARATOR,
            weights=weights + SEPARATOR,
            definition=self.definition.drawn.id,
            note=", ".join(part for part in (note, outer.note) if part),
            shown=outer.shown and shown,
            owners=(*outer.owners, self.path) if outer.shown else outer.owners,
            inside=(*outer.inside, self.definition.drawn.id),
            left_out=outer.left_out or self.document.bypassed,
        )
        entries = [self._entry(scope, name, *feed) for name, feed in feeds.items()]
        exits = {name: self._exit(scope, document) for name, document in self.definition.exits.items()}
        copy = Copy(
            scope,
            (*entries, *exits.values()),
            {name: reference(node.document.id, "output") for name, node in exits.items()},
        )
        self.copies.parts.append(copy)
        return copy

    def _entry(self, scope: Scope, name: str, node: Node, source: PortReference | None) -> FlatNode:
        flat = scope.flat(self.definition.entries[name].document)
        target = reference(flat.document.id, name)
        if source is not None:
            self.copies.wires.append(flat_wire(source, target))
        elif node.inputs():
            self.copies.use.targets[name].append(target)
        return replace(
            flat,
            document=flat.document.model_copy(update={"label": self.title, "bypassed": False}),
            at=self.path,
            drawn=(self.scope.definition, self.document.id),
            node=node,
            visible=(False, True),
        )

    def _exit(self, scope: Scope, document: NodeDocument) -> FlatNode:
        plain = document.model_copy(update={"bypassed": False})
        return replace(scope.flat(plain), node=Passage(), visible=(True, False))

    def _stack(self, name: str, steps: list[PortReference]) -> None:
        outer = self.scope.flat(self.document)
        node_id = f"{outer.document.id}:{name}"
        stack = Stack(name=name, count=len(steps))
        named = {"id": node_id, "label": self.title, "bypassed": False}
        made = replace(
            outer,
            document=outer.document.model_copy(update=named),
            node=stack,
            shown=False,
            owners=(*outer.owners, self.path) if self.scope.shown else outer.owners,
            left_out=outer.left_out or self.document.bypassed,
        )
        self.copies.results.append(made)
        self.copies.wires.extend(
            flat_wire(step, reference(node_id, port.name))
            for step, port in zip(steps, stack.inputs(), strict=True)
        )
        self.copies.use.sources[name] = reference(node_id, "output")

    def lead_past(self) -> None:
        """For a bypassed use: what is behind it reads a node with all its ports, instead of the copies."""
        use = self.copies.use
        ports = UsePorts(entries=tuple(use.targets), exits=tuple(use.sources))
        flat = self.scope.flat(self.document.model_copy(update={"label": self.title}))
        self.copies.results.append(replace(flat, node=ports, shown=False))
        node_id = flat.document.id
        for name, source in use.sources.items():
            self.copies.wires.append(flat_wire(source, reference(node_id, result_port(name))))
            use.sources[name] = reference(node_id, name)
        for name, targets in use.targets.items():
            targets.append(reference(node_id, name))


def copies_of(use: BlockUse, copier: Copier) -> Copies:
    """`use` has the settings of the copier's document, and fits its definition."""
    match use:
        case Block():
            copier.once(use)
        case Repeat():
            copier.in_a_row(use)
        case Cell():
            copier.over_time(use)
        case _:
            raise TypeError(f"{use.kind()} is no known use of a block")
    if copier.document.bypassed:
        copier.lead_past()
    return copier.copies


def _numbered(name: str, number: int, *, own: bool = True) -> str:
    return name if number == 1 or not own else f"{name}#{number}"
