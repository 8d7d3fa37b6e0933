"""Sine, cosine and tangent.

x = n pi + r for the sine and x = (n - 1/2) pi + r for the cosine, with |r| <= pi / 2, so that one odd
polynomial gives both, negated if n is odd. pi is in three parts, after Cody and Waite, Software Manual for
the Elementary Functions, chapter 8; with fma each step of the reduction rounds at most the last digit of r.
Numbers for which n would be too large are rare; they go one by one to the C library in float64, behind a
branch.
"""

from __future__ import annotations

import math
from decimal import Decimal
from functools import cache
from typing import Any

from llvmlite import ir

from wiregrad.engine.backends.llvm.mathematics.approximation import (
    PI,
    constant_parts,
    polynomial,
    power_series,
)
from wiregrad.engine.backends.llvm.mathematics.formulas import primitive
from wiregrad.engine.backends.llvm.mathematics.lanes import Format, Lanes, fma, horner, where


@cache
def _coefficients(form: Format) -> tuple[float, ...]:
    """P of sin(r) = r + r^3 P(r^2)."""
    series = power_series(lambda n: Decimal((-1) ** (n + 1)) / math.factorial(2 * n + 3))
    return polynomial(series, 0.0, (math.pi / 2) ** 2, 8 if form.double else 4)


def _far(form: Format) -> float:
    return 1e6 if form.double else 1e5


def _sine_after_reduction(x: Lanes, rounded: Lanes, multiple: Lanes) -> Lanes:
    """The sine of x - pi * multiple, negated if what was rounded is odd."""
    form = x.format
    r = x
    for part in constant_parts(PI, form, 3):
        r = fma(multiple, -part, r)
    signed = (r.bits ^ (rounded.bits << (form.width - 1))).number
    square = signed * signed
    # The sum with a positive zero keeps the zero of no slope positive, and with it the sign of sin(-0).
    slope = horner((0.0, *_coefficients(form)), square)
    return fma(signed, slope, signed).clamped(-1.0, 1.0)  # rounding may have passed one


def _near_sin(x: Lanes) -> Lanes:
    rounder = x.format.rounder
    rounded = fma(x, 1 / math.pi, rounder)
    return _sine_after_reduction(x, rounded, rounded - rounder)


def _near_cos(x: Lanes) -> Lanes:
    rounder = x.format.rounder
    rounded = fma(x, 1 / math.pi, 0.5) + rounder
    return _sine_after_reduction(x, rounded, rounded - rounder - 0.5)


def _each_far(x: Lanes, near: Lanes, name: str) -> Lanes:
    """`near`, but the C library's answer in float64, one by one, for the lanes beyond the reduction."""
    far, builder = x.__abs__() > _far(x.format), x.builder
    if not isinstance(x.value.type, ir.VectorType):
        return where(far, _by_library(x, name), near)
    replaced = near.value
    for index in range(x.value.type.count):
        lane = ir.Constant(ir.IntType(32), index)
        answer = _by_library(x.of(builder.extract_element(x.value, lane)), name)
        replaced = builder.insert_element(replaced, answer.value, lane)
    return where(far, x.of(replaced), near)


def _by_library(x: Lanes, name: str) -> Lanes:
    return x.call(f"llvm.{name}") if x.format.double else x.widened().call(f"llvm.{name}").narrowed()


def _function(module: Any, kind: Any, name: str, *attributes: str) -> tuple[Any, Any]:
    """A private function of two operands and one result of a type, and the builder of its body."""
    function = ir.Function(module, ir.FunctionType(kind, [kind, kind]), name)
    function.linkage = "private"
    for attribute in attributes:
        function.attributes.add(attribute)
    return function, ir.IRBuilder(function.append_basic_block())


def _corrector(module: Any, kind: Any, name: str) -> Any:
    """The function that gives its second operand, unless a lane of the first needs the slower way.

    The branch lives in a function, inlined later, so that the block a caller is building stays one block.
    """
    full_name = f"{name}.checked.{str(kind).strip('<>').replace(' ', '')}"
    if full_name in module.globals:
        return module.globals[full_name]
    slow, builder = _function(module, kind, f"{full_name}.far", "noinline", "cold")
    x, near = (Lanes(builder, argument) for argument in slow.args)
    builder.ret(_each_far(x, near, name).value)
    checked, builder = _function(module, kind, full_name, "alwaysinline")
    x, near = (Lanes(builder, argument) for argument in checked.args)
    with builder.if_then((x.__abs__() > _far(x.format)).any(), likely=False):
        builder.ret(builder.call(slow, [x.value, near.value]))
    builder.ret(near.value)
    return checked


def _checked(x: Lanes, near: Lanes, name: str) -> Lanes:
    corrector = _corrector(x.builder.module, x.value.type, name)
    return x.of(x.builder.call(corrector, [x.value, near.value]))


@primitive
def sin(x: Lanes) -> Lanes:
    return _checked(x, _near_sin(x), "sin")


@primitive
def cos(x: Lanes) -> Lanes:
    return _checked(x, _near_cos(x), "cos")


@primitive
def tan(x: Lanes) -> Lanes:
    """float32: the quotient in float64. float64 by the C library: next to a pole the quotient loses 5 ulp."""
    if x.format.double:
        return x.call("llvm.tan")
    wide = x.widened()
    return (sin(wide) / cos(wide)).narrowed()
