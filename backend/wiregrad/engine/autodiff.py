"""Reverse-mode differentiation of IR into IR, and the question whether a gradient gets anywhere at all."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wiregrad.engine.ir import IRError, Value, is_float, topological
from wiregrad.engine.ops.elementwise import add
from wiregrad.engine.ops.sources import full_like
from wiregrad.engine.primitive import NoGradient


def _differentiable_edges(value: Value) -> list[int]:
    return [i for i in range(len(value.inputs)) if value.primitive.gradient_block(value, i) is None]


def _reached(order: Iterable[Value], sources: Iterable[Value]) -> set[Value]:
    """The values that differentiable paths lead to from float sources; `order` is topological."""
    reached = {source for source in sources if is_float(source.dtype)}
    for value in order:
        if any(value.inputs[i] in reached for i in _differentiable_edges(value)):
            reached.add(value)
    return reached


def gradients(output: Value, wrt: Sequence[Value], seed: Value | None = None) -> list[Value | None]:
    """The gradient of a scalar for each of the values in `wrt`, which may be intermediate ones.

    With a `seed` of the output's type, the output may have any shape and the result is the product of the
    seed with the Jacobian. None stands where no differentiable path leads from the value to the output.
    """
    if seed is None:
        if output.shape or not is_float(output.dtype):
            raise IRError(f"gradients: expected a float scalar, or a seed with it; got {output.type}")
        seed = full_like(1, output)
    if seed.type != output.type:
        raise IRError(f"gradients: expected a seed {output.type}; got {seed.type}")
    order = topological([output])
    active = _reached(order, wrt)
    if output not in active:
        return [None] * len(wrt)
    cotangents = {output: seed}
    for value in reversed(order):
        if value in active and value in cotangents:
            _propagate(value, cotangents, active)
    return [cotangents.get(value) for value in wrt]


def _propagate(value: Value, cotangents: dict[Value, Value], active: set[Value]) -> None:
    """Add to the cotangents of the operands what the cotangent of the value gives them."""
    edges = [i for i in _differentiable_edges(value) if value.inputs[i] in active]
    if not edges or isinstance(value.primitive.gradient, NoGradient):
        return
    parts = value.primitive.gradient(cotangents[value], value, *value.inputs, **value.attributes)
    for i in edges:
        operand, part = value.inputs[i], parts[i]
        if part is None or part.type != operand.type:
            raise IRError(f"the gradient rule of {value.primitive.name} gave {part!r} for {operand.type}")
        cotangents[operand] = add(cotangents[operand], part) if operand in cotangents else part


# ---- Why a gradient does not arrive ----


@dataclass(frozen=True)
class GradientBlock:
    """The primitive that a gradient does not pass, and why, in words for a person."""

    primitive: str
    reason: str


class Reach(NamedTuple):
    """Whether a value carries gradient; if not, what blocks it, or None where there is no path at all."""

    carries: bool
    block: GradientBlock | None


def carries_gradient(outputs: Sequence[Value], sources: Sequence[Value]) -> list[Reach]:
    """Tell for each output whether a differentiable path leads to it from any of the sources."""
    reached = _reached(topological(outputs), sources)
    return [Reach(True, None) if o in reached else Reach(False, _nearest_block(o, reached)) for o in outputs]


def sources_that_carry(output: Value, sources: Sequence[Value]) -> list[Reach]:
    """Tell for each source by itself whether a differentiable path leads from it to the output.

    One walk back from the output answers for all of them; only what does not carry is looked into further.
    """
    behind, pending = {output}, [output]
    while pending:
        value = pending.pop()
        for i in _differentiable_edges(value):
            if value.inputs[i] not in behind:
                behind.add(value.inputs[i])
                pending.append(value.inputs[i])
    return [
        Reach(True, None)
        if source in behind and is_float(source.dtype)
        else carries_gradient([output], [source])[0]
        for source in sources
    ]


def _nearest_block(output: Value, reached: set[Value]) -> GradientBlock | None:
    """Search breadth first from the output for an edge on which a gradient stops."""
    seen, queue = {output}, deque([output])
    while queue:
        value = queue.popleft()
        for i, operand in enumerate(value.inputs):
            block = value.primitive.gradient_block(value, i)
            if operand in reached and block is not None:
                return GradientBlock(value.primitive.name, block.reason)
            if operand not in seen:
                seen.add(operand)
                queue.append(operand)
    return None
