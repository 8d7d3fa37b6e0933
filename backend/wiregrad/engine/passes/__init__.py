"""Passes: pure functions from a function to a better one with the same meaning."""

from __future__ import annotations

from collections.abc import Callable

from wiregrad.engine.ir import Function
from wiregrad.engine.passes.common_subexpressions import common_subexpressions
from wiregrad.engine.passes.constant_folding import constant_folding
from wiregrad.engine.passes.dead_code import dead_code as dead_code
from wiregrad.engine.passes.layout import layout
from wiregrad.engine.passes.simplify import simplify
from wiregrad.engine.passes.sums import sums
from wiregrad.engine.passes.transposed_products import transposed_products

PASSES = (constant_folding, simplify, layout, sums, transposed_products, common_subexpressions)
ROUNDS = 10  # each pass makes work for the others; after few rounds there is nothing left to do


Observer = Callable[[str, Function], None]
"""Told the name of each pass and what it made."""


def optimize(function: Function, observe: Observer | None = None) -> Function:
    """Run the passes in order until nothing changes, at most `ROUNDS` times."""
    for _ in range(ROUNDS):
        before = function.outputs
        for improve in PASSES:
            function = improve(function)
            if observe is not None:
                observe(improve.__name__, function)
        if function.outputs == before:
            break
    return function
