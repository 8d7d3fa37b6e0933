"""Run a group of elementwise values block by block: a block of each operand and temporary fits the cache."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import partial

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.numpy.flattening import flat_shape, row_of
from wiregrad.engine.backends.numpy.kernels.lowering import (
    Call,
    as_scalar,
    is_repeated,
    scratch_array,
)
from wiregrad.engine.backends.planning.schedule import Kernel
from wiregrad.engine.ir import ITEM_BYTES, Shape, Value
from wiregrad.engine.passes.buffers import aligned
from wiregrad.engine.primitive import Elementwise

BLOCK_ELEMENTS = 16_384
MOST_BLOCKS = 512  # every block costs a call per value; beyond this the blocks grow


def is_blockable(value: Value) -> bool:
    return isinstance(value.primitive, Elementwise) and value.size > BLOCK_ELEMENTS


class Blocks:
    """The shape in which a group is computed, how it is cut along one axis, and the scratch it takes."""

    def __init__(self, kernel: Kernel, internal: AbstractSet[Value], looks: Mapping[Value, Array]) -> None:
        self.outside = [v for v in dict.fromkeys(_operands_and_results(kernel)) if v not in internal]
        flat = flat_shape([looks[value] for value in self.outside], kernel[0].size)
        self.shape = kernel[0].shape if flat is None else flat
        self._tiled = [v for v in self.outside if flat and _has_short_rows(looks[v], self.shape[-1])]
        self._choose_blocks(kernel[0].size)
        self._registers, self._register_count = _allocate_registers(kernel, internal)
        widest = max(ITEM_BYTES[value.dtype] for value in kernel)
        self._register_bytes = aligned(math.prod(self.block_shape(next(self.parts()))) * widest)

    def _choose_blocks(self, size: int) -> None:
        wanted = -(-size // max(BLOCK_ELEMENTS, size // MOST_BLOCKS))
        fine = [axis for axis, extent in enumerate(self.shape) if extent >= wanted]
        self._axis = fine[0] if fine else max(range(len(self.shape)), key=self.shape.__getitem__)
        self._extent = -(-self.shape[self._axis] // wanted)

    def parts(self) -> Iterator[slice]:
        """The blocks, the first of which is the largest."""
        for start in range(0, self.shape[self._axis], self._extent):
            yield slice(start, min(start + self._extent, self.shape[self._axis]))

    def block_shape(self, part: slice) -> Shape:
        return (*self.shape[: self._axis], part.stop - part.start, *self.shape[self._axis + 1 :])

    @property
    def scratch_bytes(self) -> int:
        return self._register_bytes * self._register_count + sum(self._tile_bytes(v) for v in self._tiled)

    def _tile_bytes(self, value: Value) -> int:
        return aligned(self.shape[-1] * ITEM_BYTES[value.dtype])

    def shaped(self, arrays: Mapping[Value, Array], scratch: Array) -> tuple[dict[Value, Array], list[Call]]:
        """Arrays from outside in the group's shape, and the calls that repeat rows to make them longer."""
        shaped: dict[Value, Array] = {}
        calls: list[Call] = []
        start = self._register_bytes * self._register_count
        for value in self.outside:
            array = as_scalar(arrays[value])
            if value in self._tiled:
                tile = scratch_array(scratch, value.dtype, (self.shape[-1],), start)
                start += self._tile_bytes(value)
                row = row_of(array)
                assert row is not None  # noqa: S101 - its look had one
                calls.append(partial(np.copyto, tile.reshape(-1, row.size), row.reshape(-1)))
                array = np.broadcast_to(tile, self.shape)
            shaped[value] = array.reshape(self.shape, copy=False) if array.ndim else array
        return shaped, calls

    def cut(self, shaped: Mapping[Value, Array], part: slice, scratch: Array) -> dict[Value, Array]:
        """The arrays of a block: parts of those from outside, scalars as they are, registers for the rest."""
        index = (slice(None),) * self._axis + (part,)
        block = {value: array[index] if array.ndim else array for value, array in shaped.items()}
        for value, register in self._registers.items():
            start = register * self._register_bytes
            block[value] = scratch_array(scratch, value.dtype, self.block_shape(part), start)
        return block


def _operands_and_results(kernel: Kernel) -> Iterator[Value]:
    for value in kernel:
        yield from value.inputs
        yield value


def _has_short_rows(look: Array, length: int) -> bool:
    row = row_of(look)
    return not is_repeated(look) and row is not None and row.size < length


def _allocate_registers(kernel: Kernel, internal: AbstractSet[Value]) -> tuple[dict[Value, int], int]:
    """Give each internal value a register that no other needs then; a result may take its operand's."""
    last_reader = {operand: value for value in kernel for operand in value.inputs}
    registers: dict[Value, int] = {}
    free: list[int] = []
    count = 0
    for value in kernel:
        dying = _dying(value, last_reader, registers)
        free += [registers[o] for o in dying if _in_place(value, o)]
        if value in internal:
            if not free:
                free.append(count)
                count += 1
            registers[value] = free.pop()
        free += [registers[o] for o in dying if not _in_place(value, o)]
    return registers, count


def _dying(
    value: Value, last_reader: Mapping[Value, Value], registers: Mapping[Value, int]
) -> Sequence[Value]:
    unique = dict.fromkeys(value.inputs)
    return [operand for operand in unique if operand in registers and last_reader[operand] is value]


def _in_place(value: Value, operand: Value) -> bool:
    assert isinstance(value.primitive, Elementwise)  # noqa: S101 - groups consist of them
    places = {i for i, other in enumerate(value.inputs) if other is operand}
    return places <= value.primitive.in_place and ITEM_BYTES[value.dtype] == ITEM_BYTES[operand.dtype]
