"""What the kinds share that make one number of many."""

from abc import abstractmethod
from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import sample_axes
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import AxesSetting, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Shape, ValueDType, ValueType

MATRIX = ValueType("float32", (2, 3), True)


class Reduction(OneToOne):
    """Reduces over some axes of the sample, and over the batch if so set."""

    category: ClassVar[Category] = "Reductions"
    spelling: ClassVar[str]
    examples: ClassVar[tuple[Example, ...]] = (
        Example((MATRIX,)),
        Example((MATRIX,), {"axes": [-1]}),
        Example((MATRIX,), {"axes": [0], "keep_axes": True}),
        Example((MATRIX,), {"axes": [1], "over_batch": True}),
        Example((ValueType("float32", ()),), {"keep_axes": True}),
        Example((ValueType("int64", (3,), True),)),
        Example((ValueType("bool", (3,), True),), {"over_batch": True}),
    )

    axes: AxesSetting = setting(
        (),
        "Axes",
        "The axes of a sample to reduce, counted from 0 or from the end by -1; empty: all.",
        control="shape",
    )
    keep_axes: bool = setting(False, "Keep axes", "Whether reduced axes stay, with the length 1.")
    over_batch: bool = setting(
        False, "Over the batch", "Whether the samples of the batch are reduced as well."
    )

    @abstractmethod
    def result_dtype(self, dtype: ValueDType) -> ValueDType: ...

    def check(self, value: ValueType) -> None:
        """Raise a NodeProblem if this cannot be reduced; there is nothing that a sum would refuse."""

    @abstractmethod
    def reduce(self, x: Value, axes: list[int]) -> Value:
        """Remove the axes of the tensor; `x` has the dtype of the result."""

    def result(self, value: ValueType) -> ValueType:
        self.check(value)
        batched = value.batched and not self.over_batch
        return ValueType(self.result_dtype(value.dtype), self._shape(value), batched)

    def _shape(self, value: ValueType) -> Shape:
        axes = sample_axes(self.axes, value)
        if self.keep_axes:
            return tuple(1 if axis in axes else length for axis, length in enumerate(value.shape))
        return tuple(length for axis, length in enumerate(value.shape) if axis not in axes)

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        result = self.result(source)
        reduced = self.reduce(convert(build, x, result.dtype), self._tensor_axes(source))
        return ops.reshape(reduced, result.tensor(build.batch_size).shape)

    def _tensor_axes(self, source: ValueType) -> list[int]:
        over_batch = [0] if source.batched and self.over_batch else []
        return over_batch + [axis + source.batched for axis in sample_axes(self.axes, source)]

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        result = self.result(value)
        axes = self._tensor_axes(value)
        reduced = self.spelled(f"input{converted(value, result)}", axes)
        shape = (["-1"] if result.batched else []) + list(map(str, result.shape))
        return f"{reduced}.reshape([{', '.join(shape)}])" if self.keep_axes and axes else reduced

    def spelled(self, x: str, axes: list[int]) -> str:
        """In PyTorch, the axes of the tensor removed; `x` has the dtype of the result."""
        return f"torch.{self.spelling}({x}, dim={axes})" if axes else x


def converted(value: ValueType, result: ValueType) -> str:
    return "" if value.dtype == result.dtype else f".to(torch.{result.dtype})"
