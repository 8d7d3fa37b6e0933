"""Matrix products."""

from __future__ import annotations

from collections.abc import Sequence

from wiregrad.engine.ir import IRError, TensorType, Value
from wiregrad.engine.ops.shape import reshape, transpose
from wiregrad.engine.primitive import FLOATS, Primitive


def _matmul_type(a: TensorType, b: TensorType) -> TensorType:
    FLOATS.check(a)
    if (
        min(a.rank, b.rank) < 2
        or a.dtype != b.dtype
        or a.shape[:-2] != b.shape[:-2]
        or a.shape[-1] != b.shape[-2]
    ):
        raise IRError(
            f"expected (..., m, k) and (..., k, n) of one dtype with equal leading axes; got {a} and {b}"
        )
    return a.with_shape((*a.shape[:-1], b.shape[-1]))


def matrix_transpose(x: Value) -> Value:
    """Swap the last two axes."""
    return transpose(x, [*range(x.rank - 2), x.rank - 1, x.rank - 2])


def _matmul_gradient(g: Value, y: Value, a: Value, b: Value) -> Sequence[Value]:
    return _matmul.bind(g, matrix_transpose(b)), _matmul.bind(matrix_transpose(a), g)


_matmul: Primitive = Primitive(
    "matmul", _matmul_type, _matmul_gradient, lambda xp, out, a, b: xp.matmul(a, b, out=out)
)  # fmt: skip


def matmul(a: Value, b: Value) -> Value:
    """(..., m, k) by (..., k, n); with a matrix b, the leading axes of a become rows of one product."""
    if a.rank > 2 and b.rank == 2:
        rows = reshape(a, (a.size // max(1, a.shape[-1]), a.shape[-1]))
        return reshape(_matmul.bind(rows, b), (*a.shape[:-1], b.shape[-1]))
    return _matmul.bind(a, b)
