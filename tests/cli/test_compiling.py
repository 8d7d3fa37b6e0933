"""`wiregrad compile`: what it says of a program, and what it refuses."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.examples.running import wiregrad_command
from wiregrad.cli.compiling import CompileWish, compile_named
from wiregrad.cli.console import CommandFailed
from wiregrad.engine.backends.llvm import arithmetic
from wiregrad.engine.backends.llvm.cache import DIRECTORY_VARIABLE


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def wish(graph: str = "rosenbrock", **changes: object) -> CompileWish:
    usual: dict[str, object] = {
        "batch_size": None,
        "backend": "llvm",
        "dtype": None,
        "precision": None,
        "threads": None,
        "fuse": True,
        "apart": (),
        "is_explained": False,
        "is_timed": False,
        "compare": None,
    }
    return CompileWish(graph=graph, **(usual | changes))  # type: ignore[arg-type]


def test_compiling_fills_the_cache_and_says_so(own_cache: Path) -> None:
    first = wiregrad_command("compile", "rosenbrock", "--json")
    assert (first.code, first.complaints) == (0, "")
    assert first.last["backend"] == "llvm"
    assert not first.last["from_cache"]
    assert [str(path) for path in own_cache.glob("*.bin")] == [first.last["object_code"]]
    second = wiregrad_command("compile", "rosenbrock")
    assert second.lines[0].startswith("Compiled with llvm in ")
    assert second.lines[1].startswith(f"Taken from {first.last['object_code']} (")


def test_the_table_names_kernels_memory_and_the_cache(capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_named(wish("xor-by-hand", is_explained=True, is_timed=True), as_json=False) == 0
    said = capsys.readouterr().out
    for words in (
        "Values after",
        "lowering",
        "Measured µs",
        "a step takes",
        "Memory:",
        "Compiled in",
        "Object code:",
    ):
        assert words in said
    assert "it was not there" in said


def test_an_explanation_in_json_is_whole(capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_named(wish("digits-mlp", is_explained=True, batch_size=16), as_json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert any(line["shapes"].startswith("[16,64] [64,64] ") for line in told["launches"])
    assert all(line["measured"] is None for line in told["launches"])
    assert set(told["stages"]) == {"passes", "plan", "emission", "translation", "linking"}


def test_without_fusion_there_are_more_kernels(capsys: pytest.CaptureFixture[str]) -> None:
    counts = []
    for fuse in (True, False):
        compile_named(wish(fuse=fuse), as_json=True)
        counts.append(json.loads(capsys.readouterr().out)["kernels"])
    assert counts[0] < counts[1]


def test_a_comparison_finds_nothing_or_the_wrong_group(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert compile_named(wish(compare="numpy"), as_json=False) == 0
    said = capsys.readouterr().out
    assert "Every group computes what the plainest kernels do." in said
    assert "After 3 steps, numpy is as far away" in said
    monkeypatch.setitem(arithmetic.ARITHMETIC, "mul", ("fadd", "add"))
    assert compile_named(wish(compare="numpy", fuse=False), as_json=False) == 1
    said = capsys.readouterr().out
    assert "is the first that deviates:" in said
    assert ": mul float32[]: 1 of 1 elements, by up to" in said


def test_another_backend_compiles_but_explains_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert compile_named(wish(backend="numpy"), as_json=False) == 0
    assert capsys.readouterr().out.startswith("Compiled with numpy in ")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backend": "lvm"}, "--backend lvm: expected a backend among auto"),
        ({"compare": "torch"}, "--compare torch: expected a backend among auto"),
        ({"backend": "numpy", "is_explained": True}, "--explain: only the backend llvm knows this"),
        ({"backend": "numpy", "fuse": False}, "--no-fuse: only the backend llvm knows this"),
        ({"is_explained": True, "compare": "numpy"}, "either --explain or --compare"),
        ({"dtype": "float16"}, "--dtype float16: expected float32 or float64"),
        ({"precision": "half"}, "--precision half: expected full or bfloat16"),
        ({"precision": "bfloat16", "backend": "numpy"}, "got “numpy”: NumPy multiplies in float32"),
        ({"precision": "bfloat16", "dtype": "float64"}, "expected float32 numbers"),
        ({"apart": (999,)}, "expected numbers of groups from 0 to"),
        ({"graph": "rosenbruck"}, "Did you mean 'rosenbrock'?"),
        ({"graph": "constant-cannot-train"}, "A Constant has nothing to change"),
    ],
)
def test_what_cannot_be_done_is_refused(changes: dict[str, object], words: str) -> None:
    with pytest.raises(CommandFailed) as error:
        compile_named(wish(**changes), as_json=False)  # type: ignore[arg-type]
    assert words in str(error.value)


def test_a_variable_that_means_nothing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREGRAD_THREADS", "few")
    with pytest.raises(
        CommandFailed, match="WIREGRAD_THREADS: expected a whole number of 1 or more; got 'few'"
    ):
        compile_named(wish(), as_json=False)


def test_without_llvmlite_it_says_what_to_install() -> None:
    code = (
        "import sys\n"
        "sys.modules['llvmlite'] = None\n"
        "sys.argv = ['wiregrad', 'compile', 'rosenbrock']\n"
        "from wiregrad.cli import main\n"
        "main()\n"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "pip install llvmlite" in answer.stderr
    assert "Traceback" not in answer.stderr
