"""The device in words, on the machines that there are, and without waiting for LLVM."""

import subprocess
import sys
from pathlib import Path

import pytest

from wiregrad.engine.backends import get_backend
from wiregrad.engine.backends.llvm.processor import processor_in_words
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.processor import CPUINFO, multiplies_bfloat16

INTEL = (
    "processor\t: 0\nmodel name\t: Some Xeon @ 2.00GHz\nflags\t\t: fpu {flags}\n\n"
    "processor\t: 1\nmodel name\t: Other\n"
)


@pytest.mark.parametrize(
    ("flags", "bits"),
    [
        ("sse2", 128),
        ("avx2", 128),
        ("avx2 fma", 256),
        ("avx2 fma avx512f", 256),
        ("avx2 fma avx512f avx512bw avx512dq avx512vl", 512),
    ],
)
def test_the_first_processor_that_linux_lists(tmp_path: Path, flags: str, bits: int) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(INTEL.format(flags=flags))
    words = processor_in_words(cpuinfo, "x86_64")
    assert words.startswith("Some Xeon @ 2.00GHz, ")
    assert words.endswith(f"native code, vectors of {bits} bits")


@pytest.mark.parametrize(
    ("machine", "line", "has"),
    [
        ("x86_64", "flags : avx512f avx512bw avx512dq avx512vl avx512_bf16", True),
        ("x86_64", "flags : avx2 fma avx512_bf16", False),
        ("x86_64", "flags : avx512f avx512bw avx512dq avx512vl", False),
        ("aarch64", "Features : asimd bf16", True),
        ("aarch64", "Features : asimd sve", False),
        ("arm64", "", False),
    ],
)
def test_products_of_bfloat16(tmp_path: Path, machine: str, line: str, has: bool) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"processor : 0\n{line}\n\n")
    assert multiplies_bfloat16(cpuinfo, machine) is has


@pytest.mark.skipif(not CPUINFO.exists(), reason="only Linux lists features without LLVM")
def test_this_one_multiplies_bfloat16_if_llvm_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIREGRAD_VECTOR_BITS", raising=False)
    assert host_target().multiplies_bfloat16 is (get_backend("llvm").without_bfloat16 is None)


def test_a_processor_without_a_list(tmp_path: Path) -> None:
    assert processor_in_words(tmp_path / "none", "AMD64").startswith("AMD64 processor, ")
    assert "vectors" not in processor_in_words(tmp_path / "none", "AMD64")
    assert processor_in_words(tmp_path / "none", "arm64").endswith("vectors of 128 bits")


@pytest.mark.skipif(not CPUINFO.exists(), reason="only Linux lists features without LLVM")
def test_this_one_has_vectors_as_wide_as_llvm_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WIREGRAD_VECTOR_BITS", raising=False)
    assert f"vectors of {8 * host_target().vector_bytes} bits" in get_backend("llvm").device


def test_asking_for_backends_does_not_load_llvm() -> None:
    code = "import sys; from wiregrad.engine.backends import known; known(); print('llvmlite' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
