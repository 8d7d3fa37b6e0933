"""Graphs for tests, drawn in a few words."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from wiregrad.graph import Graph
from wiregrad.graph.document import (
    BlockDefinition,
    GraphDocument,
    NodeDocument,
    PortReference,
    TrainingSettings,
    Wire,
)

Settings = Mapping[str, Any]
Nodes = Mapping[str, str | tuple[str, Settings]]
Drawing = tuple[Nodes, Sequence[str]]


def draw(
    nodes: Nodes,
    wires: Sequence[str],
    training: TrainingSettings | None = None,
    blocks: Mapping[str, Drawing] = MappingProxyType({}),
) -> Graph:
    """Nodes as `id: kind` or `id: (kind, settings)`; wires as `a -> b.port` or `a.port -> b.port`."""
    return Graph(
        GraphDocument(
            nodes=tuple(_node(node_id, node) for node_id, node in nodes.items()),
            wires=tuple(_wire(wire) for wire in wires),
            training=training or TrainingSettings(),
            blocks=tuple(_block(block_id, *drawing) for block_id, drawing in blocks.items()),
        )
    )


def _block(block_id: str, nodes: Nodes, wires: Sequence[str]) -> BlockDefinition:
    drawn = draw(nodes, wires).document
    return BlockDefinition(id=block_id, name=block_id.title(), nodes=drawn.nodes, wires=drawn.wires)


def _node(node_id: str, node: str | tuple[str, Settings]) -> NodeDocument:
    kind, settings = (node, {}) if isinstance(node, str) else node
    return NodeDocument(id=node_id, kind=kind, settings=dict(settings))


def _wire(text: str) -> Wire:
    source, target = text.split(" -> ")
    return Wire(source=_port(source, "output"), target=_port(target, "input"))


def _port(text: str, default: str) -> PortReference:
    node, _, port = text.partition(".")
    return PortReference(node=node, port=port or default)


SGD = ("Optimizer", {"algorithm": "sgd", "learning_rate": 0.1})


def lowered_parameter() -> Graph:
    return draw(
        {"w": ("Parameter", {"values": 5}), "sgd": SGD, "out": ("Output", {"name": "value"})},
        ["w -> sgd.loss", "w -> out"],
    )


def classifier(
    features: int = 6, hidden: int = 8, classes: int = 3, optimizer: Settings | None = None
) -> Graph:
    """A two-layer perceptron with cross-entropy, accuracy and probabilities."""
    return draw(
        {
            "x": ("Input", {"name": "x", "shape": [features]}),
            "y": ("Input", {"name": "y", "shape": [], "dtype": "int64"}),
            "hidden": ("Linear", {"units": hidden}),
            "relu": ("Activation", {"function": "relu"}),
            "logits": ("Linear", {"units": classes}),
            "loss": ("Loss", {"loss": "cross_entropy"}),
            "adam": ("Optimizer", optimizer or {"algorithm": "adam", "learning_rate": 0.01}),
            "accuracy": ("Metric", {"metric": "accuracy"}),
            "softmax": ("Activation", {"function": "softmax"}),
            "out": ("Output", {"name": "prediction"}),
        },
        [
            "x -> hidden",
            "hidden -> relu",
            "relu -> logits",
            "logits -> loss.prediction",
            "y -> loss.target",
            "loss -> adam.loss",
            "logits -> accuracy.prediction",
            "y -> accuracy.target",
            "logits -> softmax",
            "softmax -> out",
        ],
    )
