"""Whether a graphics processor, its driver and CuPy are there, and what to do if not.

Nothing here claims memory on the device: it is asked by every server that starts.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

NAME = "NVIDIA graphics processor, CuPy"
INSTALL = "pip install 'wiregrad[cuda]'"


@dataclass(frozen=True)
class Detected:
    """The device in words, and why it cannot be used; None where it can."""

    device: str
    missing: str | None


def detect() -> Detected:
    if find_spec("cupy") is None:
        return Detected(NAME, f"it needs an NVIDIA graphics processor and CuPy ({INSTALL}).")
    try:
        cupy = importlib.import_module("cupy")
    except Exception as error:  # whatever is broken in it, the server must start
        return Detected(NAME, f"CuPy is installed but does not start: {_first_line(error)}.")
    return detected(cupy)


def detected(cupy: Any) -> Detected:
    name = f"{NAME} {cupy.__version__}"
    runtime = cupy.cuda.runtime
    try:
        if not runtime.getDeviceCount():
            return Detected(name, "CuPy finds no NVIDIA graphics processor.")
    except Exception as error:
        return Detected(name, f"no NVIDIA graphics processor answers: {_first_line(error)}.")
    try:
        cupy.cuda.nvrtc.getVersion()
        importlib.import_module("cupy_backends.cuda.libs.cublas")
    except Exception as error:
        return Detected(name, f"libraries of CUDA 12 are missing ({INSTALL}): {_first_line(error)}.")
    found = runtime.getDeviceProperties(0)["name"]
    title = found.decode() if isinstance(found, bytes) else str(found)
    return Detected(f"{title}, CuPy {cupy.__version__}", None)


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].rstrip(". ")
