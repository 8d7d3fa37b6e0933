"""Move transposes toward the outputs until they meet their inverse.

Convolutions and pools work on NHWC, the graph's ports are channels-first; so each such layer stands between
two transposes. What lies between two layers (bias, activation, normalization) does not care about the order
of axes: f(transpose(x)) = transpose(f(x)). Moved down past all of it, a transpose meets its inverse at the
next layer, and a whole network keeps one layout.
"""

from __future__ import annotations

from typing import cast

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Shape, Value
from wiregrad.engine.passes.rewrite import rewrite
from wiregrad.engine.passes.simplify import simplified
from wiregrad.engine.primitive import Elementwise


def layout(function: Function) -> Function:
    return rewrite(function, _sink)


def _sink(value: Value) -> Value:
    lead = next((operand for operand in value.inputs if operand.primitive.name == "transpose"), None)
    if lead is None:
        return value
    permutation = cast(Shape, lead.attributes["permutation"])
    name = value.primitive.name
    if isinstance(value.primitive, Elementwise) or name == "concat":
        moved = _below_aligned(value, permutation)
    elif name in ("reduce_sum", "reduce_max", "reduce_min"):
        moved = _below_reduction(value, permutation)
    elif name in ("slice", "pad"):
        moved = _below_window(value, permutation)
    elif name == "transpose":
        moved = simplified(value)
    else:
        moved = None
    return value if moved is None else moved


def _below_aligned(value: Value, permutation: Shape) -> Value | None:
    """Elementwise and concat: possible if every operand can be had in the order before the transpose."""
    before = [_untransposed(operand, permutation) for operand in value.inputs]
    if any(operand is None for operand in before):
        return None
    attributes = dict(value.attributes)
    if value.primitive.name == "concat":
        attributes["axis"] = permutation[cast(int, attributes["axis"])]
    return ops.transpose(value.primitive.bind(*cast(list[Value], before), **attributes), permutation)


def _untransposed(operand: Value, permutation: Shape) -> Value | None:
    """The operand with the transpose undone, if that costs nothing."""
    inverse = ops.inverse_permutation(permutation)
    name = operand.primitive.name
    if name == "transpose" and operand.attributes["permutation"] == permutation:
        return operand.inputs[0]
    shape = [operand.shape[axis] for axis in inverse]
    if name == "full":
        return ops.full(cast(float, operand.attributes["value"]), operand.dtype, shape)
    if name == "broadcast":
        axes = [permutation[axis] for axis in cast(Shape, operand.attributes["axes"])]
        if axes == sorted(axes):
            return ops.broadcast(operand.inputs[0], shape, axes)
    return None


def _below_reduction(value: Value, permutation: Shape) -> Value:
    (operand,) = value.inputs
    axes = cast(Shape, value.attributes["axes"])
    reduced = tuple(sorted(permutation[axis] for axis in axes))
    remaining = [permutation[axis] for axis in range(operand.rank) if axis not in axes]
    result = value.primitive.bind(operand.inputs[0], axes=reduced)
    return ops.transpose(result, [sorted(remaining).index(axis) for axis in remaining])


def _below_window(value: Value, permutation: Shape) -> Value:
    """Slice and pad: every per-axis setting moves with its axis."""
    (operand,) = value.inputs
    inverse = ops.inverse_permutation(permutation)
    attributes = {
        name: tuple(setting[axis] for axis in inverse) if isinstance(setting, tuple) else setting
        for name, setting in value.attributes.items()
    }
    return ops.transpose(value.primitive.bind(operand.inputs[0], **attributes), permutation)
