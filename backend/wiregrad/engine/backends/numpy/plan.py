"""From a function to bound kernels: everything that is decided once, before the first step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.blocks import Blocks, is_blockable
from wiregrad.engine.backends.numpy.kernels import lowering_of
from wiregrad.engine.backends.numpy.kernels.lowering import Call
from wiregrad.engine.backends.planning.allocation import aligned_bytes
from wiregrad.engine.backends.planning.homes import Homes
from wiregrad.engine.backends.planning.schedule import Fusion, Kernel, ordered
from wiregrad.engine.backends.planning.views import Views, look_at
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.passes.buffers import Lifetime, aligned, plan_arena

SOURCES = frozenset({"input", "full", "constant"})


class Plan:
    """`arrays` holds the memory of every value but those inside blocks; `calls` is one step."""

    def __init__(self, function: Function) -> None:
        self._function = function
        values = function.values()
        self._views = Views(values)
        computed = [v for v in values if self._views.roots[v] is v and v.primitive.name not in SOURCES]
        carried = [
            (function.outputs[output], function.inputs[target])
            for output, target in function.carries.items()
            if function.outputs[output] is not function.inputs[target]
        ]
        roots = self._views.roots
        last = {roots[output] for output, _ in carried}
        groups = Fusion(computed, roots, self._is_itself).groups(_may_join)
        self.kernels = ordered(groups, roots, last)
        kept = list(function.outputs.values())
        self._homes = Homes(self.kernels, self._views, kept, carried, self._is_itself)
        self._blocks = [
            Blocks(kernel, self._homes.internal, self._views.looks) if is_blockable(kernel[0]) else None
            for kernel in self.kernels
        ]
        self.arrays: dict[Value, Array] = {}
        self.arena_bytes = self._allocate(values)
        self.calls = self._snapshots() + self._bound_kernels() + self._carry_copies(carried)

    def _is_itself(self, operand: Value, reader: Value) -> bool:
        return self._views.roots[operand] is operand

    # ---- Memory ----

    def _allocate(self, values: Iterable[Value]) -> int:
        lifetimes = self._homes.lifetimes()
        scratches = [Lifetime(self._scratch_bytes(n), n, n) for n in range(len(self.kernels))]
        arena = plan_arena(lifetimes + scratches)
        memory = self.memory = aligned_bytes(arena.nbytes)
        owned = dict(zip(self._homes.owners, arena.offsets, strict=False))
        offsets = arena.offsets[len(lifetimes) :]
        self._scratch = [memory[at : at + s.nbytes] for at, s in zip(offsets, scratches, strict=True)]
        for value in values:
            if value.primitive.name in SOURCES:
                self.arrays[value] = _source(value)
        for owner, offset in owned.items():
            self.arrays[owner] = _typed(memory[offset:], owner)
        for value in values:
            if value not in self.arrays and value not in self._homes.internal:
                self.arrays[value] = self._array_in_place(value)
        return arena.nbytes

    def _array_in_place(self, value: Value) -> Array:
        """The array of a view, or of a value that lives in the memory of another."""
        if self._views.roots[value] is not value:
            look = look_at(self.arrays[value.inputs[0]], value)
            assert look is not None  # noqa: S101 - the stand-in could be looked at in this way
            return look
        owner, offset = self._homes.place(value)
        return _typed(self.arrays[owner].reshape(-1).view(np.uint8)[offset:], value)

    def _scratch_bytes(self, number: int) -> int:
        kernel, blocks = self.kernels[number], self._blocks[number]
        if blocks is None:
            copies = sum(aligned(operand.type.nbytes) for operand in self._strided(kernel[0]).values())
            return copies + lowering_of(kernel[0]).scratch(kernel[0], kernel[0].type)
        block = blocks.block_shape(next(blocks.parts()))
        wanted = [lowering_of(value).scratch(value, value.type.with_shape(block)) for value in kernel]
        return blocks.scratch_bytes + max(wanted)

    def _strided(self, value: Value) -> dict[int, Value]:
        """The operands, by number, that the kernel wants contiguous and that are not."""
        wanted = sorted(lowering_of(value).contiguous)
        return {
            i: value.inputs[i] for i in wanted if not self._views.looks[value.inputs[i]].flags.c_contiguous
        }

    # ---- Calls ----

    def _bound_kernels(self) -> list[Call]:
        calls: list[Call] = []
        for number, (kernel, blocks) in enumerate(zip(self.kernels, self._blocks, strict=True)):
            calls += self._bound_blocks(blocks, number) if blocks else self._bound(kernel[0], number)
        return calls

    def _bound(self, value: Value, number: int) -> list[Call]:
        operands, scratch = [self.arrays[operand] for operand in value.inputs], self._scratch[number]
        calls: list[Call] = []
        for i, operand in self._strided(value).items():
            copied = _typed(scratch, operand)
            calls.append(partial(np.copyto, copied, operands[i]))
            operands[i], scratch = copied, scratch[aligned(copied.nbytes) :]
        return calls + lowering_of(value).bind(value, self.arrays[value], operands, scratch)

    def _bound_blocks(self, blocks: Blocks, number: int) -> list[Call]:
        scratch = self._scratch[number]
        shaped, calls = blocks.shaped(self.arrays, scratch)
        for part in blocks.parts():
            block = blocks.cut(shaped, part, scratch)
            for value in self.kernels[number]:
                operands = [block[operand] for operand in value.inputs]
                rest = scratch[blocks.scratch_bytes :]
                calls += lowering_of(value).bind(value, block[value], operands, rest)
        return calls

    # ---- Outputs that are inputs, and carries that could not be written in place ----

    def _snapshots(self) -> list[Call]:
        """Copy, before the step changes them, the carried inputs that are outputs as they are."""
        targets = {self._function.inputs[name] for name in self._function.carries.values()}
        calls: list[Call] = []
        self.snapshots: dict[str, Array] = {}
        for name, value in self._function.outputs.items():
            if self._views.roots[value] in targets:
                self.snapshots[name] = np.empty(value.shape, value.dtype)
                calls.append(partial(np.copyto, self.snapshots[name], self.arrays[value]))
        return calls

    def _carry_copies(self, carried: Sequence[tuple[Value, Value]]) -> list[Call]:
        in_place = self._homes.carried_in_place
        names = {self._function.inputs[target]: output for output, target in self._function.carries.items()}
        calls: list[Call] = []
        for output, target in carried:
            if (output, target) not in in_place:
                source = self.snapshots.get(names[target], self.arrays[output])
                calls.append(partial(np.copyto, self.arrays[target], source))
        return calls

    def output(self, name: str) -> Array:
        return self.snapshots.get(name, self.arrays[self._function.outputs[name]])


def _may_join(above: Kernel, below: Kernel, operand: Value, reader: Value) -> bool:
    return operand.shape == reader.shape and is_blockable(operand) and is_blockable(reader)


def _typed(memory: Array, value: Value) -> Array:
    array: Array = memory[: value.type.nbytes].view(value.dtype).reshape(value.shape)
    return array


def _source(value: Value) -> Array:
    """Literals are read-only; a repeated number is one number, whatever the shape."""
    if value.primitive.name == "input":
        return _typed(aligned_bytes(value.type.nbytes), value)
    if value.primitive.name == "constant":
        literal: Array = value.attributes["literal"].array  # type: ignore[attr-defined]
        return literal
    return np.broadcast_to(np.array(value.attributes["value"], value.dtype), value.shape)
