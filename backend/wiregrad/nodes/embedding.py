from collections.abc import Mapping
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._parameters import Initializer, ParameterSpec
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._weighted import Weighted


class Embedding(Weighted):
    """Gives each word of a vocabulary, known by its number, a list of numbers that is learned.

    Integers (...) become (..., width): number n is replaced by row n of `weight`, of shape (vocabulary,
    width), as in `torch.nn.Embedding`. A number below 0 or from the vocabulary's size on has no row: its
    result is NaN, so that the loss says so at once. The padding number, if there is one, gives zeros and
    learns nothing.
    """

    title: ClassVar[str] = "Embedding"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("int64", (4,), True),), {"vocabulary": 3, "width": 2}),
        Example((ValueType("int64", ()),), {"vocabulary": 5, "width": 3}),
        Example(
            (ValueType("int64", (2,), True), ValueType("int64", (2, 2))),
            {"vocabulary": 4, "width": 1, "connections": 2, "initializer": "uniform"},
        ),
    )

    vocabulary: Dimension = setting(1000, "Vocabulary", "How many different numbers there are, from 0 on.")
    width: Dimension = setting(16, "Width", "How many numbers stand for each word.")
    padding: int | None = setting(
        None, "Padding number", "The number that fills up short sequences; none if empty.", ge=0
    )
    initializer: Initializer = setting("normal", "Weight initializer", "How starting weights are drawn.")

    def result(self, value: ValueType, port: str) -> ValueType:
        if value.dtype != "int64":
            raise NodeProblem(
                "Words are known by whole numbers.",
                code="dtype",
                port=port,
                expected="int64",
                got=str(value),
                remedy="Set the data type of the Input that they come from to int64.",
            )
        if self.padding is not None and self.padding >= self.vocabulary:
            raise NodeProblem(
                "The padding number is none of the vocabulary.",
                code="setting",
                expected=f"a number from 0 to {self.vocabulary - 1}",
                got=str(self.padding),
                remedy="Choose a number that exists, or leave “Padding number” empty.",
            )
        return ValueType("float32", (*value.shape, self.width), value.batched)

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:  # noqa: ARG002
        shape = (self.vocabulary, self.width)
        spec = ParameterSpec(
            shape, self.initializer, self.trainable, fan_in=self.vocabulary, fan_out=self.width
        )  # fmt: skip
        return {"weight": spec}

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:  # noqa: ARG002
        weight = build.parameters["weight"]
        exists = ops.logical_and(
            ops.ge(value, ops.full_like(0, value)), ops.lt(value, ops.full_like(self.vocabulary, value))
        )
        rows = ops.gather(weight, ops.select(exists, value, ops.full_like(0, value)), axis=0)
        spread = range(value.rank)
        if self.padding is not None:
            fills = ops.broadcast(ops.eq(value, ops.full_like(self.padding, value)), rows.shape, spread)
            rows = ops.select(fills, ops.full_like(0, rows), rows)
        scalar = ops.full(0, weight.dtype, value.shape)
        doubt = ops.select(exists, scalar, ops.full_like(float("nan"), scalar))
        return ops.add(rows, ops.broadcast(doubt, rows.shape, spread))

    def torch(self, *inputs: ValueType | None) -> str:
        wired(inputs)
        padding = "" if self.padding is None else f", padding_idx={self.padding}"
        return f"nn.Embedding({self.vocabulary}, {self.width}{padding})"
