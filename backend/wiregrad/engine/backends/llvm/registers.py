"""The formula of a group: who is in which register."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import cast

from wiregrad.engine.backends.llvm.draft import Spot, spot_of
from wiregrad.engine.backends.llvm.formula import Formula, spelling
from wiregrad.engine.backends.llvm.instruction import Instruction
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import DType, Value


@dataclass
class Registers:
    """Writes the formula of a group: what is given, constants, instructions, and who is in which register."""

    views: Views
    given: dict[Value, tuple[Spot, Value]] = field(default_factory=dict)
    constants: dict[tuple[str, DType], None] = field(default_factory=dict)
    computed: list[Value] = field(default_factory=list)

    def note(self, value: Value, inside: AbstractSet[Value]) -> None:
        """An elementwise value, after its operands."""
        for operand in value.inputs:
            self.note_operand(operand, inside)
        self.computed.append(value)

    def note_operand(self, operand: Value, inside: AbstractSet[Value]) -> None:
        root = self.views.roots[operand]
        if root.primitive.name == "full":
            self.constants[self._constant(root)] = None
        elif root not in inside:
            self.given.setdefault(operand, (spot_of(self.views, operand), operand))

    def _constant(self, root: Value) -> tuple[str, DType]:
        return spelling(cast(float, root.attributes["value"]), root.dtype), root.dtype

    def formula(self, first: Sequence[Value], results: Sequence[Value]) -> Formula:
        """`first` are given before all others."""
        numbers: dict[Value, int] = {value: number for number, value in enumerate(first)}
        for operand in self.given:
            numbers[operand] = len(numbers)
        shift = len(numbers)
        constants = {constant: shift + n for n, constant in enumerate(self.constants)}
        shift += len(constants)
        for value in self.computed:
            numbers[value] = shift
            shift += 1

        def number(operand: Value) -> int:
            root = self.views.roots[operand]
            if operand in numbers:
                return numbers[operand]
            return constants[self._constant(root)] if root.primitive.name == "full" else numbers[root]

        instructions = tuple(
            Instruction(
                value.primitive.name,
                tuple(number(operand) for operand in value.inputs),
                value.inputs[0].dtype,
                value.dtype,
                tuple(value.attributes.items()),
            )
            for value in self.computed
        )
        given = (*(value.dtype for value in first), *(operand.dtype for operand in self.given))
        return Formula(given, tuple(self.constants), instructions, tuple(number(value) for value in results))
