from __future__ import annotations

from wiregrad.engine.backends.array_module import ArrayModuleExecutable
from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.backends.cupy.detection import detect
from wiregrad.engine.backends.cupy.device import Graphics
from wiregrad.engine.backends.precision import assert_one_precision
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize


class CupyBackend:
    """The first graphics processor; “auto” prefers it to NumPy.

    Each operation is a launch of some microseconds, whatever its size: a network of a few hundred weights
    takes its steps faster on the processor, with the backend “numpy”.
    """

    name = "cupy"
    preference = 10
    without_bfloat16 = "CuPy multiplies in float32 and float64 only"

    def __init__(self) -> None:
        found = detect()
        self.device = found.device
        self.missing = found.missing

    def compile(self, function: Function, progress: Progress | None = None) -> ArrayModuleExecutable:
        assert_one_precision(function)
        return ArrayModuleExecutable(optimize(function), Graphics())

    def memory_of(self, function: Function) -> int | None:
        return None
