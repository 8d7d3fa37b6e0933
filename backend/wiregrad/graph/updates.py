"""What one Optimizer does with its gradients: gather those of several batches, clip them, take a step."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from wiregrad.engine import ops
from wiregrad.engine.ir import TensorType, Value
from wiregrad.engine.optimizers.rule import UpdateRule
from wiregrad.graph.ends import End
from wiregrad.graph.functions import FunctionBuilder
from wiregrad.graph.layout import Segment
from wiregrad.nodes import Clipping, OptimizerNode

AGAINST_ZERO = 1e-6
"""What PyTorch adds to a norm before it divides by it."""

Gradients = Mapping[Segment, Value]


@dataclass(frozen=True, slots=True)
class Piece:
    """What a rule changes at once: a whole segment, or one tensor of it."""

    name: str
    parameter: Value
    gradient: Value


@dataclass(slots=True)
class Update:
    """The IR of one Optimizer's update; `rate` and `step` are scalars, the step counted from 1.

    With several batches to an update the mean of their gradients counts, and the rule's step is the number
    of the update. `due` tells whether this step is the last of its group; until then nothing else changes.
    """

    builder: FunctionBuilder
    end: End[OptimizerNode]
    rate: Value
    step: Value
    rule: UpdateRule
    due: Value | None = field(default=None, init=False)

    def apply(self, values: dict[str, Value], gradients: Gradients) -> None:
        """Give each segment in `values` its next value."""
        if self.end.role.accumulated_batches > 1:
            gradients = self._gathered(gradients)
        if clipping := self.end.role.clipping:
            gradients = clipped(gradients, clipping)
        for segment, gradient in gradients.items():
            values[segment.name] = self._changed(segment, values[segment.name], gradient)

    # Several batches

    def _gathered(self, gradients: Gradients) -> Gradients:
        batches = self.end.role.accumulated_batches
        one = ops.constant(1, "int64")
        gathered = ops.add(self._state("batches", one.type), one)
        updates = self._state("updates", one.type)
        self.due = ops.eq(gathered, ops.full_like(batches, gathered))
        self.step = ops.add(updates, one)
        self._carry("batches", ops.select(self.due, ops.full_like(0, gathered), gathered))
        self._carry("updates", ops.select(self.due, self.step, updates))
        means = {}
        for segment, gradient in gradients.items():
            name = f"gradient/{segment.name}"
            part = ops.mul(gradient, ops.full_like(1 / batches, gradient))
            means[segment] = ops.add(self._state(name, gradient.type), part)
            self._carry(name, self._if_due(ops.full_like(0, gradient), means[segment]))
        return means

    def _if_due(self, new: Value, old: Value) -> Value:
        return new if self.due is None else ops.select(ops.broadcast_to(self.due, new.shape), new, old)

    # The rule

    def _changed(self, segment: Segment, flat: Value, gradient: Value) -> Value:
        if not self.rule.per_tensor:
            return self._stepped(Piece(segment.name, flat, gradient))
        return segment.join(map(self._stepped, _tensors(segment, flat, gradient)))

    def _stepped(self, piece: Piece) -> Value:
        state = {
            key: self._state(f"{key}/{piece.name}", type_)
            for key, type_ in self.rule.state(piece.parameter.type).items()
        }
        new, new_state = self.rule.update(piece.parameter, piece.gradient, state, self.rate, self.step)
        for key, value in new_state.items():
            self._carry(f"{key}/{piece.name}", self._if_due(value, state[key]))
        return self._if_due(new, piece.parameter)

    # What is kept between steps

    def _state(self, name: str, type_: TensorType) -> Value:
        return self.builder.read(self._full_name(name), type_)

    def _carry(self, name: str, value: Value) -> None:
        self.builder.carry(self._full_name(name), value)

    def _full_name(self, name: str) -> str:
        return f"optimizer/{self.end.resolved.id}/{name}"


def _tensors(segment: Segment, flat: Value, gradient: Value) -> Iterator[Piece]:
    slopes = segment.split(gradient)
    return (Piece(name, tensor, slopes[name]) for name, tensor in segment.split(flat).items())


def clipped(gradients: Gradients, clipping: Clipping) -> Gradients:
    """As `torch.nn.utils.clip_grad_norm_` over all of them, or `clip_grad_value_`."""
    if clipping.by == "value":
        return {segment: _bounded(gradient, clipping.limit) for segment, gradient in gradients.items()}
    squares = [ops.reduce_sum(ops.square(gradient), [0]) for gradient in gradients.values()]
    if not squares:
        return gradients
    total = squares[0]
    for square in squares[1:]:
        total = ops.add(total, square)
    norm = ops.add(ops.sqrt(total), ops.full_like(AGAINST_ZERO, total))
    part = ops.minimum(ops.div(ops.full_like(clipping.limit, norm), norm), ops.full_like(1, norm))
    return {
        segment: ops.mul(gradient, ops.broadcast_to(part, gradient.shape))
        for segment, gradient in gradients.items()
    }


def _bounded(gradient: Value, limit: float) -> Value:
    return ops.maximum(ops.minimum(gradient, ops.full_like(limit, gradient)), ops.full_like(-limit, gradient))
