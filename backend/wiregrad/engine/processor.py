"""What the system tells of this processor; nothing heavy is imported."""

from __future__ import annotations

import os
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
X86 = ("x86_64", "AMD64")
AVX_512 = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})
"""The parts that kernels for such vectors need."""

AVX_2 = frozenset({"avx2", "fma"})


def first_processor(cpuinfo: Path = CPUINFO) -> dict[str, str]:
    """What Linux tells of the first one; nothing elsewhere."""
    found = {}
    try:
        with cpuinfo.open(encoding="utf-8", errors="replace") as lines:
            for line in lines:
                name, colon, text = line.partition(":")
                if not colon:
                    break
                found[name.strip()] = text.strip()
    except OSError:
        return {}
    return found


def cores() -> int:
    """Those that this process may use, which in a container can be fewer than there are."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
