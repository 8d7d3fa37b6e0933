"""Losses of two equal shapes, element by element: each formula with its spelling in PyTorch."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._loss_settings import LossName, LossSettings, Reduction
from wiregrad.nodes._node import Build
from wiregrad.nodes._pairs import pair_spelling, pair_values
from wiregrad.nodes._types import NodeProblem, ValueType

Sources = tuple[ValueType, ValueType]
LEAST_MISS = 1e-30
"""Below, a power of the miss has no derivative that float32 can hold."""


@dataclass(frozen=True, slots=True)
class PairedLoss:
    """`no` is the number that a boolean no stands for, if the loss takes booleans."""

    formula: Callable[[LossSettings, Value, Value], Value]
    # The unreduced losses, or a function that takes a reduction as well. (PyTorch warns of the mean of KL.)
    spelling: Callable[[LossSettings, str, str], str]
    no: int | None = None

    def build(
        self, settings: LossSettings, build: Build, prediction: Value, target: Value, sources: Sources
    ) -> Value:
        x, t = pair_values(build, prediction, target, sources)
        if sources[1].dtype == "bool" and self.no:
            t = ops.sub(ops.add(t, t), ops.full_like(1, t))
        return self.formula(settings, x, t)

    def torch(
        self, settings: LossSettings, reduction: Reduction, prediction: ValueType, target: ValueType
    ) -> str:
        x, t = pair_spelling(prediction, target)
        if target.dtype == "bool" and self.no:
            t = f"(2 * {t} - 1)"
        losses = self.spelling(settings, x, t)
        if losses.startswith("F.") and "reduction=" not in losses:
            return f"{losses[:-1]}, reduction='{reduction}')"
        return losses if reduction == "none" else f"({losses}).{reduction}()"


def check_paired_loss(name: LossName, prediction: ValueType, target: ValueType) -> None:
    takes_booleans = PAIRED_LOSSES[name].no is not None
    for port, value in (("prediction", prediction), ("target", target)):
        if value.dtype == "bool" and not (takes_booleans and port == "target"):
            raise NodeProblem(
                "This loss compares numbers.",
                code="dtype",
                port=port,
                expected="float32 or int64",
                got=str(value),
                remedy="Connect numbers; a target of booleans goes with binary cross-entropy.",
            )


def _mse(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    return ops.square(ops.sub(x, t))


def _mae(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    return ops.abs(ops.sub(x, t))


def _huber(settings: LossSettings, x: Value, t: Value) -> Value:
    """Huber 1964: half the square up to delta, a line beyond."""
    distance = ops.abs(ops.sub(x, t))
    delta, half = ops.full_like(settings.delta, x), ops.full_like(0.5, x)
    near = ops.mul(half, ops.square(distance))
    far = ops.mul(delta, ops.sub(distance, ops.mul(half, delta)))
    return ops.select(ops.le(distance, delta), near, far)


def _binary_cross_entropy(settings: LossSettings, x: Value, t: Value) -> Value:
    """-w t log(sigmoid(x)) - (1 - t) log(1 - sigmoid(x)), without an exponential that overflows.

    That is softplus(x) - x t where w is 1, and (1 - t) x + (1 + (w - 1) t) softplus(-x) for any w.
    """
    if settings.positive_weight == 1:
        return ops.sub(ops.softplus(x), ops.mul(x, t))
    one, more = ops.full_like(1, x), ops.full_like(settings.positive_weight - 1, x)
    weight = ops.add(one, ops.mul(more, t))
    return ops.add(ops.mul(ops.sub(one, t), x), ops.mul(weight, ops.softplus(ops.neg(x))))


def _binary_cross_entropy_spelling(settings: LossSettings, x: str, t: str) -> str:
    weight = settings.positive_weight
    option = "" if weight == 1 else f", pos_weight=torch.tensor({weight})"
    return f"F.binary_cross_entropy_with_logits({x}, {t}{option})"


def _focal(settings: LossSettings, x: Value, t: Value) -> Value:
    """Lin et al. 2017: cross-entropy times a power of how far the probability misses its target."""
    one = ops.full_like(1, x)
    rest = ops.sub(one, t)
    miss = ops.add(ops.mul(ops.sigmoid(x), rest), ops.mul(ops.sigmoid(ops.neg(x)), t))
    miss = ops.maximum(miss, ops.full_like(LEAST_MISS, x))
    losses = ops.mul(
        ops.sub(ops.softplus(x), ops.mul(x, t)), ops.pow(miss, ops.full_like(settings.focusing, x))
    )
    if settings.balance is None:
        return losses
    yes, no = ops.full_like(settings.balance, x), ops.full_like(1 - settings.balance, x)
    return ops.mul(losses, ops.add(ops.mul(yes, t), ops.mul(no, rest)))


def _focal_spelling(settings: LossSettings, x: str, t: str) -> str:
    """As in `torchvision.ops.sigmoid_focal_loss`."""
    miss = f"(torch.sigmoid({x}) * (1 - {t}) + torch.sigmoid(-{x}) * {t})"
    factors = [f"{miss}.pow({settings.focusing})"]
    if settings.balance is not None:
        factors.append(f"({settings.balance} * {t} + {1 - settings.balance} * (1 - {t}))")
    losses = f"F.binary_cross_entropy_with_logits({x}, {t}, reduction='none')"
    return " * ".join([*factors, losses])


def _kl_divergence(settings: LossSettings, x: Value, t: Value) -> Value:  # noqa: ARG001
    """Each t times log(t) - x, which is 0 where t is: what is impossible costs nothing."""
    zero = ops.full_like(0, t)
    impossible = ops.eq(t, zero)
    logs = ops.log(ops.select(impossible, ops.full_like(1, t), t))
    return ops.mul(t, ops.sub(logs, ops.select(impossible, zero, x)))


def _hinge(settings: LossSettings, x: Value, t: Value) -> Value:
    return ops.relu(ops.sub(ops.full_like(settings.margin, x), ops.mul(x, t)))


PAIRED_LOSSES: Mapping[LossName, PairedLoss] = {
    "mse": PairedLoss(_mse, lambda _, x, t: f"F.mse_loss({x}, {t})"),
    "mae": PairedLoss(_mae, lambda _, x, t: f"F.l1_loss({x}, {t})"),
    "huber": PairedLoss(_huber, lambda s, x, t: f"F.huber_loss({x}, {t}, delta={s.delta})"),
    "binary_cross_entropy": PairedLoss(_binary_cross_entropy, _binary_cross_entropy_spelling, no=0),
    "focal": PairedLoss(_focal, _focal_spelling, no=0),
    "kl_divergence": PairedLoss(_kl_divergence, lambda _, x, t: f"F.kl_div({x}, {t}, reduction='none')"),
    "hinge": PairedLoss(_hinge, lambda s, x, t: f"torch.relu({s.margin} - {x} * {t})", no=-1),
}
