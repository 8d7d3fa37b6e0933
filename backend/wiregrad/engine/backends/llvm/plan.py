"""From a function to launches of kernels at fixed places in memory: all that precedes the code."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from wiregrad.engine.backends.backend import BackendSettingError
from wiregrad.engine.backends.llvm.axes import contiguous_strides
from wiregrad.engine.backends.llvm.draft import Draft, Spot, Temporary
from wiregrad.engine.backends.llvm.drafting import Drafting
from wiregrad.engine.backends.llvm.grouping import Rules, is_box, is_elementwise, is_reduction
from wiregrad.engine.backends.llvm.kernel import Kernel
from wiregrad.engine.backends.llvm.memory import SOURCES, Memory, Range
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.singles import SINGLES
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.schedule import Fusion, ordered
from wiregrad.engine.backends.planning.schedule import Kernel as Group
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import Function, Value

WORTH_SHARING = 40_000
"""Operations from which on a kernel is shared: fewer take less time than waiting for each other."""

WORTH_THREADS = 10_000_000
"""Operations of a step that is worth several threads: shorter ones suffer more from any other program that
takes a core than they gain."""


@dataclass(frozen=True)
class Launch:
    """One use of a kernel: where its pointers point, and what memory it touches."""

    kernel: Kernel
    offsets: tuple[int, ...]
    reads: tuple[Range, ...]
    writes: tuple[Range, ...]

    @property
    def is_shared(self) -> bool:
        return self.kernel.extent > 1 and self.kernel.flops >= WORTH_SHARING

    @property
    def moved_bytes(self) -> int:
        return sum(r.stop - r.start for r in (*self.reads, *self.writes))


@dataclass
class Plan:
    """The memory of a program and one step of it, as `phases`: each is over before the next one begins."""

    function: Function
    target: Target
    options: Options
    memory: Memory = field(init=False)
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
        self.memory = Memory(
            self.function, self._views, self._homes, self._snapshots, drafts[1:-1], self.options
        )
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

    # ---- Launches ----

    def _launch(self, draft: Draft, group: Group | None) -> None:
        """Leave out copies to where the elements are already, as parts of a concatenation may be."""
        spots = (draft.reads, draft.writes)
        reads, writes = ([self.memory.touched(spot.owner) for spot in some] for some in spots)
        offsets = [self.memory.range_of(spot.owner).start + spot.offset for some in spots for spot in some]
        if draft.is_copy and offsets[0] == offsets[1]:
            return
        launch = Launch(draft.kernel, tuple(offsets), tuple(reads), tuple(writes))
        self.launches.append(launch)
        self.groups_of_launches.append(group)

    @property
    def threads(self) -> int:
        """How many are worth their waiting."""
        shared = sum(launch.kernel.flops for launch in self.launches if launch.is_shared)
        return self.options.threads if shared and shared >= WORTH_THREADS else 1

    @property
    def meetings(self) -> int:
        """How often threads meet in one step."""
        return len(list(self.phases())) + bool(self.function.outputs) if self.threads > 1 else 0

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
