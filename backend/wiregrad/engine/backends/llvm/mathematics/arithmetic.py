"""What one or two instructions compute, with NumPy's answers for NaN."""

from __future__ import annotations

from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Lanes, where


@primitive
def sqrt(x: Lanes) -> Lanes:
    return x.call("llvm.sqrt")


@primitive
def reciprocal(x: Lanes) -> Lanes:
    return 1.0 / x


@primitive
def abs(x: Lanes) -> Lanes:
    return x.__abs__()


@primitive
def sign(x: Lanes) -> Lanes:
    """Zero for both zeros; NaN stays."""
    return where(x > 0, 1.0, where(x < 0, -1.0, where(x.equals(0), 0.0, x)))


@primitive
def floor(x: Lanes) -> Lanes:
    return x.call("llvm.floor")


@primitive
def ceil(x: Lanes) -> Lanes:
    return x.call("llvm.ceil")


@primitive
def round(x: Lanes) -> Lanes:
    """Halves go to the even neighbor."""
    return x.call("llvm.roundeven")


@primitive
def minimum(a: Lanes, b: Lanes) -> Lanes:
    """NaN if either is: no comparison with NaN holds, so `b` is the answer unless `a` is NaN."""
    return where(a.is_nan(), a, where(a < b, a, b))


@primitive
def maximum(a: Lanes, b: Lanes) -> Lanes:
    return where(a.is_nan(), a, where(a > b, a, b))


@primitive
def relu(x: Lanes) -> Lanes:
    return where(x < 0, 0.0, x)
