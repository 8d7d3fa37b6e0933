"""Powers."""

from __future__ import annotations

import math

from wiregrad.engine.backends.llvm.mathematics.arithmetic import floor
from wiregrad.engine.backends.llvm.mathematics.exponential import exp
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Lanes, where
from wiregrad.engine.backends.llvm.mathematics.logarithm import log


def _power(x: Lanes, y: Lanes) -> Lanes:
    """exp(y log|x|) with the signs and limits of C's pow (C11, annex F.10.4.4)."""
    size, half = x.__abs__(), y * 0.5
    whole, even = floor(y).equals(y), floor(half).equals(half)
    raised = exp(y * log(size))
    negative = where(even | ~whole, raised, raised.signed_as(x))
    undefined = (x < 0) & (x > -math.inf) & ~(whole | y.is_nan())
    result = where(undefined, math.nan, negative)
    one = y.equals(0) | x.equals(1) | (size.equals(1) & y.__abs__().equals(math.inf))
    return where(one, 1.0, result)


@primitive
def pow(x: Lanes, y: Lanes) -> Lanes:
    """float32 through float64, whose digits the exponential cannot use up; float64 by the C library."""
    if x.format.double:
        return x.call("llvm.pow", y)
    return _power(x.widened(), y.widened()).narrowed()
