"""Rounding to the numbers that bfloat16 holds: single precision's range with 8 significant bits."""

from __future__ import annotations

from typing import Any

from wiregrad.engine.ir import IRError, TensorType
from wiregrad.engine.primitive import Unary

QUIET = 0x0040_0000
"""The bit that tells a NaN that raises nothing; set, so that none becomes an infinity when it is cut."""

KEPT = 0xFFFF_0000
"""The bits of a float32 that a bfloat16 has."""

BELOW_HALF = 0x7FFF
"""Added with the last bit that is kept, carries into it where the nearest number is the one above."""


def _type(x: TensorType) -> TensorType:
    if x.dtype != "float32":
        raise IRError(f"expected float32; got {x}. Put a cast before it")
    return x


def _round(xp: Any, out: Any, x: Any) -> None:
    """On the bits: carries go into the exponent as they should, beyond the largest number to infinity."""
    bits = x.view(xp.uint32)
    nearest = bits + BELOW_HALF + (bits >> 16 & 1)
    xp.copyto(out.view(xp.uint32), xp.where(xp.isnan(x), bits | QUIET, nearest) & KEPT)


round_bfloat16: Unary = Unary(
    "round_bfloat16", _type, lambda g, y, x: (g,), _round, in_place=frozenset({0})
)  # fmt: skip
"""To the nearest bfloat16, ties to even, as float32; the gradient passes as if nothing were rounded."""
