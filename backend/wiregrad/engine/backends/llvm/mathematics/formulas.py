"""The formulas by the name of their primitive."""

from __future__ import annotations

from collections.abc import Callable

from wiregrad.engine.backends.llvm.mathematics.lanes import Lanes

Formula = Callable[..., Lanes]
FORMULAS: dict[str, Formula] = {}


def primitive(formula: Formula) -> Formula:
    """Let a formula serve the primitive of its name."""
    FORMULAS[formula.__name__] = formula
    return formula
