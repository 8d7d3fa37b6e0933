"""Values without operands: inputs, constants, and arrays of one repeated number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from wiregrad.engine.ir import DType, IRError, TensorType, Value, is_bool, is_float
from wiregrad.engine.primitive import SOURCE, Primitive

Scalar = bool | int | float


class Literal:
    """An array as an attribute: read-only, equal to another of the same type and bits."""

    __slots__ = ("array", "key")

    def __init__(self, array: npt.NDArray[Any]) -> None:
        self.array = np.array(array, order="C")
        self.array.flags.writeable = False
        self.key = (str(self.array.dtype), self.array.shape, self.array.tobytes())

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and self.key == other.key

    def __repr__(self) -> str:
        return f"<{self.array.size} numbers>"


def _fed(xp: Any, out: Any, **_: object) -> None:
    raise IRError("an input has no kernel: its array is fed from outside")


_input: Primitive = Primitive(
    "input", lambda *, name, dtype, shape: TensorType(dtype, shape), gradient=SOURCE, kernel=_fed
)  # fmt: skip
_constant: Primitive = Primitive(
    "constant",
    lambda *, literal: TensorType(str(literal.array.dtype), literal.array.shape),  # type: ignore[arg-type]
    gradient=SOURCE,
    kernel=lambda xp, out, *, literal: xp.copyto(out, xp.asarray(literal.array)),
)
_full: Primitive = Primitive(
    "full",
    lambda *, value, dtype, shape: TensorType(dtype, shape),
    gradient=SOURCE,
    kernel=lambda xp, out, *, value, dtype, shape: out.fill(value),
)


def input(name: str, dtype: DType, shape: Sequence[int]) -> Value:
    """An array that a caller feeds under `name`."""
    return _input.bind(name=name, dtype=dtype, shape=tuple(shape))


def full(value: Scalar, dtype: DType, shape: Sequence[int] = ()) -> Value:
    """An array of one repeated number; takes no memory while a program is built."""
    exact = bool(value) if is_bool(dtype) else float(value) if is_float(dtype) else int(value)
    return _full.bind(value=exact, dtype=dtype, shape=tuple(shape))


def constant(array: npt.ArrayLike, dtype: DType) -> Value:
    """A literal array; a scalar becomes `full` of no axes."""
    literal = np.asarray(array).astype(dtype)
    if literal.ndim == 0:
        return full(literal.item(), dtype)
    return _constant.bind(literal=Literal(literal))


def full_like(value: Scalar, like: Value) -> Value:
    return full(value, like.dtype, like.shape)
