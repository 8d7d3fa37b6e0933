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
    WatchDisplay,
    WatchNode,
)
from wiregrad.nodes._parameters import ParameterSpec, initial_value
from wiregrad.nodes._structure import BlockPort, BlockUse, StructureNode
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape
from wiregrad.nodes._updating import Clipping, PlateauSettings, Progress

__all__ = [
    "BlockPort",
    "BlockUse",
    "Build",
    "Clipping",
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
    "PlateauSettings",
    "Port",
    "PortDescription",
    "Progress",
    "StructureNode",
    "Sums",
    "ValueType",
    "WatchDisplay",
    "WatchNode",
    "catalogue",
    "describe",
    "describe_catalogue",
    "format_shape",
    "initial_value",
    "isolate",
    "node_kind",
]
