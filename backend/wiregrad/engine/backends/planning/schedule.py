"""What is computed together, and in which order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

from wiregrad.engine.ir import Value

Kernel = list[Value]  # values that one kernel computes, in order


class Fusion:
    """Groups of values that one kernel computes, so that elements stay near from op to op.

    Two groups merge along an operand only if no other path leads from the one to the other: a group runs as
    one, so nothing that it needs may need part of it. `is_aligned(operand, reader)` tells whether the reader
    needs of the operand's root, for each element, that element alone: then reading it is no other path.
    """

    def __init__(
        self, order: Sequence[Value], roots: Mapping[Value, Value], is_aligned: Callable[[Value, Value], bool]
    ) -> None:
        self._roots = roots
        self._is_aligned = is_aligned
        self._position = {value: position for position, value in enumerate(order)}
        self._group: dict[Value, Kernel] = {value: [value] for value in order}

    def groups(self, may_join: Callable[[Kernel, Kernel, Value, Value], bool]) -> list[Kernel]:
        """Merge where `may_join(above, below, operand, reader)` allows it, in topological order."""
        for reader in self._position:
            for operand in reader.inputs:
                root = self._roots[operand]
                if root not in self._group or not self._is_aligned(operand, reader):
                    continue
                above, below = self._group[root], self._group[reader]
                if above is not below and may_join(above, below, operand, reader):
                    self._merge(above, below)
        return list({id(group): group for group in self._group.values()}.values())

    def merged(self, above: Kernel, below: Kernel) -> Kernel:
        return sorted(above + below, key=self._position.__getitem__)

    def _merge(self, above: Kernel, below: Kernel) -> None:
        if not self._is_reached_otherwise(above, below):
            merged = self.merged(above, below)
            self._group.update(dict.fromkeys(merged, merged))

    def _is_reached_otherwise(self, above: Kernel, below: Kernel) -> bool:
        """Whether a path leads from one group to the other through a third, or through another look."""
        start = min(self._position[value] for value in above)
        reads = [(value, operand, root) for value in below for operand, root in self._reads(value)]
        seen = {id(below)}
        for reader, operand, root in reads:
            if self._group[root] is above and not self._is_aligned(operand, reader):
                return True
        waiting = [self._group[root] for _, _, root in reads if self._group[root] is not above]
        while waiting:
            group = waiting.pop()
            if group is above:
                return True
            if id(group) in seen or self._position[group[-1]] < start:
                continue
            seen.add(id(group))
            waiting += [self._group[root] for value in group for _, root in self._reads(value)]
        return False

    def _reads(self, value: Value) -> list[tuple[Value, Value]]:
        """The operands that kernels compute, each with its root."""
        pairs = ((operand, self._roots[operand]) for operand in value.inputs)
        return [(operand, root) for operand, root in pairs if root in self._group]


def ordered(
    kernels: Iterable[Kernel], roots: Mapping[Value, Value], last: AbstractSet[Value]
) -> list[Kernel]:
    """A topological order that keeps the given one where it can, and puts the kernels of `last` last.

    These write carried values: run after everything that reads the old ones, they may write in place.
    """
    numbered = list(kernels)
    home = {value: number for number, kernel in enumerate(numbered) for value in kernel}
    needs = [
        {home[roots[o]] for value in kernel for o in value.inputs if roots[o] in home} - {number}
        for number, kernel in enumerate(numbered)
    ]
    followers: list[list[int]] = [[] for _ in numbered]
    for number, needed in enumerate(needs):
        for other in needed:
            followers[other].append(number)
    late = [not last.isdisjoint(kernel) for kernel in numbered]
    missing = [len(needed) for needed in needs]
    ready = [(late[number], number) for number, count in enumerate(missing) if not count]
    heapq.heapify(ready)
    result = []
    while ready:
        _, number = heapq.heappop(ready)
        result.append(numbered[number])
        for follower in followers[number]:
            missing[follower] -= 1
            if not missing[follower]:
                heapq.heappush(ready, (late[follower], follower))
    return result
