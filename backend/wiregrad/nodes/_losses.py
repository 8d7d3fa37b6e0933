"""The loss that settings choose, for the Loss node and for an Optimizer with prediction and target."""

from dataclasses import dataclass

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._loss_of_classes import CLASS_LOSSES, check_class_loss
from wiregrad.nodes._loss_of_pairs import PAIRED_LOSSES, check_paired_loss
from wiregrad.nodes._loss_settings import LossName, LossSettings, Reduction
from wiregrad.nodes._node import Build
from wiregrad.nodes._pairs import pair_type
from wiregrad.nodes._types import ValueType


@dataclass(frozen=True, slots=True)
class LossFormula:
    """The loss that a node's settings choose."""

    settings: LossSettings

    @property
    def name(self) -> LossName:
        return self.settings.chosen_loss

    def result(self, prediction: ValueType, target: ValueType) -> ValueType:
        """The type of the unreduced losses, or a NodeProblem at the port `prediction` or `target`."""
        if self.name in CLASS_LOSSES:
            check_class_loss(self.settings, prediction, target)
            return ValueType("float32", prediction.shape[1:], prediction.batched or target.batched)
        check_paired_loss(self.name, prediction, target)
        return pair_type(prediction, target)

    def reduced(
        self,
        reduction: Reduction,
        build: Build,
        prediction: Value,
        target: Value,
        sources: tuple[ValueType, ValueType],
    ) -> Value:
        """The losses of the type that `result` promises, or one number of them all."""
        losses, weights = self._losses(build, prediction, target, sources)
        match reduction:
            case "none":
                return losses
            case "sum":
                return _total(losses)
            case "mean" if weights is not None:
                return ops.div(_total(losses), _total(weights))
            case "mean":
                return ops.mean(losses)

    def _losses(
        self, build: Build, prediction: Value, target: Value, sources: tuple[ValueType, ValueType]
    ) -> tuple[Value, Value | None]:
        """With the weights whose sum a mean is divided by; None: their number."""
        if self.name in CLASS_LOSSES:
            return CLASS_LOSSES[self.name].build(self.settings, build, prediction, target, sources)
        paired = PAIRED_LOSSES[self.name]
        return paired.build(self.settings, build, prediction, target, sources), None

    def torch(self, reduction: Reduction, prediction: ValueType, target: ValueType) -> str:
        losses = CLASS_LOSSES if self.name in CLASS_LOSSES else PAIRED_LOSSES
        return losses[self.name].torch(self.settings, reduction, prediction, target)


def _total(value: Value) -> Value:
    return ops.reduce_sum(value, range(value.rank))
