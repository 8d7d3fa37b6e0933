"""The plainest way to run a program: one fresh array per value, no plan. The oracle for every backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from wiregrad.engine.ir import Value, topological

Array = npt.NDArray[Any]


def evaluate(values: Iterable[Value], feed: Mapping[str, npt.ArrayLike] | None = None) -> list[Array]:
    """The arrays of some values; `feed` gives the inputs by name."""
    wanted = list(values)
    arrays: dict[Value, Array] = {}
    with np.errstate(all="ignore"):
        for value in topological(wanted):
            if value.primitive.name == "input":
                arrays[value] = checked(feed or {}, str(value.attributes["name"]), value)
            else:
                arrays[value] = applied(value, [arrays[operand] for operand in value.inputs])
    return [arrays[value] for value in wanted]


def applied(value: Value, operands: list[Array]) -> Array:
    """A fresh array of what a value is for these operands."""
    out: Array = np.empty(value.shape, value.dtype)
    value.primitive.kernel(np, out, *operands, **value.attributes)
    return out


def checked(feed: Mapping[str, npt.ArrayLike], name: str, value: Value) -> Array:
    """The array fed under a name, of exactly the input's type."""
    if name not in feed:
        raise KeyError(f"expected {value.type} for the input {name!r}; got nothing")
    array = np.asarray(feed[name])
    if array.dtype != value.dtype or array.shape != value.shape:
        raise TypeError(f"expected {value.type} for the input {name!r}; got {array.dtype}{list(array.shape)}")
    return array
