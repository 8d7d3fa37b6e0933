"""Borders made of what lies inside: mirrored, repeated, or continued from the other side."""

from typing import Literal

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._types import NodeProblem

Border = Literal["reflect", "replicate", "circular"]
"""The modes of `torch.nn.functional.pad` beside `constant`."""


def check_border(border: Border, length: int, width: int, port: str, got: str) -> None:
    """Refuse a border that is wider than what it is made of: `width` elements beside `length`."""
    most = {"reflect": length - 1, "circular": length}.get(border)
    if most is not None and width > most:
        raise NodeProblem(
            "The border is wider than what it is made of.",
            code="setting",
            port=port,
            expected=f"at most {most} elements beside {length} with the border {border}",
            got=got,
            remedy="Choose smaller widths, or the border replicate.",
        )


def bordered(x: Value, axis: int, before: int, after: int, border: Border) -> Value:
    """So many elements before and after an axis: mirrored without the edge, the edge, or the other end."""
    length = x.shape[axis]
    if border == "replicate":
        return _concat([_edge(x, axis, 0, before), x, _edge(x, axis, length - 1, after)], axis)
    if border == "circular":
        places = range(length - before, length), range(after)
    else:
        places = range(before, 0, -1), range(length - 2, length - 2 - after, -1)
    first, last = (_taken(x, axis, side) for side in places)
    return _concat([first, x, last], axis)


def _concat(parts: list[Value | None], axis: int) -> Value:
    return ops.concat([part for part in parts if part is not None], axis)


def _edge(x: Value, axis: int, place: int, times: int) -> Value | None:
    edge = _taken(x, axis, range(place, place + 1))
    return ops.broadcast(edge, _lengthened(edge, axis, times), range(x.rank)) if edge and times else None


def _lengthened(x: Value, axis: int, length: int) -> list[int]:
    return [*x.shape[:axis], length, *x.shape[axis + 1 :]]


def _taken(x: Value, axis: int, places: range) -> Value | None:
    """The elements at these neighboring places, also in falling order; none if there are none."""
    if not places:
        return None
    piece = ops.slice_axis(x, min(places), max(places) + 1, axis)
    if places.step > 0:
        return piece
    return ops.gather(piece, ops.constant(np.arange(len(places))[::-1], "int64"), axis)
