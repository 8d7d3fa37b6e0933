"""The catalogue: every public class of a node kind in this folder, found by looking."""

from wiregrad.nodes._catalogue import catalogue, node_kind
from wiregrad.nodes._describe import KindDescription, PortDescription, describe, describe_catalogue
from wiregrad.nodes._isolation import Isolated, isolate
from wiregrad.nodes._node import (
    Build,
    Confusion,
    Example,
    InputNode,
    MetricNode,
    Node,
    OptimizerNode,
    OutputNode,
    Port,
    Sums,
)
from wiregrad.nodes._parameters import ParameterSpec, initial_value
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape

__all__ = [
    "Build",
    "Confusion",
    "Example",
    "Fix",
    "InputNode",
    "Isolated",
    "KindDescription",
    "MetricNode",
    "Node",
    "NodeProblem",
    "OptimizerNode",
    "OutputNode",
    "ParameterSpec",
    "Port",
    "PortDescription",
    "Sums",
    "ValueType",
    "catalogue",
    "describe",
    "describe_catalogue",
    "format_shape",
    "initial_value",
    "isolate",
    "node_kind",
]
