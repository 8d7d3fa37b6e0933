from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._losses import LossFormula, LossName, Reduction
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OUTPUT
from wiregrad.nodes._types import ValueType

LOGITS = ValueType("float32", (3,), True)
NUMBERS = ValueType("float32", (2,), True)


class Loss(Node):
    """Measures how far predictions are from their targets: the number that training makes small.

    Squared, absolute and Huber losses compare elements of equal shapes. Cross-entropy takes logits of shape
    (classes, ...), that is numbers *before* any softmax, and class numbers (...) or probabilities (classes,
    ...). Binary cross-entropy takes logits before any sigmoid, and targets from 0 to 1. Formulas and defaults
    are those of `torch.nn.functional`; a class number that does not exist makes the loss NaN.
    """

    title: ClassVar[str] = "Loss"
    category: ClassVar[Category] = "Losses and metrics"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((NUMBERS, NUMBERS)),
        Example((NUMBERS, NUMBERS), {"loss": "mae", "reduction": "sum"}),
        Example((NUMBERS, NUMBERS), {"loss": "huber", "delta": 0.5, "reduction": "none"}),
        Example(
            (ValueType("float32", (1,), True), ValueType("float32", ())), {"loss": "binary_cross_entropy"}
        ),
        Example(
            (ValueType("float32", (1,), True), ValueType("bool", (), True)), {"loss": "binary_cross_entropy"}
        ),
        Example((LOGITS, ValueType("int64", (), True)), {"loss": "cross_entropy"}),
        Example((LOGITS, LOGITS), {"loss": "cross_entropy", "label_smoothing": 0.1}),
        Example(
            (ValueType("float32", (3, 2), True), ValueType("int64", (2,), True)),
            {"loss": "cross_entropy", "reduction": "none", "label_smoothing": 0.2},
        ),
    )

    loss: LossName = setting("mse", "Loss", "Which formula compares prediction and target.")
    reduction: Reduction = setting(
        "mean", "Reduction", "Whether the losses of all elements and samples are averaged, added or kept."
    )
    delta: float = setting(
        1.0,
        "Delta",
        "The distance from which on the loss grows as a line, no longer as a square.",
        gt=0,
        le=1e6,
        show_when={"loss": ["huber"]},
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "The part of each target that is spread evenly over all classes.",
        ge=0,
        le=1,
        show_when={"loss": ["cross_entropy"]},
    )

    @property
    def formula(self) -> LossFormula:
        return LossFormula(self.loss, self.delta, self.label_smoothing)

    def inputs(self) -> tuple[Port, ...]:
        return Port("prediction", "What the network says."), Port("target", "What it should say.")

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        prediction, target = wired(inputs)
        losses = self.formula.result(prediction, target)
        return (losses if self.reduction == "none" else ValueType("float32", ()),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        prediction, target = wired(inputs)
        first, second = wired(build.inputs)
        losses = self.formula.build(build, prediction, target, (first, second))
        match self.reduction:
            case "none":
                return (losses,)
            case "sum":
                return (ops.reduce_sum(losses, range(losses.rank)),)
            case "mean":
                return (ops.mean(losses),)

    def torch(self, *inputs: ValueType | None) -> str:
        prediction, target = wired(inputs)
        return self.formula.torch(self.reduction, prediction, target)
