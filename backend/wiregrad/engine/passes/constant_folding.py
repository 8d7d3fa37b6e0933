"""Compute once, while compiling, what depends on no input; arrays that would take memory are left alone."""

from __future__ import annotations

from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.ops import constant, full
from wiregrad.engine.passes.rewrite import rewrite, with_inputs
from wiregrad.engine.primitive import Elementwise

LITERALS = frozenset({"full", "constant"})
REARRANGED = frozenset({"broadcast", "reshape", "transpose", "slice", "stop_gradient"})
LARGEST = 1024


def constant_folding(function: Function) -> Function:
    return rewrite(function, _fold)


def _fold(value: Value) -> Value:
    if not value.inputs or any(operand.primitive.name not in LITERALS for operand in value.inputs):
        return value
    if all(operand.primitive.name == "full" for operand in value.inputs):
        if value.primitive.name in REARRANGED:
            return full(value.inputs[0].attributes["value"], value.dtype, value.shape)  # type: ignore[arg-type]
        if isinstance(value.primitive, Elementwise):
            return _fold_repeated(value)
    if value.size > LARGEST or any(operand.size > LARGEST for operand in value.inputs):
        return value
    return constant(evaluate([value])[0], value.dtype)


def _fold_repeated(value: Value) -> Value:
    """Compute one element of an elementwise result whose operands repeat one number each."""
    scalars = tuple(full(o.attributes["value"], o.dtype) for o in value.inputs)  # type: ignore[arg-type]
    one = Value(value.primitive, scalars, value.attributes, value.type.with_shape(()))
    (array,) = evaluate([with_inputs(one, scalars)])
    return full(array.item(), value.dtype, value.shape)
