"""A choice that has to be made before NumPy is imported; so this module imports nothing heavy."""

from __future__ import annotations

import platform
import sys
from collections.abc import MutableMapping
from pathlib import Path

from wiregrad.engine.processor import AVX_512, CPUINFO, X86, first_processor

VARIABLE = "OPENBLAS_CORETYPE"


def prefer_wide_kernels(environ: MutableMapping[str, str], cpuinfo: Path = CPUINFO) -> bool:
    """Ask OpenBLAS for AVX-512 kernels where the processor has all that they need; say whether it was asked.

    OpenBLAS chooses by processor model and takes AVX2 for models newer than itself, at half the speed
    (OpenBLAS issue 6029). A choice already made, by the user or by an import of NumPy, is left alone.
    """
    if VARIABLE in environ or "numpy" in sys.modules or platform.machine() not in X86:
        return False
    if AVX_512 - set(first_processor(cpuinfo).get("flags", "").split()):
        return False
    environ[VARIABLE] = "SkylakeX"
    return True
