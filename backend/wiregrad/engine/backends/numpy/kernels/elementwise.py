from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.kernels.lowering import Call, Lowering, as_scalar, plain, scratch_array
from wiregrad.engine.ir import ITEM_BYTES, TensorType, Value, is_float
from wiregrad.engine.primitive import Elementwise

CLIP_FROM = 4096  # elements: below, the time to enter `clip` is more than it saves
KEYWORD_ONLY = ("minimum", "maximum")  # NumPy deprecates their positional `out`; for all others it is faster


def _ufunc(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    assert isinstance(value.primitive, Elementwise)  # noqa: S101 - registered for them only
    name = value.primitive.ufunc
    if not name:
        return plain(value, out, operands, scratch)
    operands = [as_scalar(operand) for operand in operands]
    ufunc = getattr(np, name)
    return [partial(ufunc, *operands, out=out) if name in KEYWORD_ONLY else partial(ufunc, *operands, out)]


def _extremum(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """Against a scalar NumPy's `clip` is several times faster than its `minimum` and `maximum`."""
    scalars = [as_scalar(operand) for operand in operands]
    array, bound = scalars if scalars[1].ndim == 0 else scalars[::-1]
    if bound.ndim or not is_float(value.dtype) or out.size < CLIP_FROM:
        return _ufunc(value, out, operands, scratch)
    infinity = np.array(np.inf, array.dtype)
    bounds = (bound, infinity) if value.primitive.name == "maximum" else (-infinity, bound)
    return [partial(np.clip, array, *bounds, out)]


def _relu(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    (x,) = operands
    zero, infinity = np.array(0, x.dtype), np.array(np.inf, x.dtype)
    return [
        partial(np.maximum, x, zero, out=out)
        if out.size < CLIP_FROM
        else partial(np.clip, x, zero, infinity, out)
    ]


# ---- Choice by bits ----


def _mask_bytes(value: Value, result: TensorType) -> int:
    return result.nbytes if ITEM_BYTES[value.dtype] > 1 else 0


def _select(value: Value, out: Array, operands: Sequence[Array], scratch: Array) -> list[Call]:
    """b ^ ((a ^ b) & mask) on the bits: several times faster than a masked copy, exact for NaN too."""
    if out.itemsize == 1 or not (out.ndim and out.flags.c_contiguous):
        return plain(value, out, operands, scratch)
    integer = f"i{out.itemsize}"
    condition, bits = as_scalar(operands[0]), out.view(integer)
    a, b = (as_scalar(operand).view(integer) for operand in operands[1:])
    mask = scratch_array(scratch, integer, out.shape)
    spread = [partial(np.copyto, mask, condition.view("u1")), partial(np.negative, mask, mask)]
    if _is_zero(value.inputs[2]):
        return [*spread, partial(np.bitwise_and, mask, a, bits)]
    if _is_zero(value.inputs[1]):
        return [*spread, partial(np.invert, mask, mask), partial(np.bitwise_and, mask, b, bits)]
    steps = (np.bitwise_xor, a, b), (np.bitwise_and, bits, mask), (np.bitwise_xor, bits, b)
    return [*spread, *(partial(ufunc, left, right, bits) for ufunc, left, right in steps)]


def _is_zero(operand: Value) -> bool:
    return operand.primitive.name == "full" and repr(operand.attributes["value"]) in ("0", "0.0")


LOWERINGS = {
    "minimum": Lowering(_extremum),
    "maximum": Lowering(_extremum),
    "relu": Lowering(_relu),
    "select": Lowering(_select, _mask_bytes),
}
ELEMENTWISE = Lowering(_ufunc)
