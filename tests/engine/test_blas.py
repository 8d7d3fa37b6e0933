from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WIDE = "flags\t\t: fpu avx2 avx512f avx512dq avx512bw avx512vl\n"
PROGRAM = """
import os, sys
from pathlib import Path
from wiregrad.engine.blas import prefer_wide_kernels
assert "numpy" not in sys.modules
asked = prefer_wide_kernels(os.environ, Path(sys.argv[1]))
import numpy
print(asked, os.environ.get("OPENBLAS_CORETYPE"), prefer_wide_kernels({}, Path(sys.argv[1])))
"""


def _run(cpuinfo: Path, machine: str = "x86_64", **environ: str) -> list[str]:
    """In a process of its own, where NumPy has not been imported."""
    program = f"import platform\nplatform.machine = lambda: {machine!r}\n{PROGRAM}"
    result = subprocess.run(
        [sys.executable, "-c", program, str(cpuinfo)],
        env={"PYTHONPATH": str(ROOT / "backend"), **environ},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split()


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    path = tmp_path / "cpuinfo"
    path.write_text(f"processor\t: 0\n{WIDE}")
    return path


def test_wide_kernels_are_asked_for_once_and_before_numpy(wide: Path) -> None:
    assert _run(wide) == ["True", "SkylakeX", "False"]


def test_a_choice_that_the_user_made_stays(wide: Path) -> None:
    assert _run(wide, OPENBLAS_CORETYPE="Haswell") == ["False", "Haswell", "False"]


def test_nothing_is_asked_of_other_processors(wide: Path, tmp_path: Path) -> None:
    narrow = tmp_path / "narrow"
    narrow.write_text(WIDE.replace("avx512vl", ""))
    assert _run(narrow) == ["False", "None", "False"]
    assert _run(tmp_path / "missing") == ["False", "None", "False"]
    assert _run(wide, machine="aarch64") == ["False", "None", "False"]
