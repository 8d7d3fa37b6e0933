from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from wiregrad.engine.backends.array_module.device import Device
from wiregrad.engine.backends.array_module.plan import Plan
from wiregrad.engine.backends.backend import Array
from wiregrad.engine.interpreter import checked, checked_carry
from wiregrad.engine.ir import Function


class ArrayModuleExecutable:
    """A plan, run step by step. Inputs go to the device, outputs come back, carried values stay there."""

    def __init__(self, function: Function, device: Device) -> None:
        self._device = device
        self._carries = function.carries
        self._types = {name: value.type for name, value in function.inputs.items()}
        with device.watched():
            plan = Plan(function, device)
        self._calls = tuple(plan.calls)
        self._carried = {name: plan.arrays[function.inputs[name]] for name in function.carries.values()}
        self._fed = {
            name: plan.arrays[value] for name, value in function.inputs.items() if name not in self._carried
        }
        self._outputs = {name: plan.output(name) for name in function.outputs}
        self.memory_bytes = plan.memory_bytes
        self.kernel_count = len(self._calls)

    def load(self, carry: Mapping[str, npt.ArrayLike]) -> None:
        for name, array in checked_carry(carry, self._types, self._carried):
            self._device.upload(self._carried[name], array)

    def read(self) -> dict[str, Array]:
        return {name: self._device.download(array) for name, array in self._carried.items()}

    def run(self, feed: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        with self._device.watched(), np.errstate(all="ignore"):
            self._feed(feed)
            self._step()
            returned = {name: a for name, a in self._outputs.items() if name not in self._carries}
            return {name: self._device.download(array) for name, array in returned.items()}

    def run_many(
        self, feed: Mapping[str, npt.ArrayLike], count: int, record: Sequence[str] = ()
    ) -> dict[str, Array]:  # fmt: skip
        xp = self._device.xp
        with self._device.watched(), np.errstate(all="ignore"):
            self._feed(feed)
            sources = [self._outputs[name] for name in record]
            recorded = [xp.zeros((count, *source.shape), source.dtype) for source in sources]
            for index in range(count):
                self._step()
                for rows, source in zip(recorded, sources, strict=True):
                    rows[index] = source
            downloaded = [self._device.download(rows) for rows in recorded]
            return dict(zip(record, downloaded, strict=True))

    def _feed(self, feed: Mapping[str, npt.ArrayLike]) -> None:
        for name, array in self._fed.items():
            self._device.upload(array, checked(feed, name, self._types[name]))

    def _step(self) -> None:
        for call in self._calls:
            call()
