"""What a measurement has to say about the machine that it was made on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = {
    "NumPy": "numpy",
    "llvmlite": "llvmlite",
    "PyTorch": "torch",
    "JAX": "jax",
}
VECTORS = ("avx512f", "avx512_bf16", "avx2", "fma", "asimd", "sve")
GIB = 2**30


def described() -> dict[str, str]:
    """Names and values for a person, in the order in which to show them."""
    return {
        "processor": _processor(),
        "cores to use": str(len(os.sched_getaffinity(0))),
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / GIB:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "Python": platform.python_version(),
        **{title: _version(name) for title, name in PACKAGES.items()},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _processor() -> str:
    """Its model, family and vector extensions, as far as the system tells."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    facts = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = (facts.get("flags") or facts.get("Features", "")).split()
    numbers = [
        f"{name} {facts[key]}" for name, key in (("family", "cpu family"), ("model", "model")) if key in facts
    ]
    vectors = [name for name in VECTORS if name in flags]
    return ", ".join([facts.get("model name", platform.machine()), *numbers, " ".join(vectors)])
