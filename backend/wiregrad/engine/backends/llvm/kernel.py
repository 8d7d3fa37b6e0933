"""What a kernel is: a shape of work, without memory, which emits the native function that does a part of it.

Kernels are frozen: two of one shape are equal and share a function. The pointers that they are given, in the
order of `operands`, then results, are all that tells two uses apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.ir import DType, Shape


@dataclass(frozen=True)
class Layout:
    """How an array lies in memory: strides are in elements, 0 along an axis that repeats."""

    dtype: DType
    shape: Shape
    strides: tuple[int, ...]


def contiguous(dtype: DType, shape: Shape) -> Layout:
    return Layout(dtype, shape, contiguous_strides(shape))


class Kernel(Protocol):
    """`extent` units of work may be shared among threads in any cut; each unit is done by one thread.

    No two units write the same element, and none reads what another writes.
    """

    @property
    def name(self) -> str:
        """In a word or two, for a person who reads a profile."""

    @property
    def extent(self) -> int: ...

    @property
    def scratch_bytes(self) -> int:
        """Memory that each thread needs for itself while it works, aligned to 64 bytes."""

    @property
    def flops(self) -> int: ...

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        """Do the units from `begin` up to `end`."""
