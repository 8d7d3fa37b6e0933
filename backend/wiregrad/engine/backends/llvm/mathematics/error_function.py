"""The error function: x + x P(x^2) near zero and a polynomial in |x| beyond, up to where it is 1."""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

from wiregrad.engine.backends.llvm.mathematics.approximation import PI, polynomial, power_series
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Format, Lanes, fma, horner, where

NEAR = 1.25


def _quotient(z: Decimal) -> Decimal:
    """erf(x) / x for the square of x."""
    series = power_series(lambda n: Decimal((-1) ** n) / (math.factorial(n) * (2 * n + 1)))
    return 2 * series(z) / PI.sqrt()


def _one_from(form: Format) -> float:
    """erf is 1 to the last bit from here on."""
    return 5.93 if form.double else 3.93


@cache
def _near_coefficients(form: Format) -> tuple[float, ...]:
    """erf(x) / x - 1 in x^2, up to NEAR."""
    return polynomial(lambda z: _quotient(z) - 1, 0.0, NEAR**2, 14 if form.double else 6)


@cache
def _far_coefficients(form: Format) -> tuple[float, ...]:
    """erf(x) in s, which runs over -1..1 as x runs over the rest."""
    middle, radius = _far_interval(form)

    def function(s: Decimal) -> Decimal:
        x = Decimal(middle) + Decimal(radius) * s
        return x * _quotient(x * x)

    return polynomial(function, -1.0, 1.0, 34 if form.double else 12)


def _far_interval(form: Format) -> tuple[float, float]:
    """Middle and radius."""
    return (_one_from(form) + NEAR) / 2, (_one_from(form) - NEAR) / 2


@primitive
def erf(x: Lanes) -> Lanes:
    form, size = x.format, x.__abs__()
    size = where(size > _one_from(form), _one_from(form), size)
    near = fma(size, horner(_near_coefficients(form), size * size), size)
    middle, radius = _far_interval(form)
    far = horner(_far_coefficients(form), fma(size, 1 / radius, -middle / radius))
    return where(size < NEAR, near, far).signed_as(x)
