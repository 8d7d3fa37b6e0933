"""Arc sine, arc cosine and arc tangent: odd polynomials near zero, and identities that lead there.

asin(x) = pi/2 - 2 asin(sqrt((1 - x) / 2)) from one half on; atan(x) = pi/4 + atan((x - 1) / (x + 1)) beyond
tan(pi/8) and pi/2 - atan(1/x) beyond tan(3 pi/8): Abramowitz and Stegun, Handbook of Mathematical
Functions, 4.4.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

from wiregrad.engine.backends.llvm.mathematics.approximation import polynomial, power_series
from wiregrad.engine.backends.llvm.mathematics.arithmetic import sqrt
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Format, Lanes, fma, horner, where

TAN_OF_EIGHTH = math.sqrt(2) - 1  # of pi


@cache
def _asin_coefficients(form: Format) -> tuple[float, ...]:
    """P of asin(x) = x + x^3 P(x^2), for |x| <= 1/2."""
    series = power_series(lambda n: Decimal(math.comb(2 * n + 2, n + 1)) / 4 ** (n + 1) / (2 * n + 3))
    return polynomial(series, 0.0, 0.25, 12 if form.double else 4)


@cache
def _atan_coefficients(form: Format) -> tuple[float, ...]:
    """P of atan(x) = x + x^3 P(x^2), for |x| <= tan(pi/8)."""
    series = power_series(lambda n: Decimal((-1) ** (n + 1)) / (2 * n + 3))
    return polynomial(series, 0.0, TAN_OF_EIGHTH**2, 11 if form.double else 4)


def _odd(x: Lanes, square: Lanes, coefficients: tuple[float, ...]) -> Lanes:
    return fma(x * square, horner(coefficients, square), x)


def _near_asin(x: Lanes) -> tuple[Lanes, Lanes]:
    """asin(|x|) up to one half; beyond, asin(sqrt((1 - |x|) / 2)). And |x|."""
    size = x.__abs__()
    square = where(size > 0.5, 0.5 - 0.5 * size, size * size)
    return _odd(where(size > 0.5, sqrt(square), size), square, _asin_coefficients(x.format)), size


@primitive
def asin(x: Lanes) -> Lanes:
    near, size = _near_asin(x)
    return where(size > 0.5, math.pi / 2 - 2.0 * near, near).signed_as(x)


@primitive
def acos(x: Lanes) -> Lanes:
    near, size = _near_asin(x)
    doubled = 2.0 * near
    return where(size > 0.5, where(x < 0, math.pi - doubled, doubled), math.pi / 2 - near.signed_as(x))


@primitive
def atan(x: Lanes) -> Lanes:
    size = x.__abs__()
    middle, far = size > TAN_OF_EIGHTH, size > 1 / TAN_OF_EIGHTH
    above = where(far, -1.0, where(middle, size - 1.0, size))
    below = where(far, size, where(middle, size + 1.0, 1.0))
    start = where(far, math.pi / 2, where(middle, math.pi / 4, x.constant(0.0)))
    ratio = above / below
    return (start + _odd(ratio, ratio * ratio, _atan_coefficients(x.format))).signed_as(x)
