"""Elementwise primitives: the scalar formula and the gradient of each, side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from wiregrad.engine.ir import DTYPES, DType, IRError, TensorType, Value, is_unsigned
from wiregrad.engine.ops.error_function import error_function
from wiregrad.engine.ops.sources import full_like
from wiregrad.engine.primitive import (
    ANYTHING,
    BOOLEAN,
    BOOLEANS,
    FLOATS,
    INTEGERS,
    NUMBERS,
    STOPPED,
    ZERO_EVERYWHERE,
    Accepts,
    Binary,
    Elementwise,
    GradientRule,
    Kernel,
    NoGradient,
    TypeRule,
    Unary,
    same_type,
)

Formula = str | Kernel


def _type_rule(accepts: Accepts, result: DType | None = None) -> TypeRule:
    def rule(*operands: TensorType) -> TensorType:
        for operand in operands:
            accepts.check(operand)
        common = same_type(*operands)
        return common.with_dtype(result) if result else common

    return rule


def _kernel(formula: Formula) -> tuple[Kernel, str]:
    """Make the kernel of a formula, and the name of the formula if it has one in the array interface."""
    if callable(formula):
        return formula, ""
    name = formula
    return (lambda xp, out, *operands: getattr(xp, name)(*operands, out=out)), name


def _unary(
    name: str,
    formula: Formula,
    accepts: Accepts,
    gradient: GradientRule | NoGradient,
    result: DType | None = None,
) -> Unary:
    kernel, ufunc = _kernel(formula)
    return Unary(name, _type_rule(accepts, result), gradient, kernel, ufunc=ufunc, in_place=frozenset({0}))


def _binary(
    name: str,
    formula: Formula,
    accepts: Accepts,
    gradient: GradientRule | NoGradient,
    result: DType | None = None,
) -> Binary:
    kernel, ufunc = _kernel(formula)
    in_place = frozenset({0, 1}) if ufunc else frozenset()
    return Binary(name, _type_rule(accepts, result), gradient, kernel, ufunc=ufunc, in_place=in_place)


# ---- Arithmetic ----

add: Binary = _binary("add", "add", NUMBERS, lambda g, y, a, b: (g, g))
sub: Binary = _binary("sub", "subtract", NUMBERS, lambda g, y, a, b: (g, neg(g)))
mul: Binary = _binary("mul", "multiply", NUMBERS, lambda g, y, a, b: (mul(g, b), mul(g, a)))
div: Binary = _binary("div", "divide", FLOATS, lambda g, y, a, b: (div(g, b), neg(div(mul(g, y), b))))
floor_div: Binary = _binary("floor_div", "floor_divide", INTEGERS, ZERO_EVERYWHERE)
neg: Unary = _unary("neg", "negative", NUMBERS, lambda g, y, x: (neg(g),))
reciprocal: Unary = _unary("reciprocal", "reciprocal", FLOATS, lambda g, y, x: (neg(mul(g, mul(y, y))),))


def _pow_gradient(g: Value, y: Value, a: Value, b: Value) -> Sequence[Value]:
    """PyTorch's: a zero exponent gives the base nothing; a base of zero gives a positive exponent nothing."""
    zero, one = full_like(0, a), full_like(1, a)
    to_base = select(eq(b, zero), zero, mul(g, mul(b, pow(a, sub(b, one)))))
    base_is_zero = logical_and(eq(a, zero), ge(b, zero))
    log_base = select(base_is_zero, zero, log(select(base_is_zero, one, a)))
    return to_base, mul(g, mul(y, log_base))


pow: Binary = _binary("pow", "power", FLOATS, _pow_gradient)


def _extremum_gradient(wins: Binary) -> GradientRule:
    """The winner gets the cotangent; at a tie each gets half, as in PyTorch."""

    def rule(g: Value, y: Value, a: Value, b: Value) -> Sequence[Value]:
        zero = full_like(0, g)
        tied = select(eq(a, b), mul(g, full_like(0.5, g)), zero)
        return select(wins(a, b), g, tied), select(wins(b, a), g, tied)

    return rule


# ---- Comparison and logic ----

eq: Binary = _binary("eq", "equal", ANYTHING, BOOLEAN, "bool")
ne: Binary = _binary("ne", "not_equal", ANYTHING, BOOLEAN, "bool")
lt: Binary = _binary("lt", "less", NUMBERS, BOOLEAN, "bool")
le: Binary = _binary("le", "less_equal", NUMBERS, BOOLEAN, "bool")
gt: Binary = _binary("gt", "greater", NUMBERS, BOOLEAN, "bool")
ge: Binary = _binary("ge", "greater_equal", NUMBERS, BOOLEAN, "bool")
logical_and: Binary = _binary("logical_and", "logical_and", BOOLEANS, BOOLEAN)
logical_or: Binary = _binary("logical_or", "logical_or", BOOLEANS, BOOLEAN)
logical_xor: Binary = _binary("logical_xor", "logical_xor", BOOLEANS, BOOLEAN)
logical_not: Unary = _unary("logical_not", "logical_not", BOOLEANS, BOOLEAN)
is_finite: Unary = _unary("is_finite", "isfinite", FLOATS, BOOLEAN, "bool")

minimum: Binary = _binary("minimum", "minimum", NUMBERS, _extremum_gradient(lt))
maximum: Binary = _binary("maximum", "maximum", NUMBERS, _extremum_gradient(gt))

# ---- Functions of one number ----

abs: Unary = _unary("abs", "absolute", NUMBERS, lambda g, y, x: (mul(g, sign(x)),))
sqrt: Unary = _unary("sqrt", "sqrt", FLOATS, lambda g, y, x: (div(g, add(y, y)),))
exp: Unary = _unary("exp", "exp", FLOATS, lambda g, y, x: (mul(g, y),))
expm1: Unary = _unary("expm1", "expm1", FLOATS, lambda g, y, x: (mul(g, add(y, full_like(1, y))),))
log: Unary = _unary("log", "log", FLOATS, lambda g, y, x: (div(g, x),))
log1p: Unary = _unary("log1p", "log1p", FLOATS, lambda g, y, x: (div(g, add(x, full_like(1, x))),))
sin: Unary = _unary("sin", "sin", FLOATS, lambda g, y, x: (mul(g, cos(x)),))
cos: Unary = _unary("cos", "cos", FLOATS, lambda g, y, x: (neg(mul(g, sin(x))),))
tan: Unary = _unary("tan", "tan", FLOATS, lambda g, y, x: (mul(g, add(mul(y, y), full_like(1, y))),))
sinh: Unary = _unary("sinh", "sinh", FLOATS, lambda g, y, x: (mul(g, cosh(x)),))
cosh: Unary = _unary("cosh", "cosh", FLOATS, lambda g, y, x: (mul(g, sinh(x)),))
tanh: Unary = _unary("tanh", "tanh", FLOATS, lambda g, y, x: (mul(g, sub(full_like(1, y), mul(y, y))),))


def _one_less_square(x: Value) -> Value:
    return sub(full_like(1, x), mul(x, x))


asin: Unary = _unary("asin", "arcsin", FLOATS, lambda g, y, x: (div(g, sqrt(_one_less_square(x))),))
acos: Unary = _unary("acos", "arccos", FLOATS, lambda g, y, x: (neg(div(g, sqrt(_one_less_square(x)))),))
atan: Unary = _unary("atan", "arctan", FLOATS, lambda g, y, x: (div(g, add(mul(x, x), full_like(1, x))),))

TWO_OVER_SQRT_PI = 1.1283791670955126
erf: Unary = _unary(
    "erf",
    error_function,
    FLOATS,
    lambda g, y, x: (mul(g, mul(full_like(TWO_OVER_SQRT_PI, x), exp(neg(mul(x, x))))),),
)


def _sigmoid(xp: Any, out: Any, x: Any) -> None:
    """Fill with 1 / (1 + exp(-x)): an overflowing exponential gives the correct zero."""
    xp.negative(x, out=out)
    xp.exp(out, out=out)
    xp.add(out, out.dtype.type(1), out=out)
    xp.reciprocal(out, out=out)


sigmoid: Unary = _unary(
    "sigmoid", _sigmoid, FLOATS, lambda g, y, x: (mul(g, mul(y, sub(full_like(1, y), y))),)
)  # fmt: skip
softplus: Unary = _unary(
    "softplus",
    lambda xp, out, x: xp.logaddexp(x, x.dtype.type(0), out=out),
    FLOATS,
    lambda g, y, x: (mul(g, sigmoid(x)),),
)
relu: Unary = _unary(
    "relu",
    lambda xp, out, x: xp.maximum(x, x.dtype.type(0), out=out),
    FLOATS,
    lambda g, y, x: (select(gt(y, full_like(0, y)), g, full_like(0, g)),),
)

sign: Unary = _unary("sign", "sign", NUMBERS, ZERO_EVERYWHERE)
floor: Unary = _unary("floor", "floor", FLOATS, ZERO_EVERYWHERE)
ceil: Unary = _unary("ceil", "ceil", FLOATS, ZERO_EVERYWHERE)
round: Unary = _unary("round", "rint", FLOATS, ZERO_EVERYWHERE)

# ---- Choice, conversion, identity ----


def _select_type(condition: TensorType, a: TensorType, b: TensorType) -> TensorType:
    common = same_type(a, b)
    if condition != common.with_dtype("bool"):
        raise IRError(f"expected the condition {common.with_dtype('bool')}; got {condition}")
    return common


def _select(xp: Any, out: Any, condition: Any, a: Any, b: Any) -> None:
    if out is not b:
        xp.copyto(out, b)
    xp.copyto(out, a, where=condition)


def _select_gradient(g: Value, y: Value, condition: Value, a: Value, b: Value) -> Sequence[Value | None]:
    zero = full_like(0, g)
    return None, select(condition, g, zero), select(condition, zero, g)


_select_primitive = Elementwise("select", _select_type, _select_gradient, _select)


def select(condition: Value, a: Value, b: Value) -> Value:
    """`a` where the condition holds, else `b`."""
    return _select_primitive.bind(condition, a, b)


def _cast_type(x: TensorType, *, dtype: DType) -> TensorType:
    if dtype not in DTYPES:
        raise IRError(f"expected a dtype among {', '.join(DTYPES)}; got {dtype!r}")
    return x.with_dtype(dtype)


_cast_primitive = Elementwise(
    "cast",
    _cast_type,
    lambda g, y, x, *, dtype: (cast(g, x.dtype),),
    lambda xp, out, x, *, dtype: xp.copyto(out, x, casting="unsafe"),
)


def cast(x: Value, dtype: DType) -> Value:
    """Convert: floats to integers toward zero, numbers to booleans by being nonzero."""
    return x if x.dtype == dtype else _cast_primitive.bind(x, dtype=dtype)


def _shift_type(x: TensorType, *, count: int) -> TensorType:
    if not is_unsigned(x.dtype) or count < 0:
        raise IRError(f"expected an unsigned integer and a count of 0 or more; got {x} and {count}")
    return x


_shift_primitive = Elementwise(
    "shift_right",
    _shift_type,
    ZERO_EVERYWHERE,
    lambda xp, out, x, *, count: xp.right_shift(x, x.dtype.type(count), out=out),
    in_place=frozenset({0}),
)


def shift_right(x: Value, count: int) -> Value:
    """Drop the lowest `count` bits of an unsigned integer."""
    return _shift_primitive.bind(x, count=count)


stop_gradient: Callable[[Value], Value] = Unary(
    "stop_gradient",
    lambda x: x,
    STOPPED,
    lambda xp, out, x: xp.copyto(out, x),
    view=lambda x: x,
)
