from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._random_mask import dropped
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._weighted import check_float


class Dropout(OneToOne):
    """Sets random numbers to zero while training, so that the network does not rely on any single one.

    Those that stay are divided by 1 - probability, which keeps the mean (Srivastava et al. 2014;
    `torch.nn.Dropout`). When evaluating it changes nothing. The choice is new in every step, and the same for
    the same seed and step.
    """

    title: ClassVar[str] = "Dropout"
    category: ClassVar[Category] = "Layers"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4, 3), True),)),
        Example((ValueType("float32", (5,)),), {"probability": 0.0}),
        Example((ValueType("float32", (5,), True),), {"probability": 1.0}),
    )

    probability: float = setting(0.5, "Probability", "How likely a number is set to zero.", ge=0, le=1)

    def result(self, value: ValueType) -> ValueType:
        check_float(value, "input")
        return value

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        return dropped(build, x, self.probability, build.stream) if build.training else x

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return f"nn.Dropout(p={self.probability})"
