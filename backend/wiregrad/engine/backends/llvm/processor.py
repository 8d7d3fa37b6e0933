"""What this processor is called, in words and without LLVM: every server that starts asks."""

from __future__ import annotations

import platform
from pathlib import Path

from wiregrad.engine.processor import AVX_2, AVX_512, CPUINFO, X86, cores, first_processor

MODEL, FLAGS = "model name", "flags"


def processor_in_words(cpuinfo: Path = CPUINFO, machine: str | None = None) -> str:
    """Its model, how many cores this process may use, and how wide its vectors are where that can be told."""
    machine = platform.machine() if machine is None else machine
    described = first_processor(cpuinfo)
    model = described.get(MODEL) or f"{machine or 'unknown'} processor"
    count = cores()
    bits = _vector_bits(machine, described.get(FLAGS))
    width = f", vectors of {bits} bits" if bits else ""
    return f"{model}, {count} core{'' if count == 1 else 's'}, native code{width}"


def _vector_bits(machine: str, flags: str | None) -> int | None:
    if machine not in X86:
        return 128
    if flags is None:
        return None
    features = set(flags.split())
    if features >= AVX_512:
        return 512
    return 256 if features >= AVX_2 else 128
