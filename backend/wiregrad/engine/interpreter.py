"""The plainest way to run a program: one fresh array per value, no plan. The oracle for every backend."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from wiregrad.engine.ir import DTYPES, TensorType, Value, topological

Array = npt.NDArray[Any]

_NUMPY = {dtype: np.dtype(dtype) for dtype in DTYPES}


def evaluate(values: Iterable[Value], feed: Mapping[str, npt.ArrayLike] | None = None) -> list[Array]:
    """The arrays of some values; `feed` gives the inputs by name."""
    wanted = list(values)
    arrays: dict[Value, Array] = {}
    with np.errstate(all="ignore"):
        for value in topological(wanted):
            if value.primitive.name == "input":
                arrays[value] = checked(feed or {}, str(value.attributes["name"]), value.type)
            else:
                arrays[value] = applied(value, [arrays[operand] for operand in value.inputs])
    return [arrays[value] for value in wanted]


def applied(value: Value, operands: list[Array]) -> Array:
    """A fresh array of what a value is for these operands."""
    out: Array = np.empty(value.shape, value.dtype)
    value.primitive.kernel(np, out, *operands, **value.attributes)
    return out


def checked(feed: Mapping[str, npt.ArrayLike], name: str, expected: TensorType) -> Array:
    """The array fed under a name, of exactly the input's type."""
    if name not in feed:
        raise KeyError(f"expected {expected} for the input {name!r}; got nothing")
    array = np.asarray(feed[name])
    if array.dtype != _NUMPY[expected.dtype] or array.shape != expected.shape:
        raise TypeError(f"expected {expected} for the input {name!r}; got {array.dtype}{list(array.shape)}")
    return array


def checked_carry(
    carry: Mapping[str, npt.ArrayLike], types: Mapping[str, TensorType], carried: Collection[str]
) -> Iterator[tuple[str, Array]]:
    """The arrays that carried inputs are to have, each of exactly its type; not all have to be there."""
    for name in carry:
        if name not in carried:
            raise KeyError(f"expected a carried input among {sorted(carried)}; got {name!r}")
        yield name, checked(carry, name, types[name])
