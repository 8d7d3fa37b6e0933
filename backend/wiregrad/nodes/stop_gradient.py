from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Category, Example
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueType


class StopGradient(OneToOne):
    """Lets the value through and stops the gradient, on purpose.

    What lies before it is not trained through it: a target network, a frozen feature, the generator while the
    discriminator learns (`torch.Tensor.detach`).
    """

    title: ClassVar[str] = "Stop gradient"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 3), True),)),
        Example((ValueType("float32", ()),)),
        Example((ValueType("int64", (3,), True),)),
        Example((ValueType("bool", ()),)),
    )

    def result(self, value: ValueType) -> ValueType:
        return value

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return ops.stop_gradient(x)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input.detach()"
