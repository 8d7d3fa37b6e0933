"""From a document to typed nodes in order: instances of kinds, their wires, and the types that flow.

Nothing is computed and no tensor is allocated. Every problem is collected; a node with a problem stops only
what depends on it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from wiregrad.graph.bypass import bypass
from wiregrad.graph.document import GraphDocument, NodeDocument, PortReference
from wiregrad.graph.expansion import expand
from wiregrad.graph.flat import Expansion
from wiregrad.graph.instances import instantiate, title_of
from wiregrad.graph.report import Problem, ProblemFix
from wiregrad.graph.wiring import connect
from wiregrad.nodes import Node, NodeProblem, ParameterSpec, Port, ValueType, format_shape

MAX_PARAMETERS = 10**8


@dataclass(frozen=True, slots=True)
class ResolvedNode:
    """A node whose settings are legal and whose inputs are typed.

    `sources[i]` is the output that feeds input port i, `None` where an optional port is free. `weights` is
    the id under which its tensors are kept: its own, or that of the node whose weights it shares.
    """

    document: NodeDocument
    node: Node
    input_ports: tuple[Port, ...]
    output_ports: tuple[Port, ...]
    sources: tuple[PortReference | None, ...]
    input_types: tuple[ValueType | None, ...]
    output_types: tuple[ValueType, ...]
    parameters: Mapping[str, ParameterSpec]
    weights: str

    @property
    def id(self) -> str:
        return self.document.id

    @property
    def title(self) -> str:
        """What a person calls the node: its label, else its kind."""
        return title_of(self.document)

    def output_type(self, port: str) -> ValueType:
        return self.output_types[self.output_index(port)]

    def output_index(self, port: str) -> int:
        return next(index for index, candidate in enumerate(self.output_ports) if candidate.name == port)


@dataclass(slots=True)
class Resolution:
    """`nodes` are in topological order. `instances` also has the nodes whose types could not be resolved.

    `document` and all ids are those of the expansion, in which no blocks are left.
    """

    expansion: Expansion
    problems: list[Problem] = field(default_factory=list)
    instances: dict[str, Node] = field(default_factory=dict)
    nodes: dict[str, ResolvedNode] = field(default_factory=dict)
    owners: dict[str, ResolvedNode] = field(default_factory=dict)
    """The first node of each set of weights, by the id of the weights."""

    @property
    def document(self) -> GraphDocument:
        return self.expansion.document

    def upstream(self, nodes: Iterable[ResolvedNode]) -> list[ResolvedNode]:
        """The nodes and all that they depend on, in topological order."""
        pending = [node.id for node in nodes]
        wanted = set(pending)
        while pending:
            for source in self.nodes[pending.pop()].sources:
                if source is not None and source.node not in wanted:
                    wanted.add(source.node)
                    pending.append(source.node)
        return [node for node in self.nodes.values() if node.id in wanted]


def resolve(document: GraphDocument) -> Resolution:
    """Find every kind, wire and type of a document, and everything that is wrong with them."""
    expansion = expand(document)
    instances = instantiate(expansion.document, expansion.nodes)
    wiring = connect(expansion.document, instances)
    problems = [*expansion.problems, *instances.problems, *wiring.problems]
    resolution = Resolution(expansion, problems, instances.nodes)
    for node_id in wiring.order:
        wires = wiring.incoming.get(node_id, {})
        _infer(instances.documents[node_id], wires, resolution, is_needed=node_id in wiring.needed)
    _check_limits(resolution)
    for node_id in expansion.left_out:
        resolution.nodes.pop(node_id, None)
    return resolution


def _infer(
    document: NodeDocument, wires: Mapping[str, PortReference], resolution: Resolution, *, is_needed: bool
) -> None:
    node = resolution.instances.get(document.id)
    if node is None:
        return
    ports = node.inputs()
    missing = [port for port in ports if not port.optional and port.name not in wires]
    if missing:
        resolution.problems.extend(_missing_input(document, port, is_needed=is_needed) for port in missing)
        return
    sources = tuple(wires.get(port.name) for port in ports)
    if any(source is not None and source.node not in resolution.nodes for source in sources):
        return  # the problem upstream has been reported where it is
    types = tuple(
        None if source is None else resolution.nodes[source.node].output_type(source.port)
        for source in sources
    )
    weights = resolution.expansion.weights(document.id)
    try:
        output_types = node.infer(*types)
        parameters = {} if document.id in resolution.expansion.left_out else node.parameters(*types)
        resolved = ResolvedNode(
            document, node, ports, node.outputs(), sources, types, output_types, parameters, weights
        )
        resolved = _bypassed(resolved) if document.bypassed else resolved
    except NodeProblem as problem:
        resolution.problems.append(_located(problem, document))
        return
    owner = resolution.owners.setdefault(weights, resolved) if resolved.parameters else resolved
    if _shapes(owner) != _shapes(resolved):
        resolution.problems.append(_other_sizes(resolved, owner))
        return
    resolution.nodes[document.id] = resolved


def _bypassed(node: ResolvedNode) -> ResolvedNode:
    """Without tensors, and depending on nothing but what it passes on."""
    names = [port.name for port in node.input_ports]
    outputs = dict(zip((port.name for port in node.output_ports), node.output_types, strict=True))
    stand_in = bypass(node.node, dict(zip(names, node.input_types, strict=True)), outputs)
    ports = stand_in.inputs()
    kept = [names.index(port.name) for port in ports]
    return replace(
        node,
        node=stand_in,
        input_ports=ports,
        sources=tuple(node.sources[place] for place in kept),
        input_types=tuple(node.input_types[place] for place in kept),
        parameters={},
    )


def _shapes(node: ResolvedNode) -> str:
    return ", ".join(f"{name} {format_shape(spec.shape)}" for name, spec in node.parameters.items())


def _other_sizes(node: ResolvedNode, owner: ResolvedNode) -> Problem:
    return Problem(
        code="shape",
        message=f"{node.title} shares its weights with another use of its block, but needs other sizes here.",
        node=node.id,
        port=node.input_ports[0].name if node.input_ports else None,
        expected=f"the weights {_shapes(owner)}",
        got=_shapes(node),
        remedy="Connect the same shapes to all uses of the block, or give this one weights of its own.",
    )


def _missing_input(document: NodeDocument, port: Port, *, is_needed: bool) -> Problem:
    return Problem(
        severity="error" if is_needed else "warning",
        code="missing_input",
        message=f"Nothing is connected to {port.name!r} of {title_of(document)}.",
        node=document.id,
        port=port.name,
        expected=port.description,
        got="no wire",
        remedy=f"Drag a wire to {port.name!r}.",
    )


def _located(problem: NodeProblem, document: NodeDocument) -> Problem:
    """A node raises without knowing its id; here it gets one."""
    fix = problem.fix
    return Problem(
        code=problem.code,
        message=f"{title_of(document)}: {problem.message}",
        node=document.id,
        port=problem.port,
        expected=problem.expected,
        got=problem.got,
        remedy=problem.remedy,
        fix=fix and ProblemFix.model_validate(fix, from_attributes=True),
    )


def _check_limits(resolution: Resolution) -> None:
    total = 0
    for node in resolution.owners.values():
        total += sum(spec.size for spec in node.parameters.values())
        if total > MAX_PARAMETERS:
            resolution.problems.append(
                Problem(
                    code="limit",
                    message=f"{node.title} brings the graph to {total:,} parameters.",
                    node=node.id,
                    expected=f"at most {MAX_PARAMETERS:,} parameters",
                    got=f"{total:,}",
                    remedy="Make this layer, or one before it, smaller.",
                )
            )
            return
