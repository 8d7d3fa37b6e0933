"""What an executable needs to know of the device that its arrays are on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

import numpy as np

from wiregrad.engine.backends.array_module.kernels import KERNELS
from wiregrad.engine.backends.backend import Array
from wiregrad.engine.primitive import Kernel


class Device(Protocol):
    """`xp` is the module of arrays; `kernels`, by primitive, replace the plain ones."""

    xp: Any
    kernels: Mapping[str, Kernel]

    def reserve(self, nbytes: int) -> None:
        """Raise DeviceMemoryError if there is not so much memory left."""

    def watched(self) -> Any:
        """A context in which running out of the device's memory raises DeviceMemoryError."""

    def upload(self, target: Any, array: Array) -> None:
        """Copy an array of this computer into one of the device, of equal type."""

    def download(self, array: Any) -> Array:
        """A copy on this computer, once all that was asked of the device is done."""


class Host:
    """The computer itself, with NumPy: how the executable is tested where there is no other device."""

    xp: Any = np
    kernels: Mapping[str, Kernel] = KERNELS

    def reserve(self, nbytes: int) -> None:
        """Memory that is missing here is reported by the allocation."""

    @contextmanager
    def watched(self) -> Iterator[None]:
        yield

    def upload(self, target: Any, array: Array) -> None:
        target[...] = array

    def download(self, array: Any) -> Array:
        return np.array(array)
