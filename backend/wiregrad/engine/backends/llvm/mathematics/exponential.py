"""The exponential function and its relatives.

x = n ln 2 + r with |r| <= ln(2) / 2 and exp(x) = 2^n exp(r): Cody and Waite, Software Manual for the
Elementary Functions, chapter 6. exp(r) - 1 = r + r^2 Q(r) loses nothing near zero. Rounding to an integer
by adding a large number leaves the integer in the lowest bits, from where a shift brings it into an
exponent.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from wiregrad.engine.backends.llvm.mathematics.approximation import (
    LN_2,
    constant_parts,
    polynomial,
    power_series,
)
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Bits, Format, Lanes, fma, horner, where

NATURAL = math.log(2)


@cache
def _remainder_coefficients(form: Format) -> tuple[float, ...]:
    """Q of exp(r) = 1 + r + r^2 Q(r)."""
    series = power_series(lambda n: 1 / Decimal(math.factorial(n + 2)))
    return polynomial(series, -NATURAL / 2, NATURAL / 2, 9 if form.double else 4)


class Reduced(NamedTuple):
    """exp(x) = 2^n (1 + growth)."""

    growth: Lanes
    n: Lanes
    n_bits: Bits  # n in the lowest bits, something else above


def _reduce(x: Lanes) -> Reduced:
    form = x.format
    rounded = fma(x, 1 / NATURAL, form.rounder)
    n = rounded - form.rounder
    r = x
    for part in constant_parts(LN_2, form, 2):
        r = fma(n, -part, r)
    growth = fma(r * r, horner(_remainder_coefficients(form), r), r)
    return Reduced(growth, n, rounded.bits)


def power_of_two(n: Bits, more: int = 0) -> Lanes:
    """2^(n + more), from the exponents of normal numbers; for one less it is zero, for one more infinity."""
    form = n.lanes.format
    return ((n << form.mantissa) + ((form.bias + more) << form.mantissa)).number


def _all_gone(form: Format) -> float:
    """Less than half the smallest number is what the exponential of this or less would be."""
    return -(form.bias + form.mantissa + 0.3) * NATURAL


def _overflown(form: Format, doublings: float = 0) -> float:
    """Where the exponential, divided by two to the `doublings`, is beyond the largest number."""
    return (form.bias + 1.2 + doublings) * NATURAL


def _negligible(form: Format) -> float:
    """The exponential of this or less does not change one."""
    return math.log(form.epsilon) - 1


def _scaled_exp(x: Lanes, more: int = 0) -> Lanes:
    """2^more exp(x): the power of two in two factors, since it may be too large or too small for one.

    What vanishes is not computed: processors take a hundred cycles where a product underflows, and a masked
    softmax is full of that.
    """
    is_gone, most = x < _all_gone(x.format), _overflown(x.format, -more)
    growth, n, n_bits = _reduce(where(is_gone, 0.0, where(x > most, most, x)))
    half = fma(n, 0.5, x.format.rounder).bits
    return where(is_gone, 0.0, (1.0 + growth) * power_of_two(n_bits - half) * power_of_two(half, more))


@primitive
def exp(x: Lanes) -> Lanes:
    return _scaled_exp(x)


def moderate_exp(x: Lanes) -> Lanes:
    """exp(x) where neither it nor its power of two leaves the normal numbers."""
    growth, _, n_bits = _reduce(x)
    return (1.0 + growth) * power_of_two(n_bits)


def decaying_exp(x: Lanes) -> Lanes:
    """exp(x) of no positive number: the power of two is kept normal until the last multiplication."""
    form = x.format
    growth, _, n_bits = _reduce(where(x < _all_gone(form), _all_gone(form), x))
    lift = form.mantissa + 1
    return (1.0 + growth) * power_of_two(n_bits, lift) * 2.0**-lift


@primitive
def expm1(x: Lanes) -> Lanes:
    """2^n growth + (2^n - 1), in halves so that the largest power of two is finite."""
    form = x.format
    growth, _, n_bits = _reduce(x.clamped(_negligible(form), _overflown(form)))
    half_scale = power_of_two(n_bits, -1)
    half = fma(half_scale, growth, half_scale - 0.5)
    return where(x.__abs__() < form.epsilon, x, half + half)


@primitive
def sigmoid(x: Lanes) -> Lanes:
    """(1/2) / (1/2 + exp(-x) / 2): the half exponential is finite until the quotient vanishes."""
    form = x.format
    growth, _, n_bits = _reduce((-x).clamped(_negligible(form), _overflown(form, 1)))
    half_scale = power_of_two(n_bits, -1)
    return 0.5 / ((1.0 + growth) * half_scale + 0.5)


# ---- Hyperbolic functions ----


@primitive
def tanh(x: Lanes) -> Lanes:
    """(exp(2|x|) - 1) / (exp(2|x|) + 1), without the loss of digits."""
    size, one_from = x.__abs__(), -_negligible(x.format) / 2
    bounded = where(size > one_from, one_from, size)
    growth, _, n_bits = _reduce(bounded + bounded)
    scale = power_of_two(n_bits)
    return (fma(scale, growth, scale - 1.0) / fma(scale, growth, scale + 1.0)).signed_as(x)


@cache
def _sinh_coefficients(form: Format) -> tuple[float, ...]:
    """S of sinh(x) = x + x^3 S(x^2), for |x| < 1."""
    series = power_series(lambda n: 1 / Decimal(math.factorial(2 * n + 3)))
    return polynomial(series, 0.0, 1.0, 7 if form.double else 3)


@primitive
def sinh(x: Lanes) -> Lanes:
    half = _scaled_exp(x.__abs__(), -1)
    far = (half - 0.25 / half).signed_as(x)
    near = fma(x * (x * x), horner(_sinh_coefficients(x.format), x * x), x)
    return where(x.__abs__() < 1, near, far)


@primitive
def cosh(x: Lanes) -> Lanes:
    half = _scaled_exp(x.__abs__(), -1)
    return half + 0.25 / half
