"""One step of an elementwise program."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from wiregrad.engine.ir import DType


@dataclass(frozen=True)
class Instruction:
    """A primitive applied to registers, by number."""

    name: str
    operands: tuple[int, ...]
    source: DType
    """That of the first operand."""
    dtype: DType
    attributes: tuple[tuple[str, Hashable], ...] = ()
