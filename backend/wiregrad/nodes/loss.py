from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._loss_settings import LossName, LossSettings, Reduction
from wiregrad.nodes._losses import LossFormula
from wiregrad.nodes._node import Build, Category, Example, Port, wired
from wiregrad.nodes._ports import JUDGED, OUTPUT
from wiregrad.nodes._types import ValueType

LOGITS = ValueType("float32", (3,), True)
NUMBERS = ValueType("float32", (2,), True)
CLASS_NUMBERS = ValueType("int64", (), True)


class Loss(LossSettings):
    """Measures how far predictions are from their targets: the number that training makes small.

    Squared, absolute and Huber losses compare elements of equal shapes. Cross-entropy takes logits of shape
    (classes, ...), that is numbers *before* any softmax, and class numbers (...) or probabilities (classes,
    ...). Binary cross-entropy takes logits before any sigmoid, and targets from 0 to 1; so does the focal
    loss, which counts targets less that are almost met (`torchvision.ops.sigmoid_focal_loss`).

    KL divergence takes logarithms of probabilities, as Activation's LogSoftmax gives them, and probabilities;
    the mean is over all elements, as `F.kl_div` takes it. Hinge is relu(margin - prediction * target) for
    targets of -1 and 1, or booleans. Multi-class hinge takes scores (classes, ...) and class numbers (...),
    and is `F.multi_margin_loss`.

    Formulas and defaults are those of `torch.nn.functional`. With class weights the mean cross-entropy of
    class numbers is divided by the sum of their weights, as there. Balanced weights are samples / (classes *
    samples of the class), counted in the training split, as in scikit-learn. A class number that does not
    exist makes the loss NaN.
    """

    title: ClassVar[str] = "Loss"
    category: ClassVar[Category] = "Losses and metrics"
    choice: ClassVar[str] = "loss"
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
        Example((LOGITS, CLASS_NUMBERS), {"loss": "cross_entropy"}),
        Example((LOGITS, LOGITS), {"loss": "cross_entropy", "label_smoothing": 0.1}),
        Example(
            (ValueType("float32", (3, 2), True), ValueType("int64", (2,), True)),
            {"loss": "cross_entropy", "reduction": "none", "label_smoothing": 0.2},
        ),
        Example(
            (LOGITS, CLASS_NUMBERS), {"loss": "cross_entropy", "class_weights": [1, 2.5, 0.5], "ignore": 0}
        ),
        Example((NUMBERS, NUMBERS), {"loss": "binary_cross_entropy", "positive_weight": 3}),
        Example((NUMBERS, ValueType("bool", (2,), True)), {"loss": "focal"}),
        Example((NUMBERS, NUMBERS), {"loss": "focal", "focusing": 1.5, "balance": None}),
        Example((NUMBERS, NUMBERS), {"loss": "kl_divergence"}),
        Example((NUMBERS, ValueType("bool", (2,), True)), {"loss": "hinge", "margin": 0.5}),
        Example((LOGITS, CLASS_NUMBERS), {"loss": "multi_class_hinge", "class_weights": [1, 2, 3]}),
        Example(
            (ValueType("float32", (3, 2), True), ValueType("int64", (2,), True)),
            {"loss": "multi_class_hinge", "reduction": "none"},
        ),
    )

    loss: LossName = setting("mse", "Loss", "Which formula compares prediction and target.")
    reduction: Reduction = setting(
        "mean", "Reduction", "Whether the losses of all elements and samples are averaged, added or kept."
    )

    @property
    def chosen_loss(self) -> LossName:
        return self.loss

    @property
    def formula(self) -> LossFormula:
        return LossFormula(self)

    def inputs(self) -> tuple[Port, ...]:
        return JUDGED

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        prediction, target = wired(inputs)
        losses = self.formula.result(prediction, target)
        return (losses if self.reduction == "none" else ValueType("float32", ()),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        prediction, target = wired(inputs)
        first, second = wired(build.inputs)
        return (self.formula.reduced(self.reduction, build, prediction, target, (first, second)),)

    def torch(self, *inputs: ValueType | None) -> str:
        prediction, target = wired(inputs)
        return self.formula.torch(self.reduction, prediction, target)
