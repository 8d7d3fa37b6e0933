"""Every elementwise primitive as instructions. Floats take what needs more than one from `mathematics`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from llvmlite import ir

from wiregrad.engine.backends.llvm import mathematics
from wiregrad.engine.backends.llvm.code import NUMBERS, Code, Emitted, repeated
from wiregrad.engine.backends.llvm.instruction import Instruction
from wiregrad.engine.ir import ITEM_BYTES, DType, is_bool, is_float, is_unsigned
from wiregrad.engine.ops import bfloat16

Emit = Callable[[Code, Sequence[Emitted], Instruction], Emitted]

COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
ARITHMETIC = {"add": ("fadd", "add"), "sub": ("fsub", "sub"), "mul": ("fmul", "mul")}
LOGIC = {"logical_and": "and_", "logical_or": "or_", "logical_xor": "xor", "logical_not": "not_"}


def apply(
    code: Code, name: str, operands: Sequence[Emitted], instruction: Instruction, width: int
) -> Emitted:  # fmt: skip
    """The primitive's result for operands in registers; `width` lanes, or 0 for scalars."""
    if name in COMPARISONS:
        return _compare(code, COMPARISONS[name], operands, instruction.source)
    if name in ARITHMETIC:
        of_floats, of_integers = ARITHMETIC[name]
        chosen = of_floats if is_float(instruction.dtype) else of_integers
        return getattr(code.builder, chosen)(*operands)
    if name in LOGIC:
        return getattr(code.builder, LOGIC[name])(*operands)
    if name in SPECIAL:
        return SPECIAL[name](code, operands, instruction)
    if is_float(instruction.dtype):
        return mathematics.emit(code.builder, name, *operands)
    return INTEGERS[name](code, operands, instruction)


def _compare(code: Code, sign: str, operands: Sequence[Emitted], dtype: DType) -> Emitted:
    if is_float(dtype):
        compare = code.builder.fcmp_unordered if sign == "!=" else code.builder.fcmp_ordered
        return compare(sign, *operands)
    return _compare_integers(code, sign, operands[0], operands[1], dtype)


def _compare_integers(code: Code, sign: str, a: Emitted, b: Emitted, dtype: DType) -> Emitted:
    is_without_sign = is_unsigned(dtype) or is_bool(dtype)
    compare = code.builder.icmp_unsigned if is_without_sign else code.builder.icmp_signed
    return compare(sign, a, b)


# ---- Floats or anything ----


def _div(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    return code.builder.fdiv(*operands)


def _neg(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    (x,) = operands
    return code.builder.fneg(x) if is_float(instruction.dtype) else code.builder.neg(x)


def _select(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    return code.builder.select(*operands)


def _is_finite(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    size = code.intrinsic("llvm.fabs", operands[0])
    return code.builder.fcmp_ordered("<", size, repeated(float("inf"), size.type))


def _shift_right(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    count: Any = dict(instruction.attributes)["count"]
    if count >= 8 * ITEM_BYTES[instruction.dtype]:
        return repeated(0, operands[0].type)
    return code.builder.lshr(operands[0], repeated(count, operands[0].type))


def _round_bfloat16(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    """As the plain kernel: on the bits."""
    (x,), builder = operands, code.builder
    bits = builder.bitcast(x, _like(x, NUMBERS["uint32"]))
    last = builder.and_(builder.lshr(bits, repeated(16, bits.type)), repeated(1, bits.type))
    nearest = builder.add(bits, builder.add(last, repeated(bfloat16.BELOW_HALF, bits.type)))
    quiet = builder.or_(bits, repeated(bfloat16.QUIET, bits.type))
    chosen = builder.select(builder.fcmp_unordered("uno", x, x), quiet, nearest)
    return builder.bitcast(builder.and_(chosen, repeated(bfloat16.KEPT, bits.type)), x.type)


def _cast(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    """Floats beyond the range of an integer become its nearest end, and NaN becomes 0."""
    (x,), source, dtype = operands, instruction.source, instruction.dtype
    type_ = _like(x, NUMBERS[dtype])
    if is_bool(dtype):
        zero = repeated(0, x.type)
        return (
            code.builder.fcmp_unordered("!=", x, zero)
            if is_float(source)
            else code.builder.icmp_unsigned("!=", x, zero)
        )
    if is_float(source):
        return _from_float(code, x, source, dtype, type_)
    return _from_integer(code, x, source, dtype, type_)


def _from_integer(code: Code, x: Emitted, source: DType, dtype: DType, type_: Any) -> Emitted:
    is_without_sign = is_unsigned(source) or is_bool(source)
    if is_float(dtype):
        return code.builder.uitofp(x, type_) if is_without_sign else code.builder.sitofp(x, type_)
    bits, wanted = 1 if is_bool(source) else 8 * ITEM_BYTES[source], 8 * ITEM_BYTES[dtype]
    if wanted <= bits:
        return x if wanted == bits else code.builder.trunc(x, type_)
    return code.builder.zext(x, type_) if is_without_sign else code.builder.sext(x, type_)


def _from_float(code: Code, x: Emitted, source: DType, dtype: DType, type_: Any) -> Emitted:
    if dtype == source:
        return x
    if is_float(dtype):
        is_wider = ITEM_BYTES[dtype] > ITEM_BYTES[source]
        return code.builder.fpext(x, type_) if is_wider else code.builder.fptrunc(x, type_)
    name = "llvm.fptoui.sat" if is_unsigned(dtype) else "llvm.fptosi.sat"
    function = code.declared(name, [type_, x.type], ir.FunctionType(type_, [x.type]))
    return code.builder.call(function, [x])


def _like(x: Emitted, element: Any) -> Any:
    return ir.VectorType(element, x.type.count) if isinstance(x.type, ir.VectorType) else element


SPECIAL: dict[str, Emit] = {
    "div": _div,
    "neg": _neg,
    "select": _select,
    "is_finite": _is_finite,
    "shift_right": _shift_right,
    "cast": _cast,
    "round_bfloat16": _round_bfloat16,
}

# ---- Integers ----


def _minimum(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    a, b = operands
    return code.builder.select(_compare_integers(code, "<", a, b, instruction.dtype), a, b)


def _maximum(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    a, b = operands
    return code.builder.select(_compare_integers(code, ">", a, b, instruction.dtype), a, b)


def _abs(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    (x,) = operands
    if is_unsigned(instruction.dtype):
        return x
    return code.builder.select(code.builder.icmp_signed("<", x, repeated(0, x.type)), code.builder.neg(x), x)


def _sign(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    (x,) = operands
    zero, one = repeated(0, x.type), repeated(1, x.type)
    above = code.builder.select(_compare_integers(code, ">", x, zero, instruction.dtype), one, zero)
    below = _compare_integers(code, "<", x, zero, instruction.dtype)
    return code.builder.select(below, repeated(-1, x.type), above)


def _floor_div(code: Code, operands: Sequence[Emitted], instruction: Instruction) -> Emitted:
    """Toward minus infinity; by zero 0, as NumPy; by -1 without the trap at the smallest integer."""
    a, b = operands
    builder = code.builder
    zero, one = repeated(0, b.type), repeated(1, b.type)
    is_zero = builder.icmp_unsigned("==", b, zero)
    if is_unsigned(instruction.dtype):
        return builder.select(is_zero, zero, builder.udiv(a, builder.select(is_zero, one, b)))
    is_minus_one = builder.icmp_signed("==", b, repeated(-1, b.type))
    divisor = builder.select(builder.or_(is_zero, is_minus_one), one, b)
    quotient = builder.sdiv(a, divisor)
    rest = builder.sub(a, builder.mul(quotient, divisor))
    differ = builder.icmp_signed("<", builder.xor(rest, divisor), zero)
    lower = builder.and_(builder.icmp_signed("!=", rest, zero), differ)
    floored = builder.select(lower, builder.sub(quotient, one), quotient)
    return builder.select(is_zero, zero, builder.select(is_minus_one, builder.neg(a), floored))


INTEGERS: dict[str, Emit] = {
    "minimum": _minimum,
    "maximum": _maximum,
    "abs": _abs,
    "sign": _sign,
    "floor_div": _floor_div,
}
