"""Logarithms.

x = 2^k (1 + f) with 1 + f from sqrt(1/2) to sqrt(2), and with s = f / (2 + f), log(1 + f) = 2 atanh(s) = f
- f^2/2 + s (f^2/2 + R(s^2)): the arrangement is that of Sun's fdlibm, e_log.c.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache

from wiregrad.engine.backends.llvm.mathematics.approximation import (
    LN_2,
    constant_parts,
    polynomial,
    power_series,
)
from wiregrad.engine.backends.llvm.mathematics.arithmetic import relu
from wiregrad.engine.backends.llvm.mathematics.exponential import decaying_exp, power_of_two
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Bits, Format, Lanes, fma, horner, where


@cache
def _coefficients(form: Format) -> tuple[float, ...]:
    """R(z) / z of 2 atanh(s) = 2 s + s R(s^2)."""
    largest = (math.sqrt(2) - 1) / (math.sqrt(2) + 1)
    return polynomial(
        power_series(lambda n: Decimal(2) / (2 * n + 3)), 0.0, largest**2, 6 if form.double else 2
    )


def _split(x: Lanes) -> tuple[Bits, Lanes]:
    """The exponent k, plus the bias, and the rest of a positive normal number, from sqrt(1/2) to sqrt(2)."""
    form = x.format
    one = form.bias << form.mantissa
    lowest = _bits_of_sqrt_half(form)
    moved = x.bits + (one - lowest)
    return moved >> form.mantissa, ((moved & ((1 << form.mantissa) - 1)) + lowest).number


def _bits_of_sqrt_half(form: Format) -> int:
    mantissa = int(math.ldexp(math.sqrt(0.5) * 2 - 1, form.mantissa))
    return ((form.bias - 1) << form.mantissa) + mantissa


def _log_of(k: Lanes, f: Lanes) -> Lanes:
    """k log(2) + log(1 + f)."""
    high, low = constant_parts(LN_2, f.format, 2)
    s = f / (f + 2.0)
    z = s * s
    half_square = 0.5 * (f * f)
    rest = fma(s, fma(z, horner(_coefficients(f.format), z), half_square), k * low)
    return fma(k, high, f - (half_square - rest))


def _as_number(biased: Bits, form: Format) -> Lanes:
    """A small integer as a number: it becomes the lowest bits of a large one."""
    rounder = biased.lanes.constant(form.rounder)
    return (biased + rounder.bits).number - (form.rounder + form.bias)


def _with_limits(x: Lanes, result: Lanes) -> Lanes:
    """Infinity and NaN stay, zero gives minus infinity, and what is below zero gives NaN."""
    regular = where(x < math.inf, result, x)
    return where(x.equals(0), -math.inf, where(x < 0, math.nan, regular))


def log_of_normal(x: Lanes) -> Lanes:
    """log(x) of no negative and no denormal number."""
    biased, rest = _split(x)
    result = _log_of(_as_number(biased, x.format), rest - 1.0)
    return where(x.equals(0), -math.inf, where(x < math.inf, result, x))


@primitive
def log(x: Lanes) -> Lanes:
    form = x.format
    lift = form.mantissa + 1
    tiny = x < form.smallest_normal
    biased, rest = _split(where(tiny, x * 2.0**lift, x))
    k = _as_number(biased, form)
    return _with_limits(x, _log_of(where(tiny, k - float(lift), k), rest - 1.0))


def _log_of_sum(x: Lanes, total: Lanes) -> Lanes:
    """log(1 + x), where `total` is that sum: what its rounding dropped is put back at the scale of f."""
    form = x.format
    biased, rest = _split(total)
    dropped = x - (total - 1.0)
    scale = power_of_two(biased.lanes.constant(0).bits - biased, form.bias + 1) * 0.5
    return _log_of(_as_number(biased, form), fma(dropped, scale, rest - 1.0))


@primitive
def log1p(x: Lanes) -> Lanes:
    total = x + 1.0
    return _with_limits(total, _log_of_sum(x, total)).signed_as(x)


@primitive
def softplus(x: Lanes) -> Lanes:
    """log(exp(x) + 1)."""
    smaller = decaying_exp(-x.__abs__())
    return relu(x) + _log_of_sum(smaller, smaller + 1.0)
