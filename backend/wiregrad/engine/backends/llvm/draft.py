"""A kernel whose arrays are still named by value."""

from __future__ import annotations

from dataclasses import dataclass

from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import Value


@dataclass(frozen=True, eq=False)
class Temporary:
    """Memory between the kernels of one group."""

    nbytes: int


@dataclass(frozen=True)
class Spot:
    """A place in the memory of a value or of a temporary, in bytes from its start."""

    owner: Value | Temporary
    offset: int = 0


@dataclass(frozen=True)
class Draft:
    """A kernel, and what its pointers point at."""

    kernel: Kernel
    reads: tuple[Spot, ...]
    writes: tuple[Spot, ...]
    is_copy: bool = False
    """Whether it has nothing to do where it reads what it writes."""


def spot_of(views: Views, value: Value) -> Spot:
    """Where a value starts in the memory of its root."""
    root = views.roots[value]
    if not value.size:
        return Spot(root)
    return Spot(root, views.looks[value].ctypes.data - views.looks[root].ctypes.data)
