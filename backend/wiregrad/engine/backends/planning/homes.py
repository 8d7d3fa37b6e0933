"""Where every computed value lives.

A value may live in the memory of another: an update in the buffer of the parameter that it replaces, a
gradient in its part of a concatenation, a sum in the operand that nobody reads any more. The rest gets a
place in the arena by its lifetime.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from wiregrad.engine.backends.planning.schedule import Kernel
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import ITEM_BYTES, Value
from wiregrad.engine.passes.buffers import Lifetime
from wiregrad.engine.primitive import Elementwise


@dataclass
class Use:
    """When memory is used: numbers of kernels, and the moment of the last read counted in values."""

    first: int
    last: int
    last_read: int
    is_kept: bool
    read_elsewhere: frozenset[int]
    """Kernels in which some element is read for another element of a result than its own."""
    has_guests: bool = False


class Homes:
    """Places values in three steps, each for those left free: carries, concatenations, operands."""

    def __init__(
        self,
        kernels: Sequence[Kernel],
        views: Views,
        kept: Iterable[Value],
        carries: Iterable[tuple[Value, Value]],
        is_aligned: Callable[[Value, Value], bool],
        may_spread: Callable[[Value], bool] = lambda value: False,
    ) -> None:
        self._views = views
        self._reads_in_place = is_aligned
        self._may_spread = may_spread
        self._computed = [value for kernel in kernels for value in kernel]
        self._moment = {value: moment for moment, value in enumerate(self._computed)}
        self._kernel = {value: number for number, kernel in enumerate(kernels) for value in kernel}
        self._readers: dict[Value, list[tuple[Value, Value]]] = defaultdict(list)
        for value in self._computed:
            for operand in value.inputs:
                self._readers[views.roots[operand]].append((value, operand))
        self._kept = {views.roots[value] for value in kept}
        self._use = {value: self._own_use(value) for value in self._computed}
        self._hosts: dict[Value, tuple[Value, int]] = {}
        self.spread: dict[Value, Value] = {}
        """Parts whose rows lie apart, as their concatenation has them between those of other parts."""
        self.carried_in_place = {pair for pair in carries if self._lodge_carry(*pair)}
        for value in self._computed:
            if value.primitive.name == "concat":
                self._lodge_parts(value)
        self.internal = {value for value in self._computed if self._is_internal(value)}
        for value in self._computed:
            self._lodge_in_operand(value)
        self.owners = [v for v in self._computed if v not in self._hosts and v not in self.internal]

    def place(self, root: Value) -> tuple[Value, int]:
        """The value that owns the memory of a root, and the root's offset in it in bytes."""
        path, offset = [], 0
        while root in self._hosts:
            path.append(root)
            root, step = self._hosts[root]
            offset += step
        total = offset
        for guest in path:  # shorten the path for the next one who asks
            step = self._hosts[guest][1]
            self._hosts[guest] = root, total
            total -= step
        return root, offset

    def lifetimes(self) -> list[Lifetime]:
        """Of the owners, in order."""
        return [Lifetime(v.type.nbytes, self._use[v].first, self._use[v].last) for v in self.owners]

    # ---- Uses ----

    def _own_use(self, value: Value) -> Use:
        number, moment = self._kernel[value], self._moment[value]
        kernels = [number, *(self._kernel[reader] for reader, _ in self._readers[value])]
        moments = [moment, *(self._moment[reader] for reader, _ in self._readers[value])]
        is_kept = value in self._kept
        elsewhere = frozenset(
            self._kernel[reader] for reader, o in self._readers[value] if not self._is_elementwise(reader, o)
        )
        return Use(number, len(self._computed) if is_kept else max(kernels), max(moments), is_kept, elsewhere)

    def _is_elementwise(self, reader: Value, operand: Value) -> bool:
        return isinstance(reader.primitive, Elementwise) and self._is_aligned(operand, reader)

    def _lodge(self, root: Value, host: Value, offset: int = 0) -> None:
        self._hosts[root] = host, offset
        owner, _ = self.place(host)
        if owner in self._use:
            mine, theirs = self._use[root], self._use[owner]
            theirs.first = min(theirs.first, mine.first)
            theirs.last = max(theirs.last, mine.last)
            theirs.last_read = max(theirs.last_read, mine.last_read)
            theirs.is_kept |= mine.is_kept
            theirs.read_elsewhere |= mine.read_elsewhere
            theirs.has_guests = True

    def _is_free(self, root: Value) -> bool:
        return root in self._use and root not in self._hosts

    # ---- A carried value, in the buffer of the one that it replaces ----

    def _lodge_carry(self, output: Value, target: Value) -> bool:
        root = self._views.roots[output]
        if not self._is_free(root) or target in self._kept or not self._views.is_whole(output):
            return False
        if not all(self._is_done(reader, operand, root) for reader, operand in self._readers[target]):
            return False
        self._lodge(root, target)
        return True

    def _is_done(self, reader: Value, operand: Value, writer: Value) -> bool:
        """Whether a reader of memory has finished, element by element, when the writer writes there."""
        if self._kernel[reader] != self._kernel[writer]:
            return self._kernel[reader] < self._kernel[writer]
        if reader is writer:
            return self._may_overwrite(writer, operand)
        aligned = isinstance(reader.primitive, Elementwise) and self._is_aligned(operand, writer)
        return aligned and self._moment[reader] < self._moment[writer]

    def _is_aligned(self, operand: Value, result: Value) -> bool:
        return self._views.is_whole(operand) and operand.size == result.size

    def _may_overwrite(self, value: Value, operand: Value) -> bool:
        if not isinstance(value.primitive, Elementwise) or not self._is_aligned(operand, value):
            return False
        return {i for i, other in enumerate(value.inputs) if other is operand} <= value.primitive.in_place

    # ---- Parts of a concatenation, each where it belongs ----

    def _lodge_parts(self, concat: Value) -> None:
        if concat in self._hosts:
            return
        axis = cast(int, concat.attributes["axis"])
        is_in_rows = math.prod(concat.shape[:axis]) != 1
        step = math.prod(concat.shape[axis + 1 :]) * ITEM_BYTES[concat.dtype]
        offset = 0
        for part in concat.inputs:
            root = self._views.roots[part]
            if self._is_free(root) and self._views.is_whole(part):
                if not is_in_rows:
                    self._lodge(root, concat, offset)
                elif part is root and self._can_be_spread(root, concat):
                    self._lodge(root, concat, offset)
                    self.spread[root] = concat
            offset += part.shape[axis] * step

    def _can_be_spread(self, root: Value, concat: Value) -> bool:
        """Whether nobody else expects its rows to lie one after another."""
        if root in self._kept or self._use[root].has_guests or not self._may_spread(root):
            return False
        return self._readers[root] == [(concat, root)]

    # ---- A result, in the operand of which it is the last reader ----

    def _is_internal(self, value: Value) -> bool:
        """Whether only values of the same kernel read it, each element for itself: a block is enough."""
        if value in self._kept or value in self._hosts or self._use[value].has_guests:
            return False
        readers, kernel = self._readers[value], self._kernel[value]
        return bool(readers) and all(
            self._reads_in_place(o, r) and self._kernel[r] == kernel for r, o in readers
        )

    def _lodge_in_operand(self, value: Value) -> None:
        if not self._is_free(value) or self._use[value].has_guests or value in self.internal:
            return
        for operand in value.inputs:
            root = self._views.roots[operand]
            if root in self._use and root not in self.internal and self._may_take(value, operand, root):
                self._lodge(value, root)
                return

    def _may_take(self, value: Value, operand: Value, root: Value) -> bool:
        owner, _ = self.place(root)
        if owner not in self._use or owner.type.nbytes != value.type.nbytes:
            return False
        use = self._use[owner]
        if (
            use.is_kept
            or self._kernel[value] in use.read_elsewhere
            or use.last_read != self._moment[value]
            or ITEM_BYTES[operand.dtype] != ITEM_BYTES[value.dtype]
        ):
            return False
        same = [o for o in value.inputs if self.place(self._views.roots[o])[0] is owner]
        return all(self._may_overwrite(value, o) for o in same)
