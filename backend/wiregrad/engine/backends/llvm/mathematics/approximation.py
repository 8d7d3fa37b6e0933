"""Coefficients of polynomials, derived when a function is first emitted.

A function is interpolated at Chebyshev nodes, which comes within a small factor of the best approximation
(Trefethen, Approximation Theory and Approximation Practice, chapter 16). Everything is computed with many
decimal digits and rounded once, at the end, so that the coefficients serve float64 as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext

from wiregrad.engine.backends.llvm.mathematics.lanes import Format

Function = Callable[[Decimal], Decimal]
DIGITS = Context(prec=70)


def power_series(coefficient: Callable[[int], Decimal]) -> Function:
    """The sum of `coefficient(n) * z**n`, for a series that converges quickly."""

    def total(z: Decimal) -> Decimal:
        n, power, result = 0, Decimal(1), Decimal(0)
        while True:
            term = coefficient(n) * power
            result += term
            if n > 4 and abs(term) < abs(result).scaleb(-60):
                return result
            n, power = n + 1, power * z

    return total


def _nodes(low: float, high: float, count: int) -> list[Decimal]:
    angles = [math.pi * (k + 0.5) / count for k in range(count)]
    return [Decimal(low + (high - low) * (1 + math.cos(angle)) / 2) for angle in angles]


def polynomial(f: Function, low: float, high: float, degree: int) -> tuple[float, ...]:
    """The coefficients, from the constant one up, of a polynomial near `f` between two numbers."""
    with localcontext(DIGITS):
        nodes = _nodes(low, high, degree + 1)
        differences = [f(node) for node in nodes]  # Newton's divided ones
        for order in range(1, len(nodes)):
            for i in reversed(range(order, len(nodes))):
                rise = differences[i] - differences[i - 1]
                differences[i] = rise / (nodes[i] - nodes[i - order])
        coefficients: list[Decimal] = []
        for node, difference in zip(reversed(nodes), reversed(differences), strict=True):
            shifted, scaled = (
                [difference, *coefficients],
                [-node * each for each in coefficients] + [Decimal(0)],
            )
            coefficients = [a + b for a, b in zip(shifted, scaled, strict=True)]
        return tuple(map(float, coefficients))


def constant_parts(value: Decimal, form: Format, count: int) -> tuple[float, ...]:
    """A constant as the sum of numbers of a format, each cut off toward zero: of as many times the digits."""
    parts = []
    with localcontext(DIGITS):
        for _ in range(count):
            exponent = math.frexp(float(value))[1] - form.mantissa - 1
            part = math.ldexp(int(value / Decimal(2) ** exponent), exponent)
            parts.append(part)
            value -= Decimal(part)
    return tuple(parts)


def _arctangent_of_inverse(x: int) -> Decimal:
    return power_series(lambda n: Decimal((-1) ** n) / (2 * n + 1))(1 / Decimal(x * x)) / x


with localcontext(DIGITS):
    LN_2 = Decimal(2).ln()
    PI = 4 * (4 * _arctangent_of_inverse(5) - _arctangent_of_inverse(239))  # Machin, 1706
