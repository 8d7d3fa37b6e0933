"""Algebra: the same numbers with less work. One function per family of primitives, one line per rule."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import cast

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Shape, Value
from wiregrad.engine.passes.rewrite import rewrite
from wiregrad.engine.primitive import Elementwise


def simplify(function: Function) -> Function:
    return rewrite(function, simplified)


def simplified(value: Value) -> Value:
    """Apply the first rule that fits; the value itself where none does."""
    if isinstance(value.primitive, Elementwise):
        hoisted = _before_broadcast(value)
        if hoisted is not None:
            return hoisted
    rule = RULES.get(value.primitive.name)
    return (rule(value) if rule else None) or value


def _is_full(value: Value, number: float) -> bool:
    return value.primitive.name == "full" and value.attributes["value"] == number


def _is(value: Value, name: str) -> bool:
    return value.primitive.name == name


# ---- Arithmetic ----


def _add(value: Value) -> Value | None:
    a, b = value.inputs
    if _is_full(a, 0):
        return b
    if _is_full(b, 0):
        return a
    if _is(b, "neg"):
        return ops.sub(a, b.inputs[0])
    return ops.sub(b, a.inputs[0]) if _is(a, "neg") else None


def _sub(value: Value) -> Value | None:
    a, b = value.inputs
    if _is_full(b, 0):
        return a
    if _is_full(a, 0):
        return ops.neg(b)
    return ops.add(a, b.inputs[0]) if _is(b, "neg") else None


def _mul(value: Value) -> Value | None:
    a, b = value.inputs
    for one, other in ((a, b), (b, a)):
        if _is_full(one, 1):
            return other
        if _is_full(one, -1):
            return ops.neg(other)
        if _is(one, "neg"):
            return ops.neg(ops.mul(one.inputs[0], other))
    return None


def _div(value: Value) -> Value | None:
    a, b = value.inputs
    if _is_full(b, 1):
        return a
    return ops.neg(ops.div(a.inputs[0], b)) if _is(a, "neg") else None


POWERS: dict[float, Callable[[Value], Value]] = {
    -1.0: ops.reciprocal,
    0.0: lambda x: ops.full_like(1, x),
    0.5: ops.sqrt,
    1.0: lambda x: x,
    2.0: ops.square,
    3.0: lambda x: ops.mul(ops.square(x), x),
}


def _pow(value: Value) -> Value | None:
    base, exponent = value.inputs
    spelled = POWERS.get(cast(float, exponent.attributes.get("value"))) if _is(exponent, "full") else None
    return spelled(base) if spelled else None


def _neg(value: Value) -> Value | None:
    (x,) = value.inputs
    if _is(x, "neg"):
        return x.inputs[0]
    return ops.sub(x.inputs[1], x.inputs[0]) if _is(x, "sub") else None


def _cast(value: Value) -> Value | None:
    (x,) = value.inputs
    return x if x.dtype == value.dtype else None


# ---- Broadcasts and reductions ----


def _before_broadcast(value: Value) -> Value | None:
    """f(broadcast(a), broadcast(b), 2) = broadcast(f(a, b, 2)): compute before elements repeat."""
    spread = [operand for operand in value.inputs if not _is(operand, "full")]
    if not spread or any(not _is(operand, "broadcast") for operand in spread):
        return None
    shape, axes = spread[0].inputs[0].shape, spread[0].attributes["axes"]
    if any((o.inputs[0].shape, o.attributes["axes"]) != (shape, axes) for o in spread):
        return None
    small = [
        ops.full(cast(float, o.attributes["value"]), o.dtype, shape) if _is(o, "full") else o.inputs[0]
        for o in value.inputs
    ]
    return ops.broadcast(value.primitive.bind(*small, **value.attributes), value.shape, cast(Shape, axes))


def _broadcast(value: Value) -> Value | None:
    (x,) = value.inputs
    axes = cast(Shape, value.attributes["axes"])
    if x.shape == value.shape:
        return x
    if _is(x, "broadcast"):
        inner = cast(Shape, x.attributes["axes"])
        return ops.broadcast(x.inputs[0], value.shape, [axes[axis] for axis in inner])
    if x.rank and 1 in x.shape:  # unit axes say nothing: the fewer axes, the more rules fit
        kept = [axis for axis in range(x.rank) if x.shape[axis] != 1]
        squeezed = ops.reshape(x, [x.shape[axis] for axis in kept])
        return ops.broadcast(squeezed, value.shape, [axes[axis] for axis in kept])
    if x.size == value.size:
        return ops.reshape(x, value.shape)
    return None


def _reduce_sum(value: Value) -> Value | None:
    (x,) = value.inputs
    axes = cast(Shape, value.attributes["axes"])
    if all(x.shape[axis] == 1 for axis in axes):
        return ops.reshape(x, value.shape)
    if _is(x, "broadcast"):
        kept = set(cast(Shape, x.attributes["axes"]))
        if kept.isdisjoint(axes):
            return _sum_of_copies(x, axes)
    return None


def _sum_of_copies(x: Value, axes: Shape) -> Value:
    """The sum over axes along which a broadcast only repeats."""
    remaining = [axis for axis in range(x.rank) if axis not in axes]
    places = [remaining.index(axis) for axis in cast(Shape, x.attributes["axes"])]
    spread = ops.broadcast(x.inputs[0], [x.shape[axis] for axis in remaining], places)
    return ops.mul(spread, ops.full_like(math.prod(x.shape[axis] for axis in axes), spread))


def _reduce_extremum(value: Value) -> Value | None:
    (x,) = value.inputs
    axes = cast(Shape, value.attributes["axes"])
    return ops.reshape(x, value.shape) if all(x.shape[axis] == 1 for axis in axes) else None


# ---- Movement ----


def _reshape(value: Value) -> Value | None:
    (x,) = value.inputs
    return ops.reshape(x.inputs[0], value.shape) if _is(x, "reshape") else None


def _transpose(value: Value) -> Value | None:
    (x,) = value.inputs
    outer = cast(Shape, value.attributes["permutation"])
    if _is(x, "transpose"):
        inner = cast(Shape, x.attributes["permutation"])
        return ops.transpose(x.inputs[0], [inner[axis] for axis in outer])
    moved = [axis for axis in outer if x.shape[axis] != 1]
    return ops.reshape(x, value.shape) if moved == sorted(moved) else None


def _slice(value: Value) -> Value | None:
    (x,) = value.inputs
    return x if x.shape == value.shape else None


def _concat(value: Value) -> Value | None:
    return value.inputs[0] if len(value.inputs) == 1 else None


RULES: dict[str, Callable[[Value], Value | None]] = {
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "neg": _neg,
    "cast": _cast,
    "broadcast": _broadcast,
    "reduce_sum": _reduce_sum,
    "reduce_max": _reduce_extremum,
    "reduce_min": _reduce_extremum,
    "reshape": _reshape,
    "transpose": _transpose,
    "slice": _slice,
    "pad": _slice,
    "concat": _concat,
    "stop_gradient": lambda value: value.inputs[0],  # gradients have been taken before any pass runs
}
