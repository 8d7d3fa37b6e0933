from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, check_shape

MAX_CLASSES = 2**16


class OneHot(OneToOne):
    """Makes of a class number a list of zeros with a single 1 at the place of the class.

    Integers (...) become float32 (..., classes); the new axis can stand elsewhere. A number that is no class
    (below 0, or from the number of classes on) gives NaN, so that the loss says so. Whole numbers have
    no gradient. Like `torch.nn.functional.one_hot`, whose result consists of integers.
    """

    title: ClassVar[str] = "One-hot"
    category: ClassVar[Category] = "Shape"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("int64", (), True),)),
        Example((ValueType("int64", (2, 3), True),), {"classes": 4, "axis": 0}),
        Example((ValueType("int64", (2,)),), {"classes": 3, "axis": -2}),
    )

    classes: int = setting(10, "Classes", "How many classes there are.", ge=1, le=MAX_CLASSES)
    axis: Axis = setting(-1, "Axis", "Where the new axis stands in the result; -1: last.")

    def result(self, value: ValueType) -> ValueType:
        if value.dtype != "int64":
            raise NodeProblem(
                "Classes are known by whole numbers.",
                code="dtype",
                port="input",
                expected="int64",
                got=str(value),
                remedy="Put a Cast to int64 before it.",
                fix=Fix("insert", "Insert Cast to int64", "Cast", {"dtype": "int64"}),
            )
        check_shape((*value.shape, self.classes))
        axis = self._axis(value)
        shape = (*value.shape[:axis], self.classes, *value.shape[axis:])
        return ValueType("float32", shape, value.batched)

    def _axis(self, value: ValueType) -> int:
        rank = value.rank + 1
        if not -rank <= self.axis < rank:
            raise NodeProblem(
                "The new axis has no such place.",
                code="setting",
                port="input",
                expected=f"an axis from {-rank} to {rank - 1}",
                got=f"axis {self.axis} for {value}",
                remedy="Choose -1 for the last place, or 0 for the first.",
                fix=Fix("set", "Put the new axis last", settings={"axis": -1}),
            )
        return self.axis % rank

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        found = ops.one_hot(x, self.classes, build.float_dtype)
        exists = ops.logical_and(
            ops.ge(x, ops.full_like(0, x)), ops.lt(x, ops.full_like(self.classes, x))
        )  # fmt: skip
        is_class = ops.broadcast(exists, found.shape, range(x.rank))
        found = ops.select(is_class, found, ops.full_like(float("nan"), found))
        order = list(range(x.rank))
        order.insert(self._axis(source) + source.batched, x.rank)
        return ops.transpose(found, order)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        place = self._axis(value) + value.batched
        return f"F.one_hot(input, {self.classes}).movedim(-1, {place}).to(torch.float32)"
