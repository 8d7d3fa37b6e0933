"""Floating-point numbers in LLVM IR, written as in Python: `(x + 1.0) / y` emits two instructions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from llvmlite import ir


@dataclass(frozen=True)
class Format:
    """A binary format of IEEE 754, with what follows from its sizes."""

    element: Any
    width: int
    mantissa: int  # stored bits of it
    double: bool

    @property
    def bias(self) -> int:
        return (1 << (self.width - self.mantissa - 2)) - 1

    @property
    def epsilon(self) -> float:
        """Half an ulp of one: below it, 1 + x is 1."""
        return 2.0 ** -(self.mantissa + 1)

    @property
    def smallest_normal(self) -> float:
        return 2.0 ** (1 - self.bias)

    @property
    def rounder(self) -> float:
        """A number whose ulp is one: what is added to it is rounded to an integer, in the lowest bits."""
        return 1.5 * 2.0**self.mantissa


SINGLE = Format(ir.FloatType(), 32, 23, double=False)
DOUBLE = Format(ir.DoubleType(), 64, 52, double=True)


def _like(kind: Any, element: Any) -> Any:
    """The type of as many lanes as `kind` has, of another element."""
    return ir.VectorType(element, kind.count) if isinstance(kind, ir.VectorType) else element


def intrinsic(builder: Any, name: str, *operands: Any) -> Any:
    """Call an intrinsic whose operands and result are all of one type."""
    kind = operands[0].type
    element = "f64" if getattr(kind, "element", kind) == DOUBLE.element else "f32"
    lanes = f"v{kind.count}" if isinstance(kind, ir.VectorType) else ""
    module, full_name = builder.module, f"{name}.{lanes}{element}"
    function = module.globals.get(full_name)
    if function is None:
        function = ir.Function(module, ir.FunctionType(kind, [kind] * len(operands)), full_name)
    return builder.call(function, operands)


class Mask:
    """One truth per lane."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    def __and__(self, other: Mask) -> Mask:
        return Mask(self.builder, self.builder.and_(self.value, other.value))

    def __or__(self, other: Mask) -> Mask:
        return Mask(self.builder, self.builder.or_(self.value, other.value))

    def __invert__(self) -> Mask:
        return Mask(self.builder, self.builder.not_(self.value))

    def any(self) -> Any:
        """One i1: whether any lane is true."""
        kind = self.value.type
        if not isinstance(kind, ir.VectorType):
            return self.value
        word = ir.IntType(kind.count)
        return self.builder.icmp_unsigned("!=", self.builder.bitcast(self.value, word), word(0))


class Bits:
    """The bits of lanes as integers of the same width; arithmetic wraps."""

    def __init__(self, lanes: Lanes, value: Any) -> None:
        self.lanes, self.value = lanes, value

    def _apply(self, operation: str, other: Bits | int) -> Bits:
        builder = self.lanes.builder
        if isinstance(other, int):
            other = Bits(self.lanes, ir.Constant(self.value.type, other))
        return Bits(self.lanes, getattr(builder, operation)(self.value, other.value))

    def __add__(self, other: Bits | int) -> Bits:
        return self._apply("add", other)

    def __sub__(self, other: Bits | int) -> Bits:
        return self._apply("sub", other)

    def __and__(self, other: Bits | int) -> Bits:
        return self._apply("and_", other)

    def __xor__(self, other: Bits | int) -> Bits:
        return self._apply("xor", other)

    def __lshift__(self, count: int) -> Bits:
        return self._apply("shl", count)

    def __rshift__(self, count: int) -> Bits:
        return self._apply("lshr", count)

    @property
    def number(self) -> Lanes:
        return self.lanes.of(self.lanes.builder.bitcast(self.value, self.lanes.value.type))


class Lanes:
    """Numbers of one format, computed side by side; Python numbers among the operands become constants."""

    def __init__(self, builder: Any, value: Any) -> None:
        self.builder, self.value = builder, value

    @property
    def format(self) -> Format:
        kind = self.value.type
        return DOUBLE if getattr(kind, "element", kind) == DOUBLE.element else SINGLE

    def of(self, value: Any) -> Lanes:
        return Lanes(self.builder, value)

    def constant(self, number: float) -> Lanes:
        return self.of(ir.Constant(self.value.type, float(number)))

    def lifted(self, number: Lanes | float) -> Lanes:
        return number if isinstance(number, Lanes) else self.constant(number)

    def call(self, name: str, *others: Lanes | float) -> Lanes:
        operands = [self.value, *(self.lifted(other).value for other in others)]
        return self.of(intrinsic(self.builder, name, *operands))

    def __add__(self, other: Lanes | float) -> Lanes:
        return self.of(self.builder.fadd(self.value, self.lifted(other).value))

    def __sub__(self, other: Lanes | float) -> Lanes:
        return self.of(self.builder.fsub(self.value, self.lifted(other).value))

    def __mul__(self, other: Lanes | float) -> Lanes:
        return self.of(self.builder.fmul(self.value, self.lifted(other).value))

    def __truediv__(self, other: Lanes | float) -> Lanes:
        return self.of(self.builder.fdiv(self.value, self.lifted(other).value))

    def __radd__(self, other: float) -> Lanes:
        return self.constant(other) + self

    def __rsub__(self, other: float) -> Lanes:
        return self.constant(other) - self

    def __rmul__(self, other: float) -> Lanes:
        return self.constant(other) * self

    def __rtruediv__(self, other: float) -> Lanes:
        return self.constant(other) / self

    def __neg__(self) -> Lanes:
        return self.of(self.builder.fneg(self.value))

    def __abs__(self) -> Lanes:
        return self.call("llvm.fabs")

    def _compare(self, relation: str, other: Lanes | float) -> Mask:
        return Mask(self.builder, self.builder.fcmp_ordered(relation, self.value, self.lifted(other).value))

    def __lt__(self, other: Lanes | float) -> Mask:
        return self._compare("<", other)

    def __le__(self, other: Lanes | float) -> Mask:
        return self._compare("<=", other)

    def __gt__(self, other: Lanes | float) -> Mask:
        return self._compare(">", other)

    def equals(self, other: Lanes | float) -> Mask:
        return self._compare("==", other)

    def is_nan(self) -> Mask:
        return Mask(self.builder, self.builder.fcmp_unordered("uno", self.value, self.value))

    def clamped(self, low: float, high: float) -> Lanes:
        """Within bounds; NaN stays."""
        below = where(self > high, high, self)
        return where(below < low, low, below)

    def signed_as(self, other: Lanes) -> Lanes:
        return self.call("llvm.copysign", other)

    @property
    def bits(self) -> Bits:
        kind = _like(self.value.type, ir.IntType(self.format.width))
        return Bits(self, self.builder.bitcast(self.value, kind))

    def widened(self) -> Lanes:
        """The same numbers in float64."""
        return self.of(self.builder.fpext(self.value, _like(self.value.type, DOUBLE.element)))

    def narrowed(self) -> Lanes:
        """The nearest numbers in float32."""
        return self.of(self.builder.fptrunc(self.value, _like(self.value.type, SINGLE.element)))


def where(mask: Mask, a: Lanes | float, b: Lanes | float) -> Lanes:
    """`a` where the mask holds, else `b`; one of them at least is lanes."""
    like = a if isinstance(a, Lanes) else b
    if not isinstance(like, Lanes):
        raise TypeError(f"expected lanes among the choices; got {a} and {b}")
    return like.of(like.builder.select(mask.value, like.lifted(a).value, like.lifted(b).value))


def fma(a: Lanes, b: Lanes | float, c: Lanes | float) -> Lanes:
    """a b + c, rounded once."""
    return a.call("llvm.fma", b, c)


def horner(coefficients: Sequence[float], x: Lanes) -> Lanes:
    """The polynomial whose coefficients are given from the constant one up."""
    result = x.constant(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        result = fma(result, x, coefficient)
    return result
