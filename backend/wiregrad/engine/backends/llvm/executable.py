"""A program in memory, ready to be stepped."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.llvm.linking import Linked
from wiregrad.engine.backends.llvm.looks import GUARD, POINTER_BYTES
from wiregrad.engine.backends.llvm.manifest import Program
from wiregrad.engine.backends.llvm.pool import pointers_to, pool_of
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.backends.planning.allocation import aligned_bytes, touched_meanwhile
from wiregrad.engine.interpreter import checked, checked_carry
from wiregrad.engine.ir import TensorType

GUARD_BYTE = 0xA5
POISON = 0xFF  # bytes of NaN


class LlvmExecutable:
    """Inputs, carried values and everything computed lie in one piece of memory."""

    def __init__(self, program: Program, target: Target) -> None:
        manifest = self._manifest = program.manifest
        self._memory = aligned_bytes(manifest.memory_bytes)
        self._touching = touched_meanwhile(self._memory[manifest.computed_start :], manifest.threads)
        """What every step computes anew; over before the first one."""
        self._linked = Linked(program.objects, target)
        self._address = self._linked.address("step")
        word, pointer = ctypes.c_int64, ctypes.c_void_p
        self._step = self._linked.function("step", None, pointer, pointer, word, word, pointer, word)
        self._memory_address = self._memory.ctypes.data
        for offset, literal in manifest.literals:
            self._memory[offset : offset + literal.nbytes] = literal.reshape(-1).view(np.uint8)
        for start in manifest.guards:
            self._memory[start : start + GUARD] = GUARD_BYTE
        self._types = {name: TensorType(look.dtype, look.shape) for name, look in manifest.inputs.items()}
        places = {
            name: look.array(self._memory)
            for name, look in manifest.inputs.items()
            if name not in manifest.lent
        }
        self._carried = {name: places.pop(name) for name in manifest.carries.values()}
        self._fed = places
        self._slots = {
            name: self._memory[slot : slot + POINTER_BYTES].view(np.int64)
            for name, slot in manifest.lent.items()
        }
        self._copied: dict[str, Array] = {}
        """Inputs that cannot have changed since they were copied."""
        self._lent: list[Array] = []
        """What the program reads where it is must stay there until the next call."""
        self._outputs = {name: look.array(self._memory) for name, look in manifest.outputs.items()}
        self._returned = {name: a for name, a in self._outputs.items() if name not in manifest.carries}
        self._nothing = pointers_to([None] * len(self._outputs))
        self._nothing_address = self._nothing.ctypes.data
        self.memory_bytes = manifest.value_bytes
        self.kernel_count = manifest.kernel_count

    def load(self, carry: Mapping[str, npt.ArrayLike]) -> None:
        for name, array in checked_carry(carry, self._types, self._carried):
            self._carried[name][...] = array

    def read(self) -> dict[str, Array]:
        return {name: array.copy() for name, array in self._carried.items()}

    def run(self, feed: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        self._feed(feed)
        self._go(1, self._nothing_address)
        return dict(self._returned)

    def run_many(
        self, feed: Mapping[str, npt.ArrayLike], count: int, record: Sequence[str] = ()
    ) -> dict[str, Array]:  # fmt: skip
        self._feed(feed)
        recorded = {
            name: np.empty((count, *self._outputs[name].shape), self._outputs[name].dtype) for name in record
        }
        records = pointers_to([recorded.get(name) for name in self._outputs])
        strided = [name for name in record if not self._manifest.outputs[name].is_contiguous]
        if not strided:
            self._go(count, records.ctypes.data)
            return recorded
        for index in range(count):
            row = records + index * np.array([self._row_bytes(name, recorded) for name in self._outputs])
            self._go(1, row.ctypes.data)
            for name in strided:
                recorded[name][index] = self._outputs[name]
        return recorded

    def _row_bytes(self, name: str, recorded: Mapping[str, Array]) -> int:
        return self._outputs[name].nbytes if name in recorded else 0

    def _feed(self, feed: Mapping[str, npt.ArrayLike]) -> None:
        for name, place in self._fed.items():
            given = feed.get(name)
            if given is None or given is not self._copied.get(name):
                array = checked(feed, name, self._types[name])
                place[...] = array
                self._keep(name, array)
        self._lent = [
            self._lend(slot, checked(feed, name, self._types[name])) for name, slot in self._slots.items()
        ]

    def _keep(self, name: str, array: Array) -> None:
        if array.base is None and not array.flags.writeable:
            self._copied[name] = array
        else:
            self._copied.pop(name, None)

    def _lend(self, slot: Array, given: Array) -> Array:
        """Tell the program where an input is; results of it are copied, for it may write over them."""
        flags = given.flags
        array = given if flags.c_contiguous and flags.aligned else np.require(given, requirements=["C", "A"])
        address = _address_of(array)
        if 0 <= address - self._memory_address < self._memory.nbytes:
            array = array.copy()
            address = _address_of(array)
        slot[0] = address
        return array

    def _go(self, count: int, records: int) -> None:
        manifest = self._manifest
        while self._touching:
            self._touching.pop().join()
        if manifest.guards:
            self._memory[manifest.computed_start : manifest.value_bytes] = POISON
            for start in manifest.guards:
                self._memory[start : start + GUARD] = GUARD_BYTE
        memory = self._memory_address
        if manifest.threads == 1:
            self._step(memory, None, 0, count, records, 0)  # nobody to share words with
        elif count:
            pool_of(manifest.threads).run(self._linked, self._address, memory, count, records)
        if manifest.guards:
            self._check_guards()

    def _check_guards(self) -> None:
        for start in self._manifest.guards:
            if (self._memory[start : start + GUARD] != GUARD_BYTE).any():
                raise AssertionError(f"a kernel wrote beside its buffer, at byte {start} of the memory")


def _address_of(array: Array) -> int:
    """`array.ctypes.data`, in less than half the time."""
    address: int = array.__array_interface__["data"][0]
    return address
