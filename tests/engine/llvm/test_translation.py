from __future__ import annotations

import os
import signal

import pytest

from wiregrad.engine import ops
from wiregrad.engine.backends.llvm import linking, translate
from wiregrad.engine.backends.llvm.linking import object_codes
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.step import StepEmission
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.ir import Function


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Those of a program with several kernels of their own."""
    x = ops.input("x", "float32", (64, 64))
    product = ops.matmul(ops.tanh(x), ops.transpose(x, (1, 0)))
    outputs = {"y": ops.reduce_sum(ops.exp(product), (1,)), "z": ops.reduce_max(ops.sin(x), (0,))}
    found = StepEmission(Plan(Function("f", {"x": x}, outputs), host_target(), Options(threads=2))).texts
    assert len(found) > 3
    return found


def _codes(texts: list[str], processes: int) -> list[bytes]:
    told: list[tuple[int, int]] = []
    codes = object_codes(texts, host_target(), processes, lambda done, total: told.append((done, total)))
    assert told[-1] == (len(texts), len(texts))
    assert told == sorted(set(told))
    return codes


def test_several_processes_make_the_same_code_as_one(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = _codes(texts, 1)
    monkeypatch.setattr(linking, "WORTH_A_PROCESS", 1)
    assert _codes(texts, 3) == alone


def test_the_code_that_a_killed_process_owes_is_made_here(texts: list[str]) -> None:
    _, *expected = _codes(texts, 1)
    translator = linking._Translator(texts[1:], host_target())
    os.kill(translator._process.pid, signal.SIGKILL)
    assert translator.result() == expected


def test_a_process_that_ends_before_it_has_read_everything_is_replaced(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, *expected = _codes(texts, 1)
    monkeypatch.setattr(translate, "__file__", os.devnull)
    translator = linking._Translator([*texts[1:], *texts[1:]], host_target())
    assert translator.result() == [*expected, *expected]
