"""Shapes of one array of elements under several names: splitting axes, and joining them again."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.ir import Shape

Strides = tuple[int, ...]


def refined(shapes: Iterable[Shape]) -> Shape | None:
    """The coarsest shape of which all the shapes, of one size, are joined axes; None if there is none.

    Axes of one element are left out: (1536, 64) and (32, 48, 1, 64) give (32, 48, 64).
    """
    ends = {1}
    for shape in shapes:
        if 0 in shape:
            return (0,)
        behind = 1
        for extent in reversed(shape):
            behind *= extent
            ends.add(behind)
    ordered = sorted(ends)
    pairs = list(pairwise(ordered))
    if any(larger % smaller for smaller, larger in pairs):
        return None
    return tuple(larger // smaller for smaller, larger in reversed(pairs))


def strides_over(look: Array, extents: Shape) -> Strides:
    """The element strides of an array over axes that refine its own."""
    return split_strides(look.shape, [stride // look.itemsize for stride in look.strides], extents)


def split_strides(shape: Shape, steps: Sequence[int], extents: Shape) -> Strides:
    """The strides over axes that refine those of a shape with these strides."""
    if 0 in extents:
        return (0,) * len(extents)
    own = [(n, step) for n, step in zip(shape, steps, strict=True) if n != 1]
    strides: list[int] = []
    rest, stride = 1, 0
    for extent in reversed(extents):
        if rest == 1:
            rest, stride = own.pop()
        strides.append(stride)
        stride *= extent
        rest //= extent
    return tuple(reversed(strides))


def contiguous_strides(extents: Shape) -> Strides:
    return tuple(math.prod(extents[axis + 1 :]) for axis in range(len(extents)))


def collapsed(
    extents: Shape, walks: Sequence[Strides], marks: Sequence[bool]
) -> tuple[Shape, list[Strides], tuple[bool, ...]]:
    """Join neighboring axes of one mark that every walk passes as if they were one; drop axes of one."""
    kept = [axis for axis, extent in enumerate(extents) if extent != 1]
    joined: list[list[int]] = []
    for axis in kept:
        if joined and marks[joined[-1][-1]] == marks[axis] and _is_one(joined[-1][-1], axis, extents, walks):
            joined[-1].append(axis)
        else:
            joined.append([axis])
    shape = tuple(math.prod(extents[axis] for axis in group) for group in joined)
    strides = [tuple(walk[group[-1]] for group in joined) for walk in walks]
    return shape, strides, tuple(marks[group[0]] for group in joined)


def _is_one(outer: int, inner: int, extents: Shape, walks: Sequence[Strides]) -> bool:
    return all(walk[outer] == walk[inner] * extents[inner] for walk in walks)
