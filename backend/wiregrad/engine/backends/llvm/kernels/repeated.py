"""A kernel done many times, along an axis that it does not know itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.kernels.strides import over_parts


@dataclass(frozen=True)
class Repeated:
    """`kernel`, `count` times, each pointer so many bytes further on each time."""

    kernel: Kernel
    count: int
    steps: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.kernel.name

    @property
    def extent(self) -> int:
        return self.count * self.kernel.extent

    @property
    def flops(self) -> int:
        return self.count * self.kernel.flops

    @property
    def scratch_bytes(self) -> int:
        return self.kernel.scratch_bytes

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        def one(number: Emitted, first: Emitted, last: Emitted) -> None:
            moved = [
                code.at(pointer, code.times(number, step), "bool")
                for pointer, step in zip(pointers, self.steps, strict=True)
            ]
            self.kernel.emit(code, moved, first, last, scratch)

        over_parts(code, begin, end, self.kernel.extent, one)
