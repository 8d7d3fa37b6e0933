"""Memory for every value on the device, and one call for each that is computed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from wiregrad.engine.backends.array_module.device import Device
from wiregrad.engine.backends.planning.views import Views
from wiregrad.engine.ir import ITEM_BYTES, Function, Value
from wiregrad.engine.passes.buffers import ALIGNMENT, Lifetime, plan_arena

SOURCES = frozenset({"input", "full", "constant"})
Call = Callable[[], object]


class Plan:
    """`arrays` holds the device's array of every value; `calls` is one step.

    What is computed lives in one arena, planned by lifetime. Carried values change at the end of a step; an
    output that looks at one is copied before.
    """

    def __init__(self, function: Function, device: Device) -> None:
        self._function = function
        self._device = device
        values = function.values()
        self._views = Views(values)
        self._computed = [
            v for v in values if self._views.roots[v] is v and v.primitive.name not in SOURCES
        ]  # fmt: skip
        lifetimes = self._lifetimes()
        arena = plan_arena(lifetimes)
        given = sum(value.type.nbytes for value in function.inputs.values())
        self.memory_bytes = arena.nbytes + given
        device.reserve(self.memory_bytes)
        self.arrays: dict[Value, Any] = {v: self._source(v) for v in values if v.primitive.name in SOURCES}
        memory = device.xp.zeros(max(ALIGNMENT, arena.nbytes), np.uint8)
        for value, offset in zip(self._computed, arena.offsets, strict=True):
            part = memory[offset : offset + value.type.nbytes]
            self.arrays[value] = part.view(value.dtype).reshape(value.shape)
        for value in values:
            if value not in self.arrays:
                self.arrays[value] = self._look(value)
        kernels = [self._bound(value) for value in self._computed]
        self.snapshots: dict[str, Any] = {}
        self.calls: list[Call] = kernels + self._copies_of_inputs() + self._carries()

    def _lifetimes(self) -> list[Lifetime]:
        moment = {value: number for number, value in enumerate(self._computed)}
        last = dict(moment)
        for value in self._computed:
            for operand in value.inputs:
                root = self._views.roots[operand]
                if root in last:
                    last[root] = max(last[root], moment[value])
        for value in self._function.outputs.values():
            if self._views.roots[value] in last:
                last[self._views.roots[value]] = len(self._computed)
        return [Lifetime(v.type.nbytes, moment[v], last[v]) for v in self._computed]

    def _source(self, value: Value) -> Any:
        xp = self._device.xp
        if value.primitive.name == "input":
            return xp.zeros(value.shape, value.dtype)
        if value.primitive.name == "constant":
            return xp.asarray(value.attributes["literal"].array)  # type: ignore[attr-defined]
        return xp.broadcast_to(xp.full((), value.attributes["value"], value.dtype), value.shape)

    def _look(self, value: Value) -> Any:
        """The array of a view: where and how its stand-in looks at the stand-in of its root."""
        root, xp = self._views.roots[value], self._device.xp
        if not value.size:
            return xp.zeros(value.shape, value.dtype)
        look, whole = self._views.looks[value], self._views.looks[root]
        base = self.arrays[root]
        if root.primitive.name == "full":
            return xp.broadcast_to(base.reshape(-1)[:1].reshape(()), value.shape)
        start = (look.ctypes.data - whole.ctypes.data) // ITEM_BYTES[root.dtype]
        flat = base.reshape(-1)[start:]
        return xp.lib.stride_tricks.as_strided(flat, shape=look.shape, strides=look.strides)

    def _bound(self, value: Value) -> Call:
        kernel = self._device.kernels.get(value.primitive.name, value.primitive.kernel)
        operands = [self.arrays[operand] for operand in value.inputs]
        return partial(kernel, self._device.xp, self.arrays[value], *operands, **value.attributes)

    def _copies_of_inputs(self) -> list[Call]:
        """Keep what outputs show of carried inputs, before those change."""
        targets = {self._function.inputs[name] for name in self._function.carries.values()}
        calls: list[Call] = []
        for name, value in self._function.outputs.items():
            if self._views.roots[value] in targets:
                self.snapshots[name] = self._device.xp.zeros(value.shape, value.dtype)
                calls.append(partial(self._device.xp.copyto, self.snapshots[name], self.arrays[value]))
        return calls

    def _carries(self) -> list[Call]:
        pairs = [
            (self.arrays[self._function.inputs[target]], self.output(name))
            for name, target in self._function.carries.items()
        ]
        return [partial(self._device.xp.copyto, old, new) for old, new in pairs]

    def output(self, name: str) -> Any:
        return self.snapshots.get(name, self.arrays[self._function.outputs[name]])
