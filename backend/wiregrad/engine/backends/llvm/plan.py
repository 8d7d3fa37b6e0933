"""From a function to launches of kernels at fixed places in memory: all that precedes the code."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from wiregrad.engine.backends.backend import Array, BackendSettingError
from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.drafts import Draft, Drafting, Spot, Temporary
from wiregrad.engine.backends.llvm.grouping import Rules, is_box, is_elementwise, is_reduction
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.looks import GUARD, Look
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.singles import SINGLES
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.schedule import Fusion, ordered
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import ITEM_BYTES, Function, Value
from wiregrad.engine.passes.buffers import ALIGNMENT, Lifetime, plan_arena

SOURCES = frozenset({"input", "full", "constant"})
WORTH_THREADS = 20_000
"""Operations from which on a kernel is shared: fewer take less time than waiting for each other."""


@dataclass(frozen=True)
class Range:
    """Bytes of memory."""

    start: int
    stop: int

    def meets(self, other: Range) -> bool:
        return self.start < other.stop and other.start < self.stop


@dataclass(frozen=True)
class Launch:
    """One use of a kernel: where its pointers point, and what memory it touches."""

    kernel: Kernel
    offsets: tuple[int, ...]
    reads: tuple[Range, ...]
    writes: tuple[Range, ...]

    @property
    def is_shared(self) -> bool:
        return self.kernel.extent > 1 and self.kernel.flops >= WORTH_THREADS

    @property
    def moved_bytes(self) -> int:
        return sum(r.stop - r.start for r in (*self.reads, *self.writes))


@dataclass
class Plan:
    """The memory of a program and one step of it, as `phases`: launches between which all threads wait."""

    function: Function
    target: Target
    options: Options
    inputs: dict[str, Look] = field(init=False, default_factory=dict)
    outputs: dict[str, Look] = field(init=False, default_factory=dict)
    literals: list[tuple[int, Array]] = field(init=False, default_factory=list)
    guards: list[int] = field(init=False, default_factory=list)
    launches: list[Launch] = field(init=False, default_factory=list)
    groups_of_launches: list[Group | None] = field(init=False, default_factory=list)
    """What each launch computes part of; None for copies of carried values."""

    def __post_init__(self) -> None:
        values = self.function.values()
        self._views = Views(values)
        roots = self._views.roots
        computed = [v for v in values if roots[v] is v and v.primitive.name not in SOURCES]
        carried = [
            (self.function.outputs[output], self.function.inputs[target])
            for output, target in self.function.carries.items()
            if self.function.outputs[output] is not self.function.inputs[target]
        ]
        rules = Rules(self._views, self._readers(computed), self.options.fuse)
        fused = Fusion(computed, roots, self._needs_one_element).groups(rules.may_join)
        last = {roots[output] for output, _ in carried}
        self.groups = self._taken_apart(ordered(fused, roots, last), last)
        kept = list(self.function.outputs.values())
        boxed = {value for group in self.groups if is_box(group) for value in group if is_elementwise(value)}
        self._homes = Homes(
            self.groups, self._views, kept, carried, self._needs_one_element, boxed.__contains__
        )
        drafting = Drafting(self._views, rules, self._homes, self.target, SINGLES)
        drafts = [
            self._snapshot_drafts(drafting),
            *(drafting.drafts(group) for group in self.groups),
            self._carry_drafts(drafting, carried),
        ]
        self._allocate(values, drafts)
        sources = [None, *self.groups, None]
        for group, some in zip(sources, drafts, strict=True):
            for draft in some:
                self._launch(draft, group)

    def _readers(self, computed: Iterable[Value]) -> dict[Value, set[Value]]:
        """Who reads each root; outputs read themselves."""
        roots = self._views.roots
        readers: dict[Value, set[Value]] = defaultdict(set)
        for value in computed:
            for operand in value.inputs:
                readers[roots[operand]].add(value)
        for output in self.function.outputs.values():
            readers[roots[output]].add(roots[output])
        return readers

    def _needs_one_element(self, operand: Value, reader: Value) -> bool:
        return (is_elementwise(reader) or is_reduction(reader)) and self._views.is_whole(operand)

    def _taken_apart(self, groups: list[Group], last: set[Value]) -> list[Group]:
        """The groups whose numbers are in `options.apart` cut into their values; all keep their numbers."""
        self._numbers = {value: number for number, group in enumerate(groups) for value in group}
        apart = self.options.apart
        if unknown := sorted(apart - set(range(len(groups)))):
            known = f"expected numbers of groups from 0 to {len(groups) - 1}"
            raise BackendSettingError(f"{known}; got {unknown[0]}")
        if not apart:
            return groups
        cut = [
            part
            for number, group in enumerate(groups)
            for part in ([[value] for value in group] if number in apart else [group])
        ]
        return ordered(cut, self._views.roots, last)

    def number_of(self, group: Group) -> int:
        """The number by which `options.apart` takes a group apart."""
        return self._numbers[group[0]]

    def stored(self, group: Group) -> list[Value]:
        """The values of a group that its kernels write to memory."""
        return [value for value in group if value not in self._homes.internal]

    # ---- What happens before and after the groups ----

    def _snapshot_drafts(self, drafting: Drafting) -> list[Draft]:
        """Copy, before the step changes them, the carried inputs that are outputs as they are."""
        targets = {self.function.inputs[name] for name in self.function.carries.values()}
        self._snapshots: dict[str, Temporary] = {}
        drafts = []
        for name, value in self.function.outputs.items():
            if self._views.roots[value] in targets and value.size:
                self._snapshots[name] = Temporary(value.type.nbytes)
                target = Spot(self._snapshots[name])
                drafts.append(drafting.copied(value, target, contiguous_strides(value.shape)))
        return drafts

    def _carry_drafts(self, drafting: Drafting, carried: Sequence[tuple[Value, Value]]) -> list[Draft]:
        """Copy the carried outputs that could not be computed in the memory of what they replace."""
        names = {self.function.inputs[target]: output for output, target in self.function.carries.items()}
        drafts = []
        for output, target in carried:
            if (output, target) in self._homes.carried_in_place or not output.size:
                continue
            strides = contiguous_strides(target.shape)
            draft = drafting.copied(output, Spot(target), strides)
            if names[target] in self._snapshots:
                snapshot = Spot(self._snapshots[names[target]])
                whole = drafting.layout(target)
                draft = drafting.copied_from(snapshot, whole, Spot(target), strides)
            drafts.append(draft)
        return drafts

    # ---- Memory ----

    def _allocate(self, values: Iterable[Value], drafts: Sequence[Sequence[Draft]]) -> None:
        self._places: dict[Value | Temporary, Range] = {}
        self._end = 0
        for value in values:
            if value.primitive.name in SOURCES:
                self._place_source(value)
        for temporary in self._snapshots.values():
            self._place(temporary, temporary.nbytes)
        lifetimes = self._homes.lifetimes()
        temporaries = [
            (spot.owner, number)
            for number, some in enumerate(drafts[1:-1])
            for draft in some
            for spot in draft.writes
            if isinstance(spot.owner, Temporary)
        ]
        lifetimes += [Lifetime(owner.nbytes, number, number) for owner, number in temporaries]
        owners: list[Value | Temporary] = [*self._homes.owners, *(owner for owner, _ in temporaries)]
        if self.options.guarded:
            for owner, lifetime in zip(owners, lifetimes, strict=True):
                self._place(owner, lifetime.nbytes)
        else:
            arena = plan_arena(lifetimes)
            for owner, offset, lifetime in zip(owners, arena.offsets, lifetimes, strict=True):
                self._places[owner] = Range(self._end + offset, self._end + offset + lifetime.nbytes)
            self._end += arena.nbytes
        self.computed_start = min((self._places[owner].start for owner in owners), default=self._end)
        self.value_bytes = self._end
        self._place_looks()
        self.scratch_start = self._end
        self.scratch_bytes = aligned(
            max((d.kernel.scratch_bytes for some in drafts for d in some), default=0)
        )
        self.memory_bytes = self._end + self.scratch_bytes * self.options.threads + ALIGNMENT

    def _place(self, owner: Value | Temporary, nbytes: int) -> Range:
        guard = GUARD if self.options.guarded else 0
        start = self._end + guard
        if guard:
            self.guards += [self._end, start + nbytes]
        self._places[owner] = Range(start, start + nbytes)
        self._end = aligned(start + nbytes + guard)
        return self._places[owner]

    def _place_source(self, value: Value) -> None:
        if value.primitive.name == "full":
            literal = np.array([value.attributes["value"]], value.dtype)
        elif value.primitive.name == "constant":
            literal = value.attributes["literal"].array  # type: ignore[attr-defined]
        else:
            self._place(value, value.type.nbytes)
            return
        self.literals.append((self._place(value, literal.nbytes).start, literal))

    def _place_looks(self) -> None:
        for name, value in self.function.inputs.items():
            self.inputs[name] = self.look(value)
        for name, value in self.function.outputs.items():
            self.outputs[name] = self.look(value)
            if name in self._snapshots:
                strides = [s * ITEM_BYTES[value.dtype] for s in contiguous_strides(value.shape)]
                start = self._places[self._snapshots[name]].start
                self.outputs[name] = Look(value.dtype, value.shape, tuple(strides), start)

    def look(self, value: Value) -> Look:
        root, look = self._views.roots[value], self._views.looks[value]
        if not value.size or root.primitive.name == "full":
            start = self._range(root).start if root.primitive.name == "full" else 0
            return Look(value.dtype, value.shape, (0,) * value.rank, start)
        base = self._views.looks[root].ctypes.data
        return Look(value.dtype, value.shape, look.strides, self._range(root).start + look.ctypes.data - base)

    def _range(self, owner: Value | Temporary) -> Range:
        """Where a root or a temporary lies, in the memory of another perhaps."""
        if isinstance(owner, Temporary) or owner in self._places:
            return self._places[owner]
        host, offset = self._homes.place(owner)
        start = self._places[host].start + offset
        return Range(start, start + owner.type.nbytes)

    def _touched(self, owner: Value | Temporary) -> Range:
        """The bytes among which the elements of a root or a temporary lie."""
        host = self._homes.spread.get(owner) if isinstance(owner, Value) else None
        return self._range(owner if host is None else host)

    # ---- Launches ----

    def _launch(self, draft: Draft, group: Group | None) -> None:
        """Leave out copies to where the elements are already, as parts of a concatenation may be."""
        spots = (draft.reads, draft.writes)
        reads, writes = ([self._touched(spot.owner) for spot in some] for some in spots)
        offsets = [self._range(spot.owner).start + spot.offset for some in spots for spot in some]
        if draft.is_copy and offsets[0] == offsets[1]:
            return
        launch = Launch(draft.kernel, tuple(offsets), tuple(reads), tuple(writes))
        self.launches.append(launch)
        self.groups_of_launches.append(group)

    @property
    def threads(self) -> int:
        """How many are worth their waiting."""
        return self.options.threads if any(launch.is_shared for launch in self.launches) else 1

    @property
    def barriers(self) -> int:
        """How often threads meet in one step."""
        return len(list(self.phases())) + bool(self.outputs) if self.threads > 1 else 0

    def phases(self) -> Iterator[list[Launch]]:
        """Launches in order, cut where one touches what another one before it, of other threads, writes."""
        phase: list[Launch] = []
        for launch in self.launches:
            if any(_must_wait(launch, earlier) for earlier in phase):
                yield phase
                phase = []
            phase.append(launch)
        if phase:
            yield phase


def _must_wait(launch: Launch, earlier: Launch) -> bool:
    if not launch.is_shared and not earlier.is_shared:
        return False  # one thread does both, in order
    conflicts = (
        (launch.reads, earlier.writes),
        (launch.writes, earlier.writes),
        (launch.writes, earlier.reads),
    )
    return any(a.meets(b) for ours, theirs in conflicts for a in ours for b in theirs)


def aligned(nbytes: int) -> int:
    return math.ceil(nbytes / ALIGNMENT) * ALIGNMENT
