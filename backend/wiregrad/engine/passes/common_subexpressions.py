"""Compute once what is written twice."""

from __future__ import annotations

from collections.abc import Hashable

from wiregrad.engine.ir import Function, Value
from wiregrad.engine.passes.rewrite import rewrite

COMMUTATIVE = frozenset({"add", "mul", "eq", "ne", "logical_and", "logical_or", "logical_xor"})


def common_subexpressions(function: Function) -> Function:
    first: dict[Hashable, Value] = {}
    return rewrite(function, lambda value: first.setdefault(_key(value), value))


def _key(value: Value) -> Hashable:
    operands = [id(operand) for operand in value.inputs]
    if value.primitive.name in COMMUTATIVE:
        operands.sort()
    attributes = tuple((name, _exact(setting)) for name, setting in value.attributes.items())
    return value.primitive.name, tuple(operands), attributes, value.type


def _exact(setting: Hashable) -> Hashable:
    """Tell 0.0 from -0.0, and find NaN equal to itself."""
    return (setting.hex(), "float") if isinstance(setting, float) else setting
