"""How passes rebuild a function: operands first, then the value itself."""

from __future__ import annotations

from collections.abc import Callable

from wiregrad.engine.ir import Function, Value, topological

Rule = Callable[[Value], Value]


def rewrite(function: Function, rule: Rule) -> Function:
    """Apply a rule to every value, whose operands have been rewritten before; types must stay as they are."""
    new: dict[Value, Value] = {value: value for value in function.inputs.values()}
    for value in topological(function.outputs.values()):
        if value not in new:
            new[value] = rule(with_inputs(value, tuple(new[operand] for operand in value.inputs)))
    outputs = {name: new[value] for name, value in function.outputs.items()}
    return Function(function.name, function.inputs, outputs, function.carries)


def with_inputs(value: Value, inputs: tuple[Value, ...]) -> Value:
    """The same application of the same primitive to other operands of the same types."""
    if inputs == value.inputs:
        return value
    return Value(value.primitive, inputs, value.attributes, value.type)
