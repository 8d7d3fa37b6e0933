"""Runs Python in a process of its own: what may crash, hang or be killed does so there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
LONGEST = 120
"""Seconds after which a child hangs; it takes one or two."""


def start(code: str, **variables: str) -> subprocess.Popen[str]:
    """The code sees the tests and these environment variables."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (ROOT, *sys.path))), **variables}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )


def finish(child: subprocess.Popen[str]) -> str:
    """What it wrote; it must end well, and in time."""
    try:
        written, complaints = child.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise
    assert (child.returncode, complaints) == (0, "")
    return written


def run(code: str, **variables: str) -> str:
    return finish(start(code, **variables))
