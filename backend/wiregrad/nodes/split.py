from itertools import accumulate, pairwise
from typing import Annotated, ClassVar

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axis, tensor_axis
from wiregrad.nodes._fields import Axis, Dimension, setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import INPUT, numbered
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape

MAX_PARTS = 64


class Split(Node):
    """Cuts a value into parts along an axis of the sample: the opposite of Concatenate.

    Each part has a port of its own. Parts are equally long unless their lengths are given, as in
    `torch.split` with a list of lengths.
    """

    title: ClassVar[str] = "Split"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4,), True),)),
        Example((ValueType("float32", (2, 6), True),), {"axis": -1, "count": 3}),
        Example((ValueType("float32", (4, 2)),), {"lengths": [1, 3]}),
        Example((ValueType("bool", (2, 2), True),), {"axis": 1}),
    )

    axis: Axis = setting(0, "Axis", "The axis of a sample that is cut; -1 is the last.")
    count: int = setting(
        2, "Parts", "How many equal parts; not used if lengths are given.", ge=1, le=MAX_PARTS
    )
    lengths: Annotated[tuple[Dimension, ...], Field(max_length=MAX_PARTS)] = setting(
        (), "Lengths", "How long each part is; empty: all are equally long.", control="shape"
    )

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return numbered("output", len(self.lengths) or self.count, "The part at this place.")

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        axis = sample_axis(self.axis, value)
        return tuple(
            value.with_shape((*value.shape[:axis], length, *value.shape[axis + 1 :]))
            for length in self._lengths(value.shape[axis])
        )

    def _lengths(self, length: int) -> tuple[int, ...]:
        if self.lengths:
            self._check_sum(length)
            return self.lengths
        if length % self.count:
            raise NodeProblem(
                "The axis cannot be cut into equal parts.",
                port="input",
                expected=f"a length that {self.count} divides",
                got=f"length {length}",
                remedy="Choose a number of parts that divides the length, or write down the lengths.",
            )
        return (length // self.count,) * self.count

    def _check_sum(self, length: int) -> None:
        if sum(self.lengths) == length:
            return
        rest = length - sum(self.lengths[:-1])
        corrected = [*self.lengths[:-1], rest]
        fix = Fix("set", f"Make the last part {rest} long", settings={"lengths": corrected})
        raise NodeProblem(
            "The lengths of the parts do not add up to the length of the axis.",
            port="input",
            expected=f"lengths with the sum {length}",
            got=f"{format_shape(self.lengths)}, which is {sum(self.lengths)} together",
            remedy="Change one of the lengths.",
            fix=fix if rest > 0 else None,
        )

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        (x,), (source,) = wired(inputs), wired(build.inputs)
        axis = tensor_axis(self.axis, source)
        ends = [0, *accumulate(self._lengths(x.shape[axis]))]
        return tuple(ops.slice_axis(x, start, stop, axis) for start, stop in pairwise(ends))

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        axis = tensor_axis(self.axis, value)
        lengths = list(self._lengths(value.shape[axis - value.batched]))
        return f"torch.split(input, {lengths}, dim={axis})"
