"""A check that every backend makes before it compiles."""

from __future__ import annotations

from wiregrad.engine.ir import Function, IRError


def assert_one_precision(function: Function) -> None:
    """Refuse a program whose float32 inputs meet float64: a leak of it costs half the speed, silently."""
    values = function.values()
    inputs = {value.dtype for value in function.inputs.values()}
    if "float32" in inputs and "float64" not in inputs:
        leak = next((value for value in values if value.dtype == "float64"), None)
        if leak is not None:
            raise IRError(f"{function.name}: expected no float64 in a float32 program; got {leak!r}")
