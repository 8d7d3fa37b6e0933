"""The nodes of a document as instances of their kinds, and what is wrong with ids, kinds and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import ValidationError

from wiregrad.graph.document import GraphDocument, NodeDocument
from wiregrad.graph.flat import FlatNode
from wiregrad.graph.report import Problem
from wiregrad.nodes import Node, node_kind

SHOWN_CHARACTERS = 80
PYDANTIC_PREFIX = "Value error, "
"""Stands before what a validator of ours says."""
PYDANTIC_SUBJECT = "Input should be "
"""Stands before what pydantic expects."""


@dataclass(slots=True)
class Instances:
    """`documents` has every node once, by id; `nodes` those of a known kind with legal settings."""

    documents: dict[str, NodeDocument] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def title(self, node_id: str) -> str:
        return title_of(self.documents[node_id])


def title_of(document: NodeDocument) -> str:
    """What a person calls the node: its label, else what the library calls its kind."""
    kind = node_kind(document.kind)
    return document.label or (kind.title if kind else document.kind)


def instantiate(document: GraphDocument, prepared: Mapping[str, FlatNode]) -> Instances:
    """`prepared` has the nodes that expanding blocks made, or could not make."""
    instances = Instances()
    for node in document.nodes:
        if node.id in instances.documents:
            instances.problems.append(duplicate_id(node))
            continue
        instances.documents[node.id] = node
        flat = prepared.get(node.id)
        if flat is not None and flat.node is not None:
            instances.nodes[node.id] = flat.node
        elif flat is None or not flat.broken:
            _instantiate(node, instances)
    return instances


def duplicate_id(node: NodeDocument) -> Problem:
    return Problem(
        code="duplicate_id",
        message=f"Two nodes have the id {node.id!r}; the second one is ignored.",
        node=node.id,
        expected="an id of its own",
        got=node.id,
        remedy="Give one of them another id.",
    )


def _instantiate(document: NodeDocument, instances: Instances) -> None:
    kind = node_kind(document.kind)
    if kind is None:
        instances.problems.append(_unknown_kind(document))
        return
    try:
        instances.nodes[document.id] = kind.model_validate(document.settings)
    except ValidationError as error:
        instances.problems.extend(setting_problems(document, error))


def _unknown_kind(document: NodeDocument) -> Problem:
    return Problem(
        code="unknown_kind",
        message=f"{document.kind} is not in this version's catalogue.",
        node=document.id,
        expected="a kind of the library",
        got=document.kind,
        remedy="Update Wiregrad, or replace the node. Its settings are kept as they are.",
    )


def setting_problems(document: NodeDocument, error: ValidationError) -> list[Problem]:
    """What is wrong with a node's settings, one problem for each place.

    Where a setting may be one thing or another, all that it may be is said at once; of a list with a wrong
    part, only what is wrong with the part.
    """
    faults: dict[tuple[int | str, ...], list[str]] = {}
    given: dict[tuple[int | str, ...], object] = {}
    for item in error.errors():
        name, *rest = item["loc"] or ("settings",)
        place = (name, *(part for part in rest if isinstance(part, int)))  # without pydantic's alternatives
        faults.setdefault(place, []).append(item["msg"].removeprefix(PYDANTIC_PREFIX))
        given.setdefault(place, item.get("input"))
    innermost = [
        place for place in faults if not any(place == other[: len(place)] != other for other in faults)
    ]
    return [_setting_problem(document, place, faults[place], given[place]) for place in innermost]


def _setting_problem(
    document: NodeDocument, place: tuple[int | str, ...], faults: list[str], given: object
) -> Problem:
    setting = ".".join(map(str, place))
    first, *others = faults
    fault = ", or ".join([first, *(other.removeprefix(PYDANTIC_SUBJECT) for other in others)])
    return Problem(
        code="setting",
        message=f"{title_of(document)}: {setting}: {fault}.",
        node=document.id,
        expected=fault,
        got=_shortened(given),
        remedy=f"Change the setting {setting}.",
    )


def _shortened(value: object) -> str:
    text = repr(value)
    return text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
