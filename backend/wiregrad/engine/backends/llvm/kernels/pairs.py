"""Pairs of bfloat16, two steps of a reduction in 32 bits, and what multiplies them.

Numbers come as float32 that bfloat16 holds: of each, the upper half says it all. The first step of a pair is
its lower half, as x86-64 and ARM64 both want it; a reduction of odd length ends with a zero.
"""

from __future__ import annotations

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import Code, Emitted, repeated
from wiregrad.engine.ir import DType
from wiregrad.engine.ops.bfloat16 import KEPT

BITS: DType = "uint32"
"""How a pair goes from memory to a register, and a number before it becomes half of one."""

HALF = 16
NARROWEST = 4
"""Lanes of the shortest vectors that are multiplied."""


class BFloat(ir.Type):  # type: ignore[misc] # llvmlite has no types
    """LLVM's bfloat16, which llvmlite does not know."""

    intrinsic_name = "bf16"

    def _to_string(self) -> str:
        return "bfloat"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self))

    def __hash__(self) -> int:
        return hash(type(self))


def pairs(depth: int) -> int:
    """How many pairs so many steps make."""
    return -(-depth // 2)


def multiply_add(code: Code, a: Emitted, b: Emitted, sums: Emitted) -> Emitted:
    """`sums`, a vector of float32, and in each lane both products of a pair."""
    width = sums.type.count
    type_ = ir.VectorType(BFloat(), 2 * width)
    operands = (code.builder.bitcast(operand, type_) for operand in (a, b))
    if code.target.is_x86:
        name, overloads = f"llvm.x86.avx512bf16.dpbf16ps.{2 * HALF * width}", []
    else:
        name, overloads = "llvm.aarch64.neon.bfdot", [sums.type, type_]
    function = code.declared(name, overloads, ir.FunctionType(sums.type, [sums.type, type_, type_]))
    return code.builder.call(function, [sums, *operands])


def joined(code: Code, first: Emitted, second: Emitted | None = None) -> Emitted:
    """Pairs of the bits of two steps; of one, where no second follows."""
    lower = code.builder.lshr(first, repeated(HALF, first.type))
    if second is None:
        return lower
    return code.builder.or_(lower, code.builder.and_(second, repeated(KEPT, second.type)))


def load_along(code: Code, pointer: Emitted, offset: Emitted | int, width: int) -> Emitted:
    """So many pairs of numbers that follow each other in memory."""
    numbers = code.load(pointer, offset, BITS, 2 * width)
    halves = ir.VectorType(ir.IntType(HALF), 2 * width)
    upper = code.builder.trunc(code.builder.lshr(numbers, repeated(HALF, numbers.type)), halves)
    return code.builder.bitcast(upper, ir.VectorType(ir.IntType(2 * HALF), width))
