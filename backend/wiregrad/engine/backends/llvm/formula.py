"""Elementwise programs in registers: what a nest of loops, or the end of a product, does to each element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from llvmlite import ir

from wiregrad.engine.backends.llvm.arithmetic import apply
from wiregrad.engine.backends.llvm.code import NUMBERS, Code, Emitted
from wiregrad.engine.backends.llvm.instruction import Instruction
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.ir import DType


@dataclass(frozen=True)
class Formula:
    """Registers are numbered: first what is given, then the constants, then one for each instruction."""

    given: tuple[DType, ...]
    constants: tuple[tuple[str, DType], ...]
    """Numbers spelled exactly, as `repr` or `float.hex` do: NaN is equal to itself, and 0 is not -0."""
    instructions: tuple[Instruction, ...]
    results: tuple[int, ...]

    @property
    def dtypes(self) -> tuple[DType, ...]:
        """Of all registers."""
        constants = (dtype for _, dtype in self.constants)
        return (*self.given, *constants, *(instruction.dtype for instruction in self.instructions))

    def emit(self, code: Code, given: Sequence[Emitted], width: int) -> list[Emitted]:
        """The results for one element of each given, or for `width` of them."""
        registers = [*given, *(code.number(spelled(text, t), t, width) for text, t in self.constants)]
        for instruction in self.instructions:
            operands = [registers[number] for number in instruction.operands]
            registers.append(apply(code, instruction.name, operands, instruction, width))
        return [registers[number] for number in self.results]


def spelled(text: str, dtype: DType) -> float | int | bool:
    """The number of a text; the inverse of `spelling`."""
    return float.fromhex(text) if dtype.startswith("float") else int(text)


def spelling(number: float | int | bool, dtype: DType) -> str:
    return float(number).hex() if dtype.startswith("float") else str(int(number))


@cache
def instruction_count(name: str, sources: tuple[DType, ...], dtype: DType) -> int:
    """How many instructions a primitive takes for operands of these dtypes, by emitting it once."""
    type_ = ir.FunctionType(ir.VoidType(), [NUMBERS[source] for source in sources])
    function = ir.Function(ir.Module(), type_, name)
    code = Code(ir.IRBuilder(function.append_basic_block()), host_target())
    instruction = Instruction(name, tuple(range(len(sources))), sources[0], dtype, (("count", 1),))
    apply(code, name, list(function.args), instruction, 0)
    return sum(len(block.instructions) for block in function.blocks)
