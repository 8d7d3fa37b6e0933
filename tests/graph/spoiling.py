"""Spoils a legal graph in one place, and knows where the problem has to be told."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from pydantic import ValidationError

from wiregrad.graph import DocumentError, Graph, GraphError, compile_graph
from wiregrad.graph.check import analyze
from wiregrad.graph.lowering import Lowering
from wiregrad.nodes import NodeProblem, node_kind

Json = dict[str, Any]


@dataclass(frozen=True)
class Spoiled:
    """`node` is where the problem is; `None`: nowhere in particular."""

    graph: Graph
    node: str | None
    codes: frozenset[str]

    def is_refused(self) -> bool:
        """Never with another exception than the one that says so."""
        found = {(problem.node, problem.code) for problem in self.graph.check().errors}
        try:
            compile_graph(self.graph, batch_size=3)
        except GraphError as error:
            told = {(problem.node, problem.code) for problem in error.problems}
            return told == found and any((self.node, code) in found for code in self.codes)
        return False


Spoiling = tuple[str | None, set[str]]


def spoiled(graph: Graph, random: Random) -> Spoiled | None:
    """One of the mistakes that this graph allows; `None` if a few tries found none."""
    for _ in range(8):
        data: Json = json.loads(json.dumps(graph.document.to_json()))
        name = random.choice(sorted(MISTAKES))
        made = MISTAKES[name](graph, data, random)
        if made is not None:
            try:
                return Spoiled(Graph.from_json(data), made[0], frozenset(made[1]))
            except DocumentError:
                continue  # refused before it is a graph at all
    return None


def _needed(graph: Graph) -> list[str]:
    """Nodes outside of blocks that an Optimizer, an Output or a Metric depends on."""
    checked = analyze(graph.document)
    ends = [*checked.ends.optimizers, *checked.ends.outputs, *checked.ends.metrics]
    upstream = Lowering(checked.resolution, 1, "float32").upstream([end.resolved for end in ends])
    there = {node.id for node in graph.document.nodes}
    return sorted(node.id for node in upstream if node.id in there)


def _entry(data: Json, node: str) -> Json:
    found: Json = next(entry for entry in data["nodes"] if entry["id"] == node)
    return found


def _unknown_kind(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    node = random.choice(_needed(graph))
    _entry(data, node)["kind"] = "Teleport"
    return node, {"unknown_kind"}


def _unknown_setting(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    node = random.choice([node.id for node in graph.document.nodes])
    _entry(data, node)["settings"]["no_such_setting"] = 1
    return (node, {"setting"}) if node_kind(_entry(data, node)["kind"]) else None


def _setting_out_of_bounds(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    """Any setting, any nonsense that its kind does not take."""
    node = random.choice([node.id for node in graph.document.nodes])
    entry = _entry(data, node)
    kind = node_kind(entry["kind"])
    if kind is None or not kind.model_fields:
        return None
    name = random.choice(sorted(kind.model_fields))
    entry["settings"][name] = random.choice([-(2**40), 2**70, "nonsense", [[[]]], {"a": 1}, -0.5])
    try:
        kind.model_validate(entry["settings"])
    except ValidationError:
        return node, {"setting"}
    return None


def _missing_wire(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    needed = set(_needed(graph))
    resolution = analyze(graph.document).resolution
    wires = [
        (number, wire)
        for number, wire in enumerate(graph.document.wires)
        if wire.target.node in needed and wire.target.node in resolution.nodes
    ]
    number, wire = random.choice(wires)
    ports = {port.name: port for port in resolution.nodes[wire.target.node].input_ports}
    if ports[wire.target.port].optional:
        return None
    del data["wires"][number]
    return wire.target.node, {"missing_input"}


def _loop(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    """Feed a node from one that depends on it."""
    plain = analyze(graph.document).resolution.nodes
    wires = graph.document.wires
    number = random.randrange(len(wires))
    node = wires[number].target.node
    later = {node}
    for _ in wires:
        later |= {
            wire.target.node for wire in wires if wire.source.node in later and wire.target.node in plain
        }
    sources = [wire.source for wire in wires if wire.source.node in later]
    if not sources or node not in plain:
        return None
    data["wires"][number]["source"] = random.choice(sources).model_dump()
    return node, {"cycle"}


def _wrong_value(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    """Feed a node with another value of the graph, of a type that it does not take."""
    resolution = analyze(graph.document).resolution
    wires = graph.document.wires
    number = random.randrange(len(wires))
    wire, source = wires[number], random.choice(wires).source
    target, origin = resolution.nodes.get(wire.target.node), resolution.nodes.get(source.node)
    if target is None or origin is None:
        return None
    place = [port.name for port in target.input_ports].index(wire.target.port)
    types = list(target.input_types)
    types[place] = origin.output_type(source.port)
    try:
        target.node.infer(*types)
    except NodeProblem as problem:
        data["wires"][number]["source"] = source.model_dump()
        return target.id, {problem.code, "cycle"}
    return None


def _too_large(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    """Sizes that the memory of no machine could hold."""
    nodes = [node for node in graph.document.nodes if node.kind in LARGE]
    if not nodes:
        return None
    node = random.choice(nodes)
    _entry(data, node.id)["settings"] |= LARGE[node.kind]
    return node.id, {"limit", "setting", "shape"}


LARGE: Mapping[str, Json] = {
    "Linear": {"units": 2**31 - 1},
    "Conv2D": {"filters": 2**31 - 1, "groups": 1},
    "Embedding": {"vocabulary": 2**31 - 1, "width": 2**31 - 1, "padding": None},
    "Parameter": {"shape": [2**20, 2**20], "values": None},
    "Input": {"shape": [2**20, 2**20]},
    "Cell": {"steps": 10**9},
    "Repeat": {"times": 10**9},
}


def _dangling(_: Graph, data: Json, random: Random) -> Spoiling | None:
    random.choice(data["wires"])["source"] = {"node": "ghost", "port": "output"}
    return None, {"dangling_wire"}


def _unknown_port(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    wire = random.choice(data["wires"])
    if wire["source"]["node"] not in analyze(graph.document).resolution.nodes:
        return None
    wire["source"]["port"] = "no_such_port"
    return wire["source"]["node"], {"unknown_port"}


def _twice(_: Graph, data: Json, random: Random) -> Spoiling | None:
    node = random.choice(data["nodes"])
    data["nodes"].append(dict(node))
    return node["id"], {"duplicate_id"}


def _two_wires(_: Graph, data: Json, random: Random) -> Spoiling | None:
    wire = random.choice(data["wires"])
    data["wires"].append(dict(wire))
    return wire["target"]["node"], {"port_taken"}


def _block_gone(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    uses = [node.id for node in graph.document.nodes if node.kind in ("Block", "Repeat", "Cell")]
    if not uses:
        return None
    node = random.choice(uses)
    _entry(data, node)["settings"]["block"] = "gone"
    return node, {"block"}


def _block_in_itself(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    uses = [node for node in graph.document.nodes if node.kind in ("Block", "Repeat", "Cell")]
    if not uses:
        return None
    block = random.choice(uses).settings["block"]
    inner = next(entry for entry in data["blocks"] if entry["id"] == block)
    inner["nodes"].append({"id": "itself", "kind": "Block", "settings": {"block": block}})
    first = next(node.id for node in graph.document.nodes if node.settings.get("block") == block)
    return f"{first}/itself", {"recursion"}


def _wrong_inside(graph: Graph, data: Json, random: Random) -> Spoiling | None:
    uses = [node for node in graph.document.nodes if node.kind in ("Block", "Repeat", "Cell")]
    if not uses:
        return None
    block = random.choice(uses).settings["block"]
    inner = next(entry for entry in data["blocks"] if entry["id"] == block)
    node = random.choice(
        [entry for entry in inner["nodes"] if entry["kind"] not in ("BlockInput", "BlockOutput")]
    )
    node["kind"] = "Teleport"
    first = next(entry.id for entry in graph.document.nodes if entry.settings.get("block") == block)
    return f"{first}/{node['id']}", {"unknown_kind"}


MISTAKES: Mapping[str, Callable[[Graph, Json, Random], Spoiling | None]] = {
    make.__name__.strip("_"): make
    for make in (
        _unknown_kind,
        _unknown_setting,
        _setting_out_of_bounds,
        _missing_wire,
        _loop,
        _wrong_value,
        _too_large,
        _dangling,
        _unknown_port,
        _twice,
        _two_wires,
        _block_gone,
        _block_in_itself,
        _wrong_inside,
    )
}
