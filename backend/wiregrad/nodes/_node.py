"""What a node kind is. A kind is one file in this folder; everything else is derived from its class."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, JsonValue

from wiregrad.engine.ir import Value
from wiregrad.engine.optimizers.rule import UpdateRule
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._updating import Clipping, PlateauSettings, Progress

Category = Literal[
    "Sources",
    "Arithmetic",
    "Reductions",
    "Logic",
    "Shape",
    "Layers",
    "Losses and metrics",
    "Ends",
    "Structure",
]
WatchDisplay = Literal["number", "histogram", "picture"]
Sums = NDArray[np.float64]
Confusion = tuple[tuple[int, ...], ...]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Port:
    """A place where a wire ends (input) or starts (output)."""

    name: str
    description: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """Settings and input types with which a kind can be tried: in the docs, and by every contract test."""

    inputs: tuple[ValueType | None, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Build:
    """What `build` is given besides its input values.

    `inputs` are the types of the input values, which arrive in the same order (`None`: nothing is wired to an
    optional port). A batched value has the batch as its first axis. `parameters` holds the node's tensors by
    name. `seed`, `step` and `stream` key the node's random numbers. `update` gives a tensor of the node that
    is not trainable (a running statistic) its next value; it is only called while training.
    """

    inputs: tuple[ValueType | None, ...]
    parameters: Mapping[str, Value]
    float_dtype: Literal["float32", "float64"]
    batch_size: int
    training: bool
    seed: Value
    step: Value
    stream: int
    updates: dict[str, Value] = field(default_factory=dict)

    def update(self, name: str, value: Value) -> None:
        self.updates[name] = value


class Node(BaseModel, ABC):
    """Settings are the fields: typed, bounded, with a default and one plain sentence each.

    The class's docstring is its help: the first line says what it does, the rest how, with shapes and source.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    title: ClassVar[str]
    category: ClassVar[Category]
    examples: ClassVar[tuple[Example, ...]]

    @classmethod
    def kind(cls) -> str:
        return cls.__name__

    @abstractmethod
    def inputs(self) -> tuple[Port, ...]: ...

    @abstractmethod
    def outputs(self) -> tuple[Port, ...]: ...

    @abstractmethod
    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        """The only shape and dtype rule: one type per output, or a NodeProblem."""

    def parameters(self, *inputs: ValueType | None) -> Mapping[str, ParameterSpec]:  # noqa: ARG002
        """The tensors this node owns, by name; called only with inputs that `infer` accepts."""
        return {}

    @abstractmethod
    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        """Lower to IR: one value per output, of the type that `infer` promised."""

    @abstractmethod
    def torch(self, *inputs: ValueType | None) -> str:
        """The same in PyTorch.

        A text that starts with `nn.` makes a module, to be called with the inputs (once per pair of a kind
        with `connections`); one that starts with `torch.optim.` makes an optimizer of `parameters`; any other
        is an expression in which the input ports' names stand for their values. Batched values have their
        batch first.
        """

    def multiply_adds(self, *inputs: ValueType | None) -> int:  # noqa: ARG002
        """Multiply-accumulate operations of one forward pass over one sample."""
        return 0


class InputNode(Node):
    """A kind whose value is given by name: a dataset's column when training, the caller's when evaluating."""

    @property
    @abstractmethod
    def input_name(self) -> str: ...

    @property
    @abstractmethod
    def column_name(self) -> str: ...


class OutputNode(Node):
    """A kind whose input is what evaluation returns. `build` returns nothing."""

    @property
    @abstractmethod
    def output_name(self) -> str: ...


class MetricNode(Node):
    """A kind that is recorded and never differentiated. `build` returns nothing."""

    @property
    @abstractmethod
    def metric_name(self) -> str: ...

    @property
    @abstractmethod
    def higher_is_better(self) -> bool: ...

    @abstractmethod
    def measure(self, build: Build, *inputs: Value | None) -> Value:
        """A vector of floating-point numbers that says all there is to know about the batch."""

    def sums(self, measured: Sums) -> Sums:
        """From what `measure` found in one batch to what is added over batches, in float64.

        Adding comes first and `summarize` last, so that a short last batch weighs what it should.
        """
        return measured

    @abstractmethod
    def summarize(self, sums: Sums) -> float:
        """The figure that a person reads; NaN if nothing was measured."""

    def confusion(self, sums: Sums) -> Confusion | None:  # noqa: ARG002
        """How often each class (row) was taken for each class (column), for metrics that count that."""
        return None


class WatchNode(Node):
    """A kind whose output, its input unchanged, is recorded while training. It is an end of the graph.

    `graph.ends.Ends.watches` lists those of a graph.
    """

    @property
    @abstractmethod
    def watch_name(self) -> str | None:
        """Under which it is recorded; `None`: the node's label or id."""

    @property
    @abstractmethod
    def shown_as(self) -> WatchDisplay: ...

    @property
    @abstractmethod
    def steps_between(self) -> int:
        """It is recorded in steps whose number, counted from 1, is a multiple of this."""


class OptimizerNode(Node):
    """A kind that minimizes its input. `build` returns nothing."""

    @property
    @abstractmethod
    def optimizer_name(self) -> str | None:
        """Under which its loss is recorded; `None`: the node's label or id."""

    @property
    @abstractmethod
    def base_learning_rate(self) -> float: ...

    @property
    @abstractmethod
    def step_order(self) -> int:
        """Optimizers step in ascending order on the same batch."""

    @property
    @abstractmethod
    def optimized_nodes(self) -> tuple[str, ...] | None:
        """Ids of the nodes whose parameters it may change; `None`: all that reach its input."""

    @abstractmethod
    def objective(self, build: Build, *inputs: Value | None) -> Value:
        """The scalar to minimize: a mean over all elements and the batch."""

    @abstractmethod
    def rule(self) -> UpdateRule:
        """With the settings that hold for all steps; it says which tensors are kept between them."""

    def rule_of_step(self, learning_rate: Value, progress: Progress) -> UpdateRule:  # noqa: ARG002
        """With what changes from step to step, as the momentum may; `learning_rate` is the base rate."""
        return self.rule()

    @property
    @abstractmethod
    def clipping(self) -> Clipping | None:
        """How the gradients of one update are bounded, all parameters of this Optimizer together."""

    @property
    @abstractmethod
    def accumulated_batches(self) -> int:
        """After how many batches it changes parameters, by the mean of their gradients."""

    @property
    @abstractmethod
    def plateau(self) -> PlateauSettings | None:
        """How the base rate falls when the monitored figure stays; the training loop sees to it."""

    @property
    @abstractmethod
    def follows_horizon(self) -> bool:
        """Whether `scheduled` depends on how long the run, or an epoch, is."""

    @property
    def unscheduled(self) -> Mapping[str, JsonValue]:
        """Settings to change so that every step uses the base rate, and what else the first step uses."""
        return {}

    @abstractmethod
    def scheduled(self, learning_rate: Value, progress: Progress) -> Value:
        """The learning rate of a step, from the base rate: a scalar in IR."""


def wired(inputs: Sequence[T | None]) -> tuple[T, ...]:
    """The inputs of ports that are not optional, each of which the graph walker has seen to be wired."""
    present = tuple(value for value in inputs if value is not None)
    if len(present) < len(inputs):
        raise NodeProblem(
            "An input is not connected.",
            code="missing",
            expected=f"{len(inputs)} wires",
            got=f"{len(present)} wires",
            remedy="Connect every input.",
        )
    return present
