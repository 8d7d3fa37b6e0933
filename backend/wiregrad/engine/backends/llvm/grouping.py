"""What one kernel may compute: a box of elements, or a product with what is done to each of its elements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import cast

from wiregrad.engine.backends.llvm.axes import refined, strides_over
from wiregrad.engine.backends.llvm.formula import instruction_count
from wiregrad.engine.backends.planning.schedule import Kernel
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import Shape, Value
from wiregrad.engine.primitive import Elementwise

REDUCTIONS = {"reduce_sum": "sum", "reduce_max": "max", "reduce_min": "min"}
PRODUCTS = frozenset({"matmul", "conv2d", "conv2d_input_gradient"})
LONGEST_TAIL = 24
"""Values after a product that are computed in registers: a longer tail takes them from the product."""

MOST_INSTRUCTIONS = 12
"""Of one value after a product."""

MOST_VALUES = 96
"""In one group: larger ones compile slowly and spill registers."""


def is_elementwise(value: Value) -> bool:
    return isinstance(value.primitive, Elementwise)


def is_reduction(value: Value) -> bool:
    return value.primitive.name in REDUCTIONS


def is_product(value: Value) -> bool:
    return value.primitive.name in PRODUCTS


def is_box(group: Sequence[Value]) -> bool:
    """Whether a nest of loops computes a group."""
    return all(is_elementwise(value) or is_reduction(value) for value in group)


def is_light(value: Value) -> bool:
    """Whether a few instructions compute it: what takes more would crowd a product out of its registers."""
    sources = tuple(operand.dtype for operand in value.inputs)
    return instruction_count(value.primitive.name, sources, value.dtype) <= MOST_INSTRUCTIONS


@dataclass(frozen=True)
class Tile:
    """The result of a product as (batch, rows, columns)."""

    batch: int
    rows: int
    columns: int

    @property
    def shape(self) -> Shape:
        return self.batch, self.rows, self.columns


def tile_of(product: Value) -> Tile:
    if product.primitive.name == "matmul":
        *lead, rows, columns = product.shape
        batch = 1
        for extent in lead:
            batch *= extent
        return Tile(batch, rows, columns)
    images, height, width, channels = product.shape
    return Tile(images, height * width, channels)


class Rules:
    """Which groups are legal, and which worth it; `enabled` False keeps every value apart."""

    def __init__(
        self, views: Views, readers: Mapping[Value, AbstractSet[Value]], enabled: bool = True
    ) -> None:
        """`readers` are those of every root; an output has itself among them."""
        self._views = views
        self._readers = readers
        self._enabled = enabled

    def may_join(self, above: Kernel, below: Kernel, operand: Value, reader: Value) -> bool:
        """Whether the group of the operand's root and that of the reader may become one."""
        if not self._enabled or len(above) + len(below) > MOST_VALUES:
            return False
        if not (is_elementwise(reader) or is_reduction(reader)) or operand.size != domain_size(below):
            return False
        if is_reduction(self._views.roots[operand]) or not self.is_legal([*above, *below]):
            return False
        return not any(is_product(value) for value in above) or self._saves_memory(above, below)

    def _saves_memory(self, above: Kernel, below: Kernel) -> bool:
        """Whether together they store less: a mask, say, is better computed again where it is read."""
        stored = sum(map(self._stored, (above, below)))
        return self._stored([*above, *below]) < stored

    def _stored(self, group: Kernel) -> int:
        """How many values of a group are read outside it."""
        inside = set(group)
        return sum(not self._readers[value] <= inside or value in self._readers[value] for value in group)

    def is_legal(self, values: Sequence[Value]) -> bool:
        products = [value for value in values if is_product(value)]
        others = [value for value in values if not is_product(value)]
        if len(products) > 1 or not all(is_elementwise(value) or is_reduction(value) for value in others):
            return False
        if products:
            return len(others) <= LONGEST_TAIL and self._fits_tile(products[0], others)
        return self._is_box(others)

    def _is_box(self, values: Sequence[Value]) -> bool:
        extents = domain(values)
        if extents is None:
            return False
        axes = {reduced_axes(value, extents) for value in values if is_reduction(value)}
        return len(axes) <= 1

    def _fits_tile(self, product: Value, tail: Sequence[Value]) -> bool:
        if product.size == 0 or not all(is_elementwise(value) and is_light(value) for value in tail):
            return False
        inside = {product, *tail}
        tile = tile_of(product)
        for value in tail:
            for operand in value.inputs:
                if self._views.roots[operand] not in inside and not self._is_tiled(operand, tile):
                    return False
        return True

    def _is_tiled(self, operand: Value, tile: Tile) -> bool:
        """Whether an operand from outside is walked with one stride along each axis of the tile."""
        return self.tile_strides(operand, tile) is not None

    def tile_strides(self, operand: Value, tile: Tile) -> tuple[int, int, int] | None:
        """Element strides over (batch, rows, columns); None where one has none, or the last is not 0 or 1."""
        if self._views.roots[operand].primitive.name == "full":
            return 0, 0, 0
        look = self._views.looks[operand]
        extents = refined([operand.shape, tile.shape])
        if extents is None:
            return None
        strides = list(strides_over(look, extents))
        found = []
        for extent in reversed(tile.shape):
            stride, covered = 0, 1
            while covered < extent:
                size, step = extents[len(strides) - 1], strides.pop()
                if covered == 1:
                    stride = step
                elif step != stride * covered:
                    return None
                covered *= size
            found.append(stride)
        batch, rows, columns = reversed(found)
        return (batch, rows, columns) if columns in (0, 1) else None


def domain_size(values: Sequence[Value]) -> int:
    """How many elements a group computes with."""
    first = values[0]
    return first.inputs[0].size if is_reduction(first) else first.size


def domain(values: Sequence[Value]) -> Shape | None:
    """The axes over which a group computes; None where its shapes do not nest."""
    shapes = [value.inputs[0].shape if is_reduction(value) else value.shape for value in values]
    return refined(shapes)


def reduced_axes(value: Value, extents: Shape) -> tuple[bool, ...]:
    """For each axis of the domain whether a reduction removes it."""
    if 0 in extents:
        return (False,) * len(extents)  # nothing is to be done
    shape, axes = value.inputs[0].shape, cast(Shape, value.attributes["axes"])
    flags: list[bool] = []
    place = len(extents)
    for axis in reversed(range(len(shape))):
        covered = 1
        while covered < shape[axis]:
            place -= 1
            covered *= extents[place]
            flags.append(axis in axes)
    return tuple(reversed(flags))
