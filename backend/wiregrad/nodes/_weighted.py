"""What the kinds share that own weights: several pairs of ports over one set of weights, and freezing."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import MAX_CONNECTIONS, setting
from wiregrad.nodes._node import Build, Category, Node, Port, wired
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._ports import numbered
from wiregrad.nodes._types import NodeProblem, ValueType, format_shape


class Connected(Node):
    """What is true of every kind with weights, however many ports one connection has."""

    category: ClassVar[Category] = "Layers"

    connections: int = setting(
        1,
        "Connections",
        "How many pairs of input and output share this node's weights.",
        ge=1,
        le=MAX_CONNECTIONS,
    )
    trainable: bool = setting(True, "Trainable", "Whether Optimizers may change its weights.")

    @abstractmethod
    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        """The tensors that an input of this type needs."""

    def check_shared(self, values: Mapping[str, ValueType]) -> None:
        """Refuse, at its port, an input that needs weights of other sizes than the first."""
        first, *_ = values.values()
        shared = _shapes(self.weights(first))
        for port, value in values.items():
            if (needed := _shapes(self.weights(value))) != shared:
                raise NodeProblem(
                    "The connections of this node share one set of weights, but this one needs other sizes.",
                    port=port,
                    expected=f"an input for the weights {shared}, such as {first}",
                    got=f"{value}, which needs {needed}",
                    remedy="Connect a value like the first, or use a second node with weights of its own.",
                )


class Weighted(Connected):
    """Each of the `connections` goes through the same weights, and the gradients of all of them add up."""

    def inputs(self) -> tuple[Port, ...]:
        return numbered("input", self.connections, "The value to work on.")

    def outputs(self) -> tuple[Port, ...]:
        return numbered("output", self.connections, "The result for the input of the same number.")

    @abstractmethod
    def result(self, value: ValueType, port: str) -> ValueType:
        """What becomes of one input, or a NodeProblem at its port."""

    @abstractmethod
    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        """Lower one connection."""

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        values = wired(inputs)
        ports = [port.name for port in self.inputs()]
        results = tuple(self.result(value, port) for value, port in zip(values, ports, strict=True))
        self.check_shared(dict(zip(ports, values, strict=True)))
        return results

    def parameters(self, *inputs: ValueType | None) -> Mapping[str, ParameterSpec]:
        return self.weights(wired(inputs)[0])

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        pairs = zip(wired(inputs), wired(build.inputs), strict=True)
        return tuple(self.apply(build, value, source) for value, source in pairs)


def _shapes(weights: Mapping[str, ParameterSpec]) -> str:
    return ", ".join(f"{name} {format_shape(spec.shape)}" for name, spec in weights.items())


def check_float(value: ValueType, port: str) -> None:
    """Layers calculate with fractions; class numbers and booleans that end up here are a mistake."""
    if not value.is_float:
        raise NodeProblem(
            "This layer works on numbers with fractions.",
            code="dtype",
            port=port,
            expected="float32",
            got=str(value),
            remedy="Connect float32 values: set the data type of the Input or Constant that they come from.",
        )
