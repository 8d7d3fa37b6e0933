"""Products of bfloat16: their operands are rounded, everything else stays in single precision.

Sums, losses, weights and what optimizers keep are float32: what is usually called mixed precision
(Kalamkar et al., "A Study of BFLOAT16 for Deep Learning Training", arXiv 1905.12322). Being part of the
program, the rounding gives the same numbers on every backend, up to the order of sums.
"""

from __future__ import annotations

from typing import cast

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.ops.bfloat16 import KEPT
from wiregrad.engine.passes.rewrite import rewrite, with_inputs

PRODUCTS = frozenset({"matmul", "conv2d", "conv2d_input_gradient", "conv2d_weight_gradient"})
REARRANGED = frozenset({"reshape", "transpose", "broadcast"})
"""What is read in another order is rounded in its own: forward and backward share the rounded numbers."""

MOVED = REARRANGED | {"slice", "pad", "concat"}


def bfloat16_products(function: Function) -> Function:
    """The same function with the float32 operands of every product rounded to bfloat16."""
    done: dict[Value, Value] = {}

    def rounded(value: Value) -> Value:
        if value not in done:
            done[value] = _rounded(value)
        return done[value]

    def _rounded(value: Value) -> Value:
        if holds_bfloat16(value):
            return value
        if value.primitive.name in REARRANGED:
            return with_inputs(value, (rounded(value.inputs[0]),))
        return ops.round_bfloat16(value)

    def round_operands(value: Value) -> Value:
        if value.primitive.name not in PRODUCTS or value.dtype != "float32":
            return value
        return with_inputs(value, tuple(map(rounded, value.inputs)))

    return rewrite(function, round_operands)


def holds_bfloat16(value: Value) -> bool:
    """Whether all elements are known to be numbers that bfloat16 holds."""
    name = value.primitive.name
    if name == "round_bfloat16":
        return True
    if name == "full":
        return _is_bfloat16(value)
    if name == "pad" and not _is_bfloat16(value):
        return False
    return name in MOVED and all(map(holds_bfloat16, value.inputs))


def _is_bfloat16(value: Value) -> bool:
    """Of the number that a value repeats, or puts around another one."""
    number = np.float32(cast(float, value.attributes["value"]))
    return value.dtype == "float32" and not int(number.view(np.uint32)) & ~KEPT
