"""A choice that has to be made before NumPy is imported; so this module imports nothing heavy."""

from __future__ import annotations

import platform
import sys
from collections.abc import MutableMapping
from pathlib import Path

VARIABLE = "OPENBLAS_CORETYPE"
WIDE_FEATURES = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})


def prefer_wide_kernels(environ: MutableMapping[str, str], cpuinfo: Path = Path("/proc/cpuinfo")) -> bool:
    """Ask OpenBLAS for AVX-512 kernels where the processor has all that they need; say whether it was asked.

    OpenBLAS chooses by processor model and takes AVX2 for models newer than itself, at half the speed
    (OpenBLAS issue 6029). A choice already made, by the user or by an import of NumPy, is left alone.
    """
    if VARIABLE in environ or "numpy" in sys.modules or platform.machine() not in ("x86_64", "AMD64"):
        return False
    if WIDE_FEATURES - _features(cpuinfo):
        return False
    environ[VARIABLE] = "SkylakeX"
    return True


def _features(cpuinfo: Path) -> frozenset[str]:
    """The flags of the first processor listed; none where the system has no such list."""
    try:
        lines = cpuinfo.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line for line in lines if line.startswith("flags")), ":")
    return frozenset(flags.partition(":")[2].split())
