"""Where every array of a program lies in its one piece of memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.draft import Draft, Temporary
from wiregrad.engine.backends.llvm.looks import GUARD, POINTER_BYTES, Look
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import ITEM_BYTES, Function, Value
from wiregrad.engine.passes.buffers import ALIGNMENT, Lifetime, aligned, plan_arena

SOURCES = frozenset({"input", "full", "constant"})

LENT_BYTES = 16 << 10
"""An input of so many bytes is read where the caller has it; to copy a smaller one costs less."""


@dataclass(frozen=True)
class Range:
    """Bytes of memory."""

    start: int
    stop: int

    def meets(self, other: Range) -> bool:
        return self.start < other.stop and other.start < self.stop


@dataclass(frozen=True)
class Lent:
    """An input that stays where the caller has it: the offsets for it, and the place of its address."""

    range: Range
    slot: int


class Memory:
    """The places of all that a program has.

    First what stays between calls (inputs, literals, snapshots of carried values), then what is computed, by
    lifetime, then scratch memory for each thread. Inputs that the caller lends lie elsewhere: at negative
    offsets, which stand for `lent` arrays, each with the place in memory where its address is.

    `drafts` are the kernels of each group. In a guarded program nothing shares memory, and a guard lies on
    both sides of every array.
    """

    def __init__(
        self,
        function: Function,
        views: Views,
        homes: Homes,
        snapshots: Mapping[str, Temporary],
        drafts: Sequence[Sequence[Draft]],
        options: Options,
    ) -> None:
        self._views, self._homes, self._options = views, homes, options
        self._places: dict[Value | Temporary, Range] = {}
        self._end = 0
        self.lent: dict[str, Lent] = {}
        self.literals: list[tuple[int, Array]] = []
        self.guards: list[int] = []
        own = {function.inputs[name] for name in function.carries.values()}
        own |= {views.roots[value] for value in function.outputs.values()}
        for value in function.values():
            if value.primitive.name in SOURCES:
                self._place_source(value, may_be_lent=value not in own and not options.guarded)
        for temporary in snapshots.values():
            self._place(temporary, temporary.nbytes)
        self.computed_start = self._end
        self._place_computed(drafts)
        self.value_bytes = self._end
        self.inputs = {name: self.look(value) for name, value in function.inputs.items()}
        self.outputs = {
            name: self._whole(snapshots[name], value) if name in snapshots else self.look(value)
            for name, value in function.outputs.items()
        }
        self.scratch_start = self._end
        kernels = (draft.kernel for some in drafts for draft in some)
        self.scratch_bytes = aligned(max((kernel.scratch_bytes for kernel in kernels), default=0))
        self.nbytes = self._end + self.scratch_bytes * options.threads + ALIGNMENT

    # ---- Questions ----

    def range_of(self, owner: Value | Temporary) -> Range:
        """Where a root or a temporary lies, in the memory of another perhaps."""
        if isinstance(owner, Temporary) or owner in self._places:
            return self._places[owner]
        host, offset = self._homes.place(owner)
        start = self._places[host].start + offset
        return Range(start, start + owner.type.nbytes)

    def touched(self, owner: Value | Temporary) -> Range:
        """The bytes among which the elements of a root or a temporary lie."""
        host = self._homes.spread.get(owner) if isinstance(owner, Value) else None
        return self.range_of(owner if host is None else host)

    def look(self, value: Value) -> Look:
        root, look = self._views.roots[value], self._views.looks[value]
        if not value.size or root.primitive.name == "full":
            start = self.range_of(root).start if root.primitive.name == "full" else 0
            return Look(value.dtype, value.shape, (0,) * value.rank, start)
        offset = look.ctypes.data - self._views.looks[root].ctypes.data
        return Look(value.dtype, value.shape, look.strides, self.range_of(root).start + offset)

    def _whole(self, snapshot: Temporary, value: Value) -> Look:
        strides = tuple(stride * ITEM_BYTES[value.dtype] for stride in contiguous_strides(value.shape))
        return Look(value.dtype, value.shape, strides, self._places[snapshot].start)

    def lent_at(self, offset: int) -> Lent:
        """The input that an offset below zero stands for."""
        return next(lent for lent in self.lent.values() if lent.range.start <= offset < lent.range.stop)

    # ---- Placing ----

    def _place(self, owner: Value | Temporary, nbytes: int) -> Range:
        guard = GUARD if self._options.guarded else 0
        start = self._end + guard
        if guard:
            self.guards += [self._end, start + nbytes]
        self._places[owner] = Range(start, start + nbytes)
        self._end = aligned(start + nbytes + guard)
        return self._places[owner]

    def _place_source(self, value: Value, *, may_be_lent: bool) -> None:
        if value.primitive.name == "input":
            if may_be_lent and value.type.nbytes >= LENT_BYTES:
                self._lend(value)
            else:
                self._place(value, value.type.nbytes)
            return
        if value.primitive.name == "full":
            literal = np.array([value.attributes["value"]], value.dtype)
        else:
            literal = value.attributes["literal"].array  # type: ignore[attr-defined]
        self.literals.append((self._place(value, literal.nbytes).start, literal))

    def _lend(self, value: Value) -> None:
        stop = min((lent.range.start for lent in self.lent.values()), default=0)
        self._places[value] = Range(stop - value.type.nbytes, stop)
        self.lent[str(value.attributes["name"])] = Lent(self._places[value], self._end)
        self._end = aligned(self._end + POINTER_BYTES)

    def _place_computed(self, drafts: Sequence[Sequence[Draft]]) -> None:
        temporaries = [
            (spot.owner, number)
            for number, some in enumerate(drafts)
            for draft in some
            for spot in draft.writes
            if isinstance(spot.owner, Temporary)
        ]
        lifetimes = self._homes.lifetimes()
        lifetimes += [Lifetime(owner.nbytes, number, number) for owner, number in temporaries]
        owners: list[Value | Temporary] = [*self._homes.owners, *(owner for owner, _ in temporaries)]
        if self._options.guarded:
            for owner, lifetime in zip(owners, lifetimes, strict=True):
                self._place(owner, lifetime.nbytes)
            return
        arena = plan_arena(lifetimes)
        for owner, offset, lifetime in zip(owners, arena.offsets, lifetimes, strict=True):
            self._places[owner] = Range(self._end + offset, self._end + offset + lifetime.nbytes)
        self._end += arena.nbytes
