"""What this processor is called, in words and without LLVM: every server that starts asks."""

from __future__ import annotations

import platform
from pathlib import Path

from wiregrad.engine.backends.llvm.options import cores

CPUINFO = Path("/proc/cpuinfo")
MODEL, FLAGS = "model name", "flags"
X86 = ("x86_64", "AMD64")
WIDEST = frozenset({"avx512f", "avx512bw", "avx512dq", "avx512vl"})
WIDE = frozenset({"avx2", "fma"})


def processor_in_words(cpuinfo: Path = CPUINFO, machine: str | None = None) -> str:
    """Its model, how many cores this process may use, and how wide its vectors are where that can be told."""
    machine = platform.machine() if machine is None else machine
    described = _first_processor(cpuinfo)
    model = described.get(MODEL) or f"{machine or 'unknown'} processor"
    count = cores()
    bits = _vector_bits(machine, described.get(FLAGS))
    width = f", vectors of {bits} bits" if bits else ""
    return f"{model}, {count} core{'' if count == 1 else 's'}, native code{width}"


def _first_processor(cpuinfo: Path) -> dict[str, str]:
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


def _vector_bits(machine: str, flags: str | None) -> int | None:
    if machine not in X86:
        return 128
    if flags is None:
        return None
    features = set(flags.split())
    if features >= WIDEST:
        return 512
    return 256 if features >= WIDE else 128
