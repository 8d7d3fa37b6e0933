"""From groups of values to kernels, with their arrays still named by value."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import cast

from wiregrad.engine.backends.llvm.axes import contiguous_strides, split_strides, strides_over
from wiregrad.engine.backends.llvm.box import Box
from wiregrad.engine.backends.llvm.draft import Draft, Spot, spot_of
from wiregrad.engine.backends.llvm.formula import Formula, spelling
from wiregrad.engine.backends.llvm.grouping import (
    PRODUCTS,
    REDUCTIONS,
    Rules,
    domain,
    domain_size,
    is_box,
    is_reduction,
    reduced_axes,
    tile_of,
)
from wiregrad.engine.backends.llvm.kernel import Layout
from wiregrad.engine.backends.llvm.kernels.loops import Access, How
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.products import PRODUCT_KERNELS
from wiregrad.engine.backends.llvm.registers import Registers
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import DType, Shape, Value


class Drafting:
    """Makes the kernels of a group."""

    def __init__(self, views: Views, rules: Rules, homes: Homes, target: Target, singles: Singles) -> None:
        self.views = views
        self.target = target
        self._rules = rules
        self._internal = homes.internal
        self.spread: Mapping[Value, Value] = homes.spread
        self._singles = singles

    def drafts(self, group: Group) -> list[Draft]:
        """The kernels of a group, to be run in order."""
        if any(value.primitive.name in PRODUCTS for value in group):
            return [self._product(group)]
        if is_box(group) and not domain_size(group):
            sums = (value for value in group if value.size)
            return [self.filled(0, value.dtype, Spot(value), value.size) for value in sums]
        single = self._singles.get(group[0].primitive.name)
        return single(self, group[0]) if single else self._box(group)

    def layout(self, value: Value) -> Layout:
        look = self.views.looks[value]
        if self.views.roots[value].primitive.name == "full":
            return Layout(value.dtype, value.shape, (0,) * value.rank)  # one number in memory
        strides = tuple(stride // look.itemsize for stride in look.strides) if look.size else (0,) * look.ndim
        return Layout(value.dtype, value.shape, strides)

    def spot(self, value: Value) -> Spot:
        return spot_of(self.views, value)

    # ---- Boxes ----

    def _box(self, group: Group) -> list[Draft]:
        extents = domain(group)
        assert extents is not None  # noqa: S101 - the rules saw to it
        inside = {value for value in group if not is_reduction(value)}
        reductions = [value for value in group if is_reduction(value)]
        registers = Registers(self.views)
        for value in group:
            if value in inside:
                registers.note(value, inside)
            else:
                registers.note_operand(value.inputs[0], inside)
        stored = [value for value in group if value in inside and value not in self._internal]
        formula = registers.formula([], [*stored, *(value.inputs[0] for value in reductions)])
        reads = [
            Access(operand.dtype, strides_over(self.views.looks[operand], extents))
            for operand in registers.given
        ]
        writes = [Access(value.dtype, self._result_strides(value, extents)) for value in stored]
        flags = reduced_axes(reductions[0], extents) if reductions else (False,) * len(extents)
        hows = tuple(cast(How, REDUCTIONS[value.primitive.name]) for value in reductions)
        spots = tuple(spot for spot, _ in registers.given.values())
        results = tuple(Spot(value) for value in reductions)
        box = Box(extents, tuple(reads), formula, tuple(writes), hows, flags)
        return box.drafts(self.target, spots, tuple(Spot(value) for value in stored), results)

    def _result_strides(self, value: Value, extents: Shape) -> Shape:
        """Over a box: contiguous, unless a concatenation has other parts between the rows."""
        if value not in self.spread:
            return contiguous_strides(extents)
        return split_strides(value.shape, contiguous_strides(self.spread[value].shape), extents)

    def copied(self, source: Value, target: Spot, strides: Sequence[int]) -> Draft:
        """Every element of a value to a place, the axes of which have these element strides."""
        return self.copied_from(self.spot(source), self.layout(source), target, strides)

    def copied_from(self, source: Spot, layout: Layout, target: Spot, strides: Sequence[int]) -> Draft:
        read, write = Access(layout.dtype, layout.strides), Access(layout.dtype, tuple(strides))
        formula = Formula((layout.dtype,), (), (), (0,))
        flags = (False,) * len(layout.shape)
        nest = Box(layout.shape, (read,), formula, (write,), (), flags).nest(self.target)
        return Draft(nest, (source,), (target,), is_copy=nest.reads[0] == nest.writes[0])

    def filled(self, number: float, dtype: DType, target: Spot, size: int) -> Draft:
        formula = Formula((), ((spelling(number, dtype), dtype),), (), (0,))
        nest = Box((size,), (), formula, (Access(dtype, (1,)),), (), (False,)).nest(self.target)
        return Draft(nest, (), (target,))

    # ---- Products ----

    def _product(self, group: Group) -> Draft:
        (product,) = [value for value in group if value.primitive.name in PRODUCTS]
        inside, tile = set(group), tile_of(product)
        registers = Registers(self.views)
        for value in group:
            if value is not product:
                registers.note(value, inside)
        stored = [value for value in group if value not in self._internal]
        formula = registers.formula([product], stored)
        walks = [self._rules.tile_strides(operand, tile) for operand in registers.given]
        tail = Tail(formula, tuple(walk for walk in walks if walk is not None))
        assert len(tail.loads) == len(walks)  # noqa: S101 - the rules saw to it
        kernel = PRODUCT_KERNELS[product.primitive.name](self.layout, product, tail, self.target)
        operands = [self.spot(operand) for operand in product.inputs]
        given = (spot for spot, _ in registers.given.values())
        return Draft(kernel, (*operands, *given), tuple(Spot(value) for value in stored))


Singles = Mapping[str, Callable[[Drafting, Value], list[Draft]]]
