from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.engine.llvm import children
from wiregrad.engine import ops
from wiregrad.engine.backends.llvm import cache as cache_module
from wiregrad.engine.backends.llvm.cache import DIRECTORY_VARIABLE, HEADER, Cache
from wiregrad.engine.backends.llvm.compilation import compiled
from wiregrad.engine.backends.llvm.fingerprint import fingerprint
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.ir import DType, Function, Value

OPTIONS = Options(threads=1)
NUMBERS = np.linspace(-1, 1, 5)


def _function(
    dtype: DType = "float64",
    factor: float = 0.5,
    numbers: tuple[float, ...] = (1, 2, 3, 4, 5),
    names: tuple[str, str] = ("x", "y"),
    carries: bool = False,
) -> Function:
    x = ops.input("x", dtype, (5,))
    y = ops.add(ops.mul(x, ops.full_like(factor, x)), ops.constant(np.array(numbers), dtype))
    given, made = names
    return Function("f", {given: x}, {made: y}, {made: given} if carries else {})


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "object-code"


def _is_translated(directory: Path) -> bool:
    """Whether the function had to be translated; that it computes is tried."""
    told: list[int] = []
    executable = compiled(_function(), OPTIONS, lambda done, _: told.append(done), Cache(directory))
    got = executable.run({"x": NUMBERS})["y"]
    np.testing.assert_allclose(got, NUMBERS * 0.5 + [1, 2, 3, 4, 5])
    return bool(told)


def _entry(directory: Path) -> Path:
    (entry,) = directory.glob("*.bin")
    return entry


def test_a_program_is_translated_once(directory: Path) -> None:
    assert _is_translated(directory)
    assert not _is_translated(directory)
    assert directory.stat().st_mode & 0o777 == 0o700
    assert _entry(directory).stat().st_mode & 0o777 == 0o600


IN_A_PROCESS = """
import numpy as np
from tests.engine.llvm.test_cache import OPTIONS, NUMBERS, _function
from wiregrad.engine.backends.llvm.compilation import compiled
executable = compiled(_function(), OPTIONS, lambda done, total: print("translated"))
print(executable.run({"x": NUMBERS})["y"].tolist())
"""


def test_it_is_found_again_by_other_processes(directory: Path) -> None:
    first, second = (children.run(IN_A_PROCESS, **{DIRECTORY_VARIABLE: str(directory)}) for _ in range(2))
    expected = f"{(NUMBERS * 0.5 + [1, 2, 3, 4, 5]).tolist()}\n"
    assert first == f"translated\n{expected}"
    assert second == expected


# ---- What is not trusted ----


def _linked(entry: Path) -> None:
    entry.rename(entry.with_suffix(".elsewhere"))
    entry.symlink_to(entry.with_suffix(".elsewhere"))


def _flipped(entry: Path) -> None:
    content = bytearray(entry.read_bytes())
    content[-1] ^= 1
    entry.write_bytes(content)


def _of_another_version(entry: Path) -> None:
    entry.write_bytes(entry.read_bytes().replace(HEADER, HEADER.replace(b"1", b"0"), 1))


SPOILED: dict[str, Callable[[Path], object]] = {
    "others may write it": lambda entry: entry.chmod(0o622),
    "a link": _linked,
    "cut off": lambda entry: entry.write_bytes(entry.read_bytes()[:-10]),
    "cut in its head": lambda entry: entry.write_bytes(entry.read_bytes()[:30]),
    "empty": lambda entry: entry.write_bytes(b""),
    "one bit is another": _flipped,
    "another version": _of_another_version,
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_an_entry_that_cannot_be_trusted_is_made_again(
    spoil: Callable[[Path], object], directory: Path
) -> None:
    assert _is_translated(directory)
    spoil(_entry(directory))
    assert _is_translated(directory)
    assert not _is_translated(directory)


def test_a_folder_in_place_of_an_entry_is_left_alone(directory: Path) -> None:
    assert _is_translated(directory)
    _entry(directory).unlink()
    name = fingerprint(_function(), host_target(), OPTIONS)
    (directory / f"{name}.bin").mkdir()
    assert _is_translated(directory)
    assert [path.name for path in directory.iterdir()] == [f"{name}.bin"]


def test_nothing_is_read_from_or_written_to_a_folder_that_others_may_write(directory: Path) -> None:
    assert _is_translated(directory)
    before = _entry(directory).stat().st_mtime_ns
    directory.chmod(0o777)
    assert _is_translated(directory)
    assert _is_translated(directory)
    assert _entry(directory).stat().st_mtime_ns == before


def test_nothing_of_another_owner_is_read(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _is_translated(directory)
    owner = os.getuid()
    monkeypatch.setattr(os, "getuid", lambda: owner + 1)
    assert _is_translated(directory)
    assert _is_translated(directory)


# ---- A folder that goes away, is full, or cannot be written ----


def test_the_folder_may_be_deleted_at_any_time(directory: Path) -> None:
    assert _is_translated(directory)
    shutil.rmtree(directory)
    assert _is_translated(directory)
    assert not _is_translated(directory)


def test_programs_run_where_nothing_can_be_kept(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("not a folder")
    assert _is_translated(occupied / "object-code")
    assert _is_translated(occupied)
    assert occupied.read_text() == "not a folder"


def test_what_was_used_longest_ago_is_forgotten(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_module, "MOST_BYTES", 3500)
    cache = Cache(directory)
    for age, name in enumerate(["a", "b", "c"]):
        cache.write(name, bytes(1000))
        os.utime(directory / f"{name}.bin", (age, age))
    assert cache.read("a") == bytes(1000)
    cache.write("d", bytes(1000))
    assert [name for name in "abcd" if cache.read(name) is not None] == ["a", "c", "d"]
    cache.write("e", bytes(5000))
    assert list(directory.iterdir()) == []


def test_what_a_killed_process_left_behind_is_forgotten_too(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache_module, "MOST_BYTES", 3500)
    writing = (
        "import os, pathlib; from wiregrad.engine.backends.llvm.cache import Cache; "
        "pathlib.Path.replace = lambda *_: os._exit(0); "
        f"Cache(pathlib.Path({str(directory)!r})).write('a', bytes(3000))"
    )
    children.run(writing)
    (left,) = directory.iterdir()
    os.utime(left, (0, 0))
    Cache(directory).write("b", bytes(1000))
    assert [path.name for path in directory.iterdir()] == ["b.bin"]


WRITER = """
import sys
from pathlib import Path
from wiregrad.engine.backends.llvm.cache import Cache
cache, entry = Cache(Path({directory!r})), {letter!r}.encode() * 50_000
found = set()
for _ in range(300):
    cache.write("same", entry)
    read = cache.read("same")
    found.add("nothing" if read is None else "".join(sorted(set(read.decode()))) + str(len(read)))
print(sorted(found))
"""


def test_processes_that_write_at_once_do_not_mix(directory: Path) -> None:
    writers = [children.start(WRITER.format(directory=str(directory), letter=letter)) for letter in "ab"]
    for writer in writers:
        assert children.finish(writer) in [
            f"{found}\n" for found in (["a50000"], ["b50000"], ["a50000", "b50000"])
        ]
    assert [path.name for path in directory.iterdir()] == ["same.bin"]


# ---- What tells programs apart ----

OTHER_FUNCTIONS = {
    "dtype": _function(dtype="float32"),
    "attribute": _function(factor=0.25),
    "zero": _function(factor=0.0),
    "minus zero": _function(factor=-0.0),
    "constants": _function(numbers=(1, 2, 3, 4, 6)),
    "constant zero": _function(numbers=(1, 2, 3, 4, 0.0)),
    "constant minus zero": _function(numbers=(1, 2, 3, 4, -0.0)),
    "input": _function(names=("a", "y")),
    "output": _function(names=("x", "b")),
    "carries": _function(carries=True),
}


def test_programs_that_differ_in_anything_have_other_fingerprints() -> None:
    target = host_target()
    options = [Options(2), Options(1, fuse=False), Options(1, guarded=True)]
    narrow = replace(target, vector_bytes=8)
    found = [
        fingerprint(_function(), target, OPTIONS),
        *(fingerprint(other, target, OPTIONS) for other in OTHER_FUNCTIONS.values()),
        *(fingerprint(_function(), target, other) for other in options),
        fingerprint(_function(), narrow, OPTIONS),
    ]
    assert len(set(found)) == len(found)


def test_operands_in_another_order_are_another_program() -> None:
    def difference(turned: bool) -> Function:
        a, b = ops.input("a", "float64", (5,)), ops.input("b", "float64", (5,))
        y: Value = ops.sub(b, a) if turned else ops.sub(a, b)
        return Function("difference", {"a": a, "b": b}, {"y": y})

    one, other = (fingerprint(difference(turned), host_target(), OPTIONS) for turned in (False, True))
    assert one != other


def test_the_same_program_built_again_has_the_same_fingerprint() -> None:
    one, other = (fingerprint(_function(), host_target(), OPTIONS) for _ in range(2))
    assert one == other
