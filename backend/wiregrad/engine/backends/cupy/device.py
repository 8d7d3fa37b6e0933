from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import numpy as np

from wiregrad.engine.backends.array_module.kernels import KERNELS
from wiregrad.engine.backends.backend import Array, DeviceMemoryError
from wiregrad.engine.backends.cupy.kernels import CUDA_KERNELS
from wiregrad.engine.primitive import Kernel

GIGABYTE = 1e9


class Graphics:
    """The first graphics processor."""

    kernels: Mapping[str, Kernel] = {**KERNELS, **CUDA_KERNELS}

    def __init__(self) -> None:
        self.xp: Any = importlib.import_module("cupy")

    def _memory(self) -> tuple[int, int]:
        """Bytes that can be had, and bytes that the device has in all."""
        free, total = self.xp.cuda.runtime.memGetInfo()
        return free + self.xp.get_default_memory_pool().free_bytes(), total

    def reserve(self, nbytes: int) -> None:
        free, total = self._memory()
        if nbytes > free:
            raise DeviceMemoryError(
                f"the graphics processor has {free / GIGABYTE:.2f} GB free of {total / GIGABYTE:.2f} GB, "
                f"and the program needs {nbytes / GIGABYTE:.2f} GB"
            )

    @contextmanager
    def watched(self) -> Iterator[None]:
        try:
            yield
        except self.xp.cuda.memory.OutOfMemoryError as error:
            free, total = self._memory()
            raise DeviceMemoryError(
                f"the graphics processor has {free / GIGABYTE:.2f} GB free of {total / GIGABYTE:.2f} GB, "
                f"and a step needs more: {error}"
            ) from error

    def upload(self, target: Any, array: Array) -> None:
        target.set(np.ascontiguousarray(array).reshape(array.shape))
        self.xp.cuda.get_current_stream().synchronize()  # the caller may change the array at once

    def download(self, array: Any) -> Array:
        found: Array = self.xp.asnumpy(array)
        return found
