from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape
from wiregrad.nodes._weighted import check_float

LEAST_RANK = 2


class GlobalAvgPool(OneToOne):
    """Averages each channel over all places: of a picture remains how much there is of every pattern.

    (channels, ...) becomes (channels,), or (channels, 1, ...) if the axes are kept, as after
    `torch.nn.AdaptiveAvgPool2d(1)` (Lin et al. 2013, “Network In Network”).
    """

    title: ClassVar[str] = "Global average pool"
    category: ClassVar[Category] = "Layers"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 4, 5), True),)),
        Example((ValueType("float32", (2, 3), True),), {"keep_axes": True}),
        Example((ValueType("float32", (2, 2, 1, 3)),)),
    )

    keep_axes: bool = setting(False, "Keep axes", "Whether the averaged axes stay, with the length 1.")

    def result(self, value: ValueType) -> ValueType:
        check_float(value, "input")
        if value.rank < LEAST_RANK:
            shape = (1, value.size)
            fix = Fix("insert", f"Insert Reshape to {format_shape(shape)}", "Reshape", {"shape": [*shape]})
            raise NodeProblem(
                "There are no places to average over.",
                port="input",
                expected="shape (channels, ...) with at least one more axis",
                got=str(value),
                remedy="Connect the value before it is flattened, or reshape it to (1, ...) to average all.",
                fix=fix,
            )
        kept = (1,) * (value.rank - 1) if self.keep_axes else ()
        return value.with_shape((value.shape[0], *kept))

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        result = self.result(source)
        mean = ops.mean(x, range(1 + source.batched, x.rank))
        return ops.reshape(mean, result.tensor(build.batch_size).shape)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        axes = list(range(1 + value.batched, value.rank + value.batched))
        return f"input.mean({axes}, keepdim={self.keep_axes})"
