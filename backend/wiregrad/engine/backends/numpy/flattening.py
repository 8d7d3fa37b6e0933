"""Long rows for elementwise groups.

NumPy runs an inner loop over the last axis, and for a bias or a scale per channel that is as short as the
channels are few. So where the operands allow it, a group is computed in another shape: rows of some thousand
elements, with what repeats by channel repeated along one such row.
"""

from __future__ import annotations

from collections.abc import Iterable

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import is_repeated
from wiregrad.engine.ir import Shape

LONG_ENOUGH = 32
ROW_ELEMENTS = 4096


def row_of(look: Array) -> Array | None:
    """The contiguous trailing part of an operand that repeats along all axes before; None if it has none."""
    lead = 0
    while lead < look.ndim and (look.strides[lead] == 0 or look.shape[lead] == 1):
        lead += 1
    row: Array = look[(0,) * lead + (...,)]
    return row if row.flags.c_contiguous else None


def flat_shape(looks: Iterable[Array], size: int) -> Shape | None:
    """A shape with long rows in which all operands can be had; None if there is none."""
    rows = [row_of(look) for look in looks if not is_repeated(look)]
    if any(row is None for row in rows):
        return None
    periods = {row.size for row in rows if row is not None} - {size}
    if len(periods) > 1:
        return None
    if not periods:
        return (size,)
    (period,) = periods
    repeats = size // period
    most = 1 if period >= LONG_ENOUGH else min(repeats, ROW_ELEMENTS // period)
    along = next(k for k in range(most, 0, -1) if repeats % k == 0)
    return repeats // along, along * period
