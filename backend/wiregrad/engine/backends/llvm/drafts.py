"""From groups of values to kernels, with their arrays still named by value."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import cast

from wiregrad.engine.backends.llvm.axes import (
    collapsed,
    contiguous_strides,
    split_strides,
    strides_over,
)
from wiregrad.engine.backends.llvm.formula import Formula, Instruction, spelling
from wiregrad.engine.backends.llvm.grouping import (
    PRODUCTS,
    REDUCTIONS,
    Rules,
    domain,
    domain_size,
    is_elementwise,
    is_reduction,
    reduced_axes,
    tile_of,
)
from wiregrad.engine.backends.llvm.kernel import Kernel, Layout
from wiregrad.engine.backends.llvm.kernels.loops import Access, How
from wiregrad.engine.backends.llvm.kernels.nest import Nest
from wiregrad.engine.backends.llvm.kernels.tail import Tail
from wiregrad.engine.backends.llvm.products import PRODUCT_KERNELS
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import ITEM_BYTES, DType, Shape, Value

PARTS = (32, 16, 8, 4, 2)
WORTH_PARTS = 32_768
"""Elements from which on a sum into few totals is cut into parts that threads share."""


@dataclass(frozen=True, eq=False)
class Temporary:
    """Memory between the kernels of one group."""

    nbytes: int


@dataclass(frozen=True)
class Spot:
    """A place in the memory of a value or of a temporary, in bytes from its start."""

    owner: Value | Temporary
    offset: int = 0


@dataclass(frozen=True)
class Draft:
    """A kernel, and what its pointers point at."""

    kernel: Kernel
    reads: tuple[Spot, ...]
    writes: tuple[Spot, ...]
    is_copy: bool = False
    """Whether it has nothing to do where it reads what it writes."""


@dataclass
class Registers:
    """Writes the formula of a group: what is given, constants, instructions, and who is in which register."""

    views: Views
    given: dict[Value, tuple[Spot, Value]] = field(default_factory=dict)
    constants: dict[tuple[str, DType], None] = field(default_factory=dict)
    computed: list[Value] = field(default_factory=list)

    def note(self, value: Value, inside: AbstractSet[Value]) -> None:
        """An elementwise value, after its operands."""
        for operand in value.inputs:
            self.note_operand(operand, inside)
        self.computed.append(value)

    def note_operand(self, operand: Value, inside: AbstractSet[Value]) -> None:
        root = self.views.roots[operand]
        if root.primitive.name == "full":
            self.constants[self._constant(root)] = None
        elif root not in inside:
            self.given.setdefault(operand, (spot_of(self.views, operand), operand))

    def _constant(self, root: Value) -> tuple[str, DType]:
        return spelling(cast(float, root.attributes["value"]), root.dtype), root.dtype

    def formula(self, first: Sequence[Value], results: Sequence[Value]) -> Formula:
        """`first` are given before all others."""
        numbers: dict[Value, int] = {value: number for number, value in enumerate(first)}
        for operand in self.given:
            numbers[operand] = len(numbers)
        shift = len(numbers)
        constants = {constant: shift + n for n, constant in enumerate(self.constants)}
        shift += len(constants)
        for value in self.computed:
            numbers[value] = shift
            shift += 1

        def number(operand: Value) -> int:
            root = self.views.roots[operand]
            if operand in numbers:
                return numbers[operand]
            return constants[self._constant(root)] if root.primitive.name == "full" else numbers[root]

        instructions = tuple(
            Instruction(
                value.primitive.name,
                tuple(number(operand) for operand in value.inputs),
                value.inputs[0].dtype,
                value.dtype,
                tuple(value.attributes.items()),
            )
            for value in self.computed
        )
        given = (*(value.dtype for value in first), *(operand.dtype for operand in self.given))
        return Formula(given, tuple(self.constants), instructions, tuple(number(value) for value in results))


def spot_of(views: Views, value: Value) -> Spot:
    """Where a value starts in the memory of its root."""
    root = views.roots[value]
    if not value.size:
        return Spot(root)
    return Spot(root, views.looks[value].ctypes.data - views.looks[root].ctypes.data)


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
        if all(is_elementwise(value) or is_reduction(value) for value in group) and not domain_size(group):
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
        box = _Box(extents, tuple(reads), formula, tuple(writes), hows, flags)
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
        nest = _Box(layout.shape, (read,), formula, (write,), (), flags).nest(self.target)
        return Draft(nest, (source,), (target,), is_copy=nest.reads[0] == nest.writes[0])

    def filled(self, number: float, dtype: DType, target: Spot, size: int) -> Draft:
        formula = Formula((), ((spelling(number, dtype), dtype),), (), (0,))
        nest = _Box((size,), (), formula, (Access(dtype, (1,)),), (), (False,)).nest(self.target)
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


@dataclass(frozen=True)
class _Box:
    extents: Shape
    reads: tuple[Access, ...]
    formula: Formula
    writes: tuple[Access, ...]
    reductions: tuple[How, ...]
    reduced: tuple[bool, ...]

    def drafts(
        self, target: Target, reads: tuple[Spot, ...], writes: tuple[Spot, ...], results: tuple[Spot, ...]
    ) -> list[Draft]:
        axis = self._axis_to_cut()
        if axis is None:
            return [Draft(self.nest(target), reads, (*writes, *results))]
        parts = next(count for count in PARTS if self.extents[axis] % count == 0)
        cut = self._cut(axis, parts)
        dtypes = self._total_dtypes()
        kept = math.prod(n for n, flag in zip(cut.extents, cut.reduced, strict=True) if not flag)
        partial = [Temporary(kept * ITEM_BYTES[dtype]) for dtype in dtypes]
        first = Draft(cut.nest(target), reads, (*writes, *map(Spot, partial)))
        shape = tuple(n for n, flag in zip(cut.extents, cut.reduced, strict=True) if not flag)
        place = sum(not flag for flag in cut.reduced[:axis])
        flags = tuple(number == place for number in range(len(shape)))
        rest = []
        for temporary, how, dtype, result in zip(partial, self.reductions, dtypes, results, strict=True):
            access = Access(dtype, contiguous_strides(shape))
            box = _Box(shape, (access,), Formula((dtype,), (), (), (0,)), (), (how,), flags)
            rest.append(Draft(box.nest(target), (Spot(temporary),), (result,)))
        return [first, *rest]

    def _total_dtypes(self) -> list[DType]:
        return [self.formula.dtypes[number] for number in self.formula.results[len(self.writes) :]]

    def _axis_to_cut(self) -> int | None:
        """The reduced axis to be cut into parts, where there is much to add up into few totals."""
        kept = math.prod(n for n, flag in zip(self.extents, self.reduced, strict=True) if not flag)
        if not self.reductions or math.prod(self.extents) < WORTH_PARTS or kept > 1024:
            return None
        fitting = (axis for axis, flag in enumerate(self.reduced) if flag)
        return next((a for a in fitting if any(self.extents[a] % n == 0 for n in PARTS)), None)

    def _cut(self, axis: int, parts: int) -> _Box:
        rest = self.extents[axis] // parts

        def split(access: Access) -> Access:
            step = access.strides[axis]
            return Access(
                access.dtype, (*access.strides[:axis], step * rest, step, *access.strides[axis + 1 :])
            )

        return _Box(
            (*self.extents[:axis], parts, rest, *self.extents[axis + 1 :]),
            tuple(map(split, self.reads)),
            self.formula,
            tuple(map(split, self.writes)),
            self.reductions,
            (*self.reduced[:axis], False, True, *self.reduced[axis + 1 :]),
        )

    def nest(self, target: Target) -> Nest:
        walks = [access.strides for access in (*self.reads, *self.writes)]
        extents, strides, flags = collapsed(self.extents, walks, self.reduced)
        accesses = [
            Access(access.dtype, walk)
            for access, walk in zip((*self.reads, *self.writes), strides, strict=True)
        ]
        return Nest(
            extents,
            tuple(accesses[: len(self.reads)]),
            self.formula,
            tuple(accesses[len(self.reads) :]),
            self.reductions,
            flags,
            target,
        )


Singles = Mapping[str, Callable[[Drafting, Value], list[Draft]]]
