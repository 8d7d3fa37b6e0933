"""The float functions among the primitives as LLVM IR, for scalars and vectors of float32 and float64.

What a function gives, for NaN, infinities and zeros too, is what the kernel of its primitive in
`engine/ops` gives. All are within 4 ulp. They are straight lines of vector instructions without calls, with
two exceptions that call the C library for each lane: sin, cos and tan of numbers beyond 1e5 (1e6 in
float64), and float64's pow and tan.

A formula is found because its module is in this folder and marks it as `primitive`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from typing import Any

from llvmlite import ir

from wiregrad.engine.backends.llvm.mathematics.formulas import FORMULAS, Formula
from wiregrad.engine.backends.llvm.mathematics.lanes import Lanes

Emitter = Callable[..., Any]  # (builder, *operands) -> value, none of which llvmlite gives a type

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    importlib.import_module(_module.name)


def _emitter(formula: Formula) -> Emitter:
    return lambda builder, *operands: formula(*(Lanes(builder, operand) for operand in operands)).value


FUNCTIONS: Mapping[str, Emitter] = {name: _emitter(formula) for name, formula in FORMULAS.items()}


def emit(builder: ir.IRBuilder, name: str, *operands: ir.Value) -> ir.Value:
    """Emit the primitive of a name where the builder stands; the result has the type of the operands.

    Operands are floats, doubles or vectors of them, all of one type; the builder stays in its block. Raises
    KeyError for a name that is not among FUNCTIONS.
    """
    return FUNCTIONS[name](builder, *operands)
