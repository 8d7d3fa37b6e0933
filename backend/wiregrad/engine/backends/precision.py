"""Precision: what a person may choose, and a check that every backend makes before it compiles."""

from __future__ import annotations

from typing import Literal

from wiregrad.engine.backends.backend import Backend, BackendSettingError
from wiregrad.engine.ir import DType, Function, IRError

Precision = Literal["full", "bfloat16"]
"""Of what products read: as the numbers are, or rounded to bfloat16, which then are added up in float32."""


class UnsupportedPrecision(BackendSettingError):  # noqa: N818 - named for the person who reads it
    """A backend does not multiply so on this machine."""

    def __init__(self, expected: str, got: str, remedy: str) -> None:
        self.expected, self.got, self.remedy = expected, got, remedy
        super().__init__(f"expected {expected}; got {got}. {remedy}")


def require_precision(backend: Backend, dtype: DType, precision: Precision) -> None:
    """Raises UnsupportedPrecision where the backend cannot, or the numbers are not float32."""
    if precision == "full":
        return
    if dtype != "float32":
        raise UnsupportedPrecision(
            f"float32 numbers where products read {precision}", dtype, "Choose float32, or full precision."
        )
    if backend.without_bfloat16 is not None:
        raise UnsupportedPrecision(
            f"a backend that multiplies {precision} on this machine",
            f"“{backend.name}”: {backend.without_bfloat16}",
            "Choose full precision, or train on a machine whose processor has it, by the backend “llvm”.",
        )


def assert_one_precision(function: Function) -> None:
    """Refuse a program whose float32 inputs meet float64: a leak of it costs half the speed, silently."""
    values = function.values()
    inputs = {value.dtype for value in function.inputs.values()}
    if "float32" in inputs and "float64" not in inputs:
        leak = next((value for value in values if value.dtype == "float64"), None)
        if leak is not None:
            raise IRError(f"{function.name}: expected no float64 in a float32 program; got {leak!r}")
