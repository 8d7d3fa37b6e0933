"""The protocol of a backend: what compiles a function, and what runs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy.typing as npt

from wiregrad.engine.ir import Function

Array = npt.NDArray[Any]

Progress = Callable[[int, int], None]
"""Told how many parts of how many are compiled."""


class Executable(Protocol):
    """A compiled function together with its carried values.

    Carried inputs start at zero, stay inside, and are replaced by the carried outputs at the end of every
    call.
    """

    @property
    def memory_bytes(self) -> int:
        """Size of the memory that holds every value of the program."""

    @property
    def kernel_count(self) -> int:
        """How many kernels one call runs."""

    def load(self, carry: Mapping[str, npt.ArrayLike]) -> None:
        """Copy carried inputs in, by input name; those not named keep their values. Types must be equal."""

    def run(self, feed: Mapping[str, npt.ArrayLike]) -> dict[str, Array]:
        """One call: inputs that are not carried go in, outputs that are not carried come out.

        The arrays that come out are only valid until the next call: copy what you keep.
        """

    def run_many(
        self, feed: Mapping[str, npt.ArrayLike], count: int, record: Sequence[str] = ()
    ) -> dict[str, Array]:
        """`count` calls with one feed; each recorded output, carried or not, comes out as (count, ...)."""

    def read(self) -> dict[str, Array]:
        """Copies of the carried values, by input name."""


class Backend(Protocol):
    """A way to run programs on one device."""

    name: str
    device: str  # in words for a person
    preference: int  # "auto" takes the highest that works on this machine
    missing: str | None  # what to install or mend, in a sentence, where it does not work here
    without_bfloat16: str | None  # why products of bfloat16 gain nothing here, where they do not

    def compile(self, function: Function, progress: Progress | None = None) -> Executable:
        """`progress` is told how far it is by backends whose compilation takes long enough to be watched."""

    def memory_of(self, function: Function) -> int | None:
        """Bytes of main memory that the program would take, where that can be told without compiling it."""


class BackendSettingError(ValueError):
    """An option or variable of a backend that means nothing; the message tells what was expected."""


class DeviceMemoryError(MemoryError):
    """A program does not fit the memory of its device: the message tells what it needs and what there is."""
