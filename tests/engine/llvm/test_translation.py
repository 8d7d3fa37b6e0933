from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from wiregrad.engine import ops
from wiregrad.engine.backends.llvm import translate, translating
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.plan import Plan
from wiregrad.engine.backends.llvm.step import StepEmission, module_count
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.backends.llvm.translating import Helper, Translation, Work, object_codes
from wiregrad.engine.ir import Function


def _plan() -> Plan:
    """Of a program with several kernels of their own."""
    x = ops.input("x", "float32", (64, 64))
    product = ops.matmul(ops.tanh(x), ops.transpose(x, (1, 0)))
    outputs = {"y": ops.reduce_sum(ops.exp(product), (1,)), "z": ops.reduce_max(ops.sin(x), (0,))}
    return Plan(Function("f", {"x": x}, outputs), host_target(), Options(threads=2))


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = StepEmission(_plan()).texts
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
    monkeypatch.setattr(translating, "WORTH_A_PROCESS", 1)
    assert _codes(texts, 3) == alone


def test_another_process_alone_makes_the_same_code(texts: list[str]) -> None:
    work = Work()
    helper = Helper(work, host_target())
    for text in texts[1:]:
        work.add(text)
    while not work.is_over:
        work.wait(1)
    helper.end()
    assert work.codes == _codes(texts, 1)[1:]
    assert helper.process.returncode is not None


def _finished(texts: list[str], disturb: Callable[[Helper], object]) -> list[bytes]:
    """With another process, to which something happens."""
    with Translation(host_target(), 1, len(texts), lambda *_: None) as translation:
        for text in texts[1:]:
            translation.add(text)
        translation.help()
        (helper,) = translation.helpers
        disturb(helper)
        return translation.finish(texts[0])


def test_the_code_that_a_killed_process_owes_is_made_here(texts: list[str]) -> None:
    assert _finished(texts, lambda helper: helper.process.kill()) == _codes(texts, 1)


def test_a_process_that_ends_before_it_has_read_everything_is_replaced(
    texts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translate, "__file__", os.devnull)
    long = [*texts, *texts[1:], *texts[1:]]
    assert _finished(long, lambda helper: helper.process.wait()) == _codes(long, 1)


def test_no_process_is_left_behind_by_what_fails(texts: list[str]) -> None:
    translation = Translation(host_target(), 1, len(texts), lambda *_: None)
    translation.add(texts[1])
    translation.help()
    with pytest.raises(LookupError), translation:
        raise LookupError
    (helper,) = translation.helpers
    assert helper.process.returncode is not None


def test_modules_are_published_as_they_are_written(texts: list[str]) -> None:
    published: list[str] = []
    plan = _plan()
    assert module_count(plan) == len(texts)
    assert [StepEmission(plan, published.append).step_text, *published] == texts


def test_translating_with_the_same_machine_again_gives_the_same(texts: list[str]) -> None:
    machine = host_target().translating_machine()
    assert machine is host_target().translating_machine()
    for thoroughly in (True, False):
        codes = [[translate.object_code(text, machine, thoroughly) for text in texts] for _ in range(3)]
        assert codes[0] == codes[1] == codes[2]
