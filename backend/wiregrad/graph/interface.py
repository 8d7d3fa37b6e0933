"""What a program says of its inputs, outputs and optimizers."""

from dataclasses import dataclass

from wiregrad.nodes import ValueType


@dataclass(frozen=True, slots=True)
class InputInfo:
    """An Input node: where its value comes from, and its type."""

    node: str
    column: str
    value: ValueType


@dataclass(frozen=True, slots=True)
class OutputInfo:
    """An Output node: its type, and the names of the inputs that evaluating it takes."""

    node: str
    value: ValueType
    inputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OptimizerInfo:
    """An Optimizer node, with the name under which its loss is recorded and its base learning rate."""

    node: str
    name: str
    learning_rate: float
