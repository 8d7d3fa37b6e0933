"""Powers."""

from __future__ import annotations

import math

from wiregrad.engine.backends.llvm.mathematics.arithmetic import floor
from wiregrad.engine.backends.llvm.mathematics.exponential import moderate_exp
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Lanes, where
from wiregrad.engine.backends.llvm.mathematics.logarithm import log_of_normal

BEYOND_SINGLE = 200.0  # exp of it, and of its negative, is no number of float32


def _raised(size: Lanes, y: Lanes) -> Lanes:
    """exp(y log(size)) in float64, where every float32 is a normal number and no digits run out."""
    exponent = y.widened() * log_of_normal(size.widened())
    return moderate_exp(exponent.clamped(-BEYOND_SINGLE, BEYOND_SINGLE)).narrowed()


def _with_sign(x: Lanes, y: Lanes, raised: Lanes) -> Lanes:
    """The power of |x| made that of x, with the limits of C's pow (C11, annex F.10.4.4)."""
    half = y * 0.5
    whole, odd = floor(y).equals(y), ~floor(half).equals(half)
    signed = where(whole & odd, raised.signed_as(x), raised)
    undefined = (x < 0) & (x > -math.inf) & (floor(y) < y)
    one = y.equals(0) | x.equals(1) | (x.equals(-1) & y.__abs__().equals(math.inf))
    return where(one, 1.0, where(undefined, math.nan, signed))


@primitive
def pow(x: Lanes, y: Lanes) -> Lanes:
    """float64 by the C library."""
    if x.format.double:
        return x.call("llvm.pow", y)
    return _with_sign(x, y, _raised(x.__abs__(), y))
