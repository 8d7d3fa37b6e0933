from typing import ClassVar, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import ShapeSetting, setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port
from wiregrad.nodes._types import Fix, NodeProblem, ValueType

Distribution = Literal["normal", "uniform"]


class Random(Node):
    """Draws new random numbers in every step: noise to add, or something for a generator to start from.

    The numbers follow from the run's seed, the step and this node's id, so a run that is repeated or goes on
    draws the same ones. When evaluating, and while validation is measured, there is one fixed draw: with the
    same number of samples the numbers are always the same. For numbers of your own choice use an Input.
    """

    title: ClassVar[str] = "Random"
    category: ClassVar[Category] = "Sources"
    examples: ClassVar[tuple[Example, ...]] = (
        Example(settings={"shape": [4]}),
        Example(settings={"shape": [2, 3], "distribution": "uniform", "low": -1, "high": 2}),
        Example(settings={"per_sample": False, "mean": 5, "deviation": 0.1}),
        Example(settings={"distribution": "uniform", "per_sample": False, "low": 1, "high": 1}),
    )

    shape: ShapeSetting = setting(
        (), "Shape", "Lengths of its axes; empty for a single number.", control="shape"
    )
    distribution: Distribution = setting("normal", "Distribution", "How the numbers are drawn.")
    mean: float = setting(
        0.0, "Mean", "Around which number.", ge=-1e6, le=1e6, show_when={"distribution": ["normal"]}
    )
    deviation: float = setting(
        1.0, "Deviation", "The standard deviation.", ge=0, le=1e6, show_when={"distribution": ["normal"]}
    )
    low: float = setting(
        0.0, "Low", "The smallest number.", ge=-1e6, le=1e6, show_when={"distribution": ["uniform"]}
    )
    high: float = setting(
        1.0,
        "High",
        "What all numbers stay below.",
        ge=-1e6,
        le=1e6,
        show_when={"distribution": ["uniform"]},
    )
    per_sample: bool = setting(
        True, "Per sample", "Whether each sample of the batch has numbers of its own, or all share them."
    )

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "The numbers that were drawn."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:  # noqa: ARG002
        if self.distribution == "uniform" and self.low > self.high:
            raise NodeProblem(
                "No number lies between these limits.",
                code="setting",
                expected="a low that is not above the high",
                got=f"low {self.low}, high {self.high}",
                remedy="Exchange the two.",
                fix=Fix("set", "Exchange them", settings={"low": self.high, "high": self.low}),
            )
        return (ValueType("float32", self.shape, self.per_sample),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        tensor = self.infer()[0].tensor(build.batch_size, build.float_dtype)
        is_normal = self.distribution == "normal"
        draw = ops.normal if is_normal else ops.uniform
        drawn = draw(build.seed, build.step, build.stream, tensor.shape, build.float_dtype)
        start, width = (self.mean, self.deviation) if is_normal else (self.low, self.high - self.low)
        spread = ops.mul(drawn, ops.full_like(width, drawn))
        return (ops.add(spread, ops.full_like(start, drawn)),)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        lengths = ["batch_size"] * self.per_sample + list(map(str, self.shape))
        size = f"[{', '.join(lengths)}]"
        if self.distribution == "normal":
            return f"torch.randn({size}) * {self.deviation} + {self.mean}"
        return f"torch.rand({size}) * {self.high - self.low} + {self.low}"
