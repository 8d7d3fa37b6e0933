"""Constants of LLVM's language that are met all the time: llvmlite takes a while to make and to print one."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from llvmlite import ir

LANE = ir.IntType(32)


@lru_cache(4096)
def index(number: int) -> Any:
    return ir.IntType(64)(number)


@lru_cache(256)
def lane(number: int) -> Any:
    """The number of a lane."""
    return LANE(number)


@lru_cache(256)
def lanes(numbers: tuple[int, ...]) -> Any:
    """The numbers of those that a shuffle picks."""
    return ir.Constant(ir.VectorType(LANE, len(numbers)), numbers)
