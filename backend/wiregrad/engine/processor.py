"""What the system tells of this processor; nothing heavy is imported."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

CPUINFO = Path("/proc/cpuinfo")
X86 = ("x86_64", "AMD64")
AVX_512 = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})
"""The parts that kernels for such vectors need."""

BFLOAT16_OF_X86 = AVX_512 | {"avx512_bf16"}
BFLOAT16_OF_ARM = frozenset({"bf16"})
"""What multiplies bfloat16, as Linux calls it."""

AVX_2 = frozenset({"avx2", "fma"})

CAN_PLACE_THREADS = hasattr(os, "sched_setaffinity")
"""Whether the system lets one say which processors a thread may use: Linux does."""


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


def multiplies_bfloat16(cpuinfo: Path = CPUINFO, machine: str | None = None) -> bool:
    """Whether the first one has instructions for products of bfloat16 that are added up in float32."""
    is_x86 = (platform.machine() if machine is None else machine) in X86
    field, wanted = ("flags", BFLOAT16_OF_X86) if is_x86 else ("Features", BFLOAT16_OF_ARM)
    return wanted <= set(first_processor(cpuinfo).get(field, "").split())


def cores() -> int:
    """Those that this process may use, which in a container can be fewer than there are."""
    if CAN_PLACE_THREADS:
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def keep_apart(threads: Sequence[int | None], processors: Sequence[int]) -> None:
    """Keep threads from where others of them run, if two were last seen on the same processor.

    Linux may leave two threads that wait for each other together for seconds while another processor idles.
    The first thread may go wherever it could before; nothing is done where there are too few processors.
    """
    if not CAN_PLACE_THREADS or len(set(processors)) == len(processors):
        return
    allowed, taken = os.sched_getaffinity(0), {processors[0]}
    for thread, processor in zip(threads[1:], processors[1:], strict=True):
        free = allowed - taken
        if processor in taken and free and thread is not None:
            with suppress(OSError):  # processors may be taken away at any time
                os.sched_setaffinity(thread, free)
        taken.add(processor)
