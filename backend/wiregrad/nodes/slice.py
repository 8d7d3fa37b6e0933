from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axis, tensor_axis
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import MAX_DIMENSION, NodeProblem, ValueType


class Slice(OneToOne):
    """Takes a piece of each sample along one axis: from a start up to, without, a stop.

    As `value[start:stop:step]` in Python: negative places count from the end, an empty stop means up to the
    end, and what lies beyond the end is left out. With a step of 2 every second element is taken.
    """

    title: ClassVar[str] = "Slice"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4,), True),), {"start": 1}),
        Example((ValueType("float32", (2, 5), True),), {"axis": -1, "stop": -1, "step": 2}),
        Example((ValueType("int64", (4, 2)),), {"start": -3, "stop": 3}),
    )

    axis: Axis = setting(0, "Axis", "The axis of a sample along which the piece lies.")
    start: int = setting(
        0,
        "Start",
        "The first place, counted from 0 or from the end by -1.",
        ge=-MAX_DIMENSION,
        le=MAX_DIMENSION,
    )
    stop: int | None = setting(
        None, "Stop", "The place before which it ends; empty: the end.", ge=-MAX_DIMENSION, le=MAX_DIMENSION
    )
    step: int = setting(1, "Step", "How far it is from one place to the next.", ge=1, le=MAX_DIMENSION)

    def result(self, value: ValueType) -> ValueType:
        axis = sample_axis(self.axis, value)
        length = len(self._places(value))
        return value.with_shape((*value.shape[:axis], length, *value.shape[axis + 1 :]))

    def _places(self, value: ValueType) -> range:
        length = value.shape[sample_axis(self.axis, value)]
        places = range(*slice(self.start, self.stop, self.step).indices(length))
        if not places:
            raise NodeProblem(
                "Nothing is left of the value.",
                port="input",
                expected=f"a start that lies within the length {length} and before the stop",
                got=f"from {self.start} to {'the end' if self.stop is None else self.stop} of {value}",
                remedy="Choose an earlier start or a later stop.",
            )
        return places

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        axis, places = tensor_axis(self.axis, source), self._places(source)
        starts, stops, steps = [0] * x.rank, list(x.shape), [1] * x.rank
        starts[axis], stops[axis], steps[axis] = places.start, places.stop, places.step
        return ops.slice(x, starts, stops, steps)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        places = self._places(value)
        numbers = f"torch.arange({places.start}, {places.stop}, {places.step})"
        return f"torch.index_select(input, {tensor_axis(self.axis, value)}, {numbers})"
