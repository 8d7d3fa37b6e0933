"""Small graphs to send to the server."""

from typing import Any

Graph = dict[str, Any]


def _node(node_id: str, kind: str, **settings: object) -> Graph:
    return {"id": node_id, "kind": kind, "settings": settings}


def _wire(source: str, target: str) -> Graph:
    (from_node, from_port), (to_node, to_port) = source.split("."), target.split(".")
    return {"source": {"node": from_node, "port": from_port}, "target": {"node": to_node, "port": to_port}}


def falling_parameter(steps: int = 100, name: str = "Falling") -> Graph:
    """A parameter that starts at 5 and is lowered by 0.1 at each step."""
    return {
        "format": "wiregrad/graph@1",
        "name": name,
        "nodes": [
            _node("p", "Parameter", values=5),
            _node("down", "Optimizer", name="down", algorithm="sgd", learning_rate=0.1),
            _node("out", "Output", name="value"),
        ],
        "wires": [_wire("p.output", "down.loss"), _wire("p.output", "out.input")],
        "training": {"steps": steps},
    }


def squared_parameter(steps: int, learning_rate: float) -> Graph:
    """A parameter times itself, to be minimized."""
    return {
        "nodes": [
            _node("p", "Parameter", values=5),
            _node("square", "Mul"),
            _node("down", "Optimizer", name="down", algorithm="sgd", learning_rate=learning_rate),
        ],
        "wires": [
            _wire("p.output", "square.a"),
            _wire("p.output", "square.b"),
            _wire("square.output", "down.loss"),
        ],
        "training": {"steps": steps},
    }


ENDLESS = 1_000_000_000


def constant_alone() -> Graph:
    """An Optimizer that has nothing to change."""
    return {
        "name": "Illegal",
        "nodes": [_node("c", "Constant"), _node("opt", "Optimizer")],
        "wires": [_wire("c.output", "opt.loss")],
        "training": {"steps": 3},
    }
