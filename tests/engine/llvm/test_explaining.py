"""What is told of a native program is true of it, and a kernel that is made wrong is found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from wiregrad.engine import ops
from wiregrad.engine.backends import BackendSettingError, get_backend
from wiregrad.engine.backends.llvm import arithmetic
from wiregrad.engine.backends.llvm.cache import Cache
from wiregrad.engine.backends.llvm.code import Code, Emitted
from wiregrad.engine.backends.llvm.compilation import compiled
from wiregrad.engine.backends.llvm.explaining.build import built
from wiregrad.engine.backends.llvm.explaining.comparing import Comparison, compared, deviations
from wiregrad.engine.backends.llvm.explaining.explanation import Explanation, explained
from wiregrad.engine.backends.llvm.formula import Formula
from wiregrad.engine.backends.llvm.options import Options
from wiregrad.engine.backends.llvm.target import host_target
from wiregrad.engine.backends.llvm.translation import planned
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize

ROWS, COLUMNS, DEPTH = 24, 40, 32
OPTIONS = Options(threads=2)
Numbers = dict[str, Array]


def program() -> Function:
    """A product with a tail, a reduction, and a carried value that is updated in place."""
    x = ops.input("x", "float32", (ROWS, DEPTH))
    w = ops.input("w", "float32", (DEPTH, COLUMNS))
    hidden = ops.tanh(ops.add(ops.matmul(x, w), ops.full(0.5, "float32", (ROWS, COLUMNS))))
    gradient = ops.matmul(ops.transpose(x, (1, 0)), hidden)
    moved = ops.sub(w, ops.mul(gradient, ops.full(0.01, "float32", gradient.shape)))
    return Function(
        "example", {"x": x, "w": w}, {"loss": ops.reduce_sum(hidden, (0, 1)), "next": moved}, {"next": "w"}
    )


def numbers() -> tuple[Numbers, Numbers]:
    """What is carried, and what is fed."""
    generator = np.random.default_rng(3)
    w = generator.normal(size=(DEPTH, COLUMNS)).astype(np.float32) / 8
    return {"w": w}, {"x": generator.normal(size=(ROWS, DEPTH)).astype(np.float32)}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


@pytest.fixture
def explanation(cache: Cache) -> Explanation:
    return explained(program(), OPTIONS, *numbers(), cache=cache)


def test_the_passes_end_with_the_program_that_is_planned(explanation: Explanation) -> None:
    function = program()
    assert explanation.passes[0].values == len(function.values())
    assert explanation.passes[-1].values == len(optimize(function).values())


def test_every_kernel_is_told_with_its_work(explanation: Explanation) -> None:
    plan = planned(program(), OPTIONS, host_target())
    assert [line.kernel for line in explanation.launches] == [x.kernel.name for x in plan.launches]
    products = [line for line in explanation.launches if "matmul" in line.computes]
    assert len(products) == 2
    for line in products:
        assert line.flops >= 2 * ROWS * COLUMNS * DEPTH
        assert line.predicted >= line.flops / explanation.peaks.flops
    assert products[0].shapes == f"[{ROWS},{DEPTH}] [{DEPTH},{COLUMNS}] → [{ROWS},{COLUMNS}]"
    assert explanation.phases == len({line.phase for line in explanation.launches})
    assert explanation.memory.total == plan.memory.nbytes


def test_times_are_measured_unless_that_is_not_wanted(explanation: Explanation, cache: Cache) -> None:
    assert explanation.measured is not None
    assert all(line.measured is not None and line.measured > 0 for line in explanation.launches)
    assert explanation.step_seconds is not None
    untimed = explained(program(), OPTIONS, *numbers(), is_timed=False, cache=cache)
    assert untimed.measured is untimed.step_seconds is None


def test_the_cache_is_told_and_filled(explanation: Explanation, cache: Cache) -> None:
    assert not explanation.cache.was_there
    assert Path(explanation.cache.path).stat().st_size > explanation.cache.nbytes > 0
    again = explained(program(), OPTIONS, *numbers(), is_timed=False, cache=cache)
    assert again.cache.was_there
    assert again.cache.path == explanation.cache.path
    assert explained(program(), replace(OPTIONS, fuse=False), *numbers(), is_timed=False, cache=cache).passes
    # What was kept runs: the probes are not part of it.
    executable = compiled(program(), OPTIONS, cache=cache)
    carry, feed = numbers()
    executable.load(carry)
    assert np.isfinite(executable.run(feed)["loss"])


def test_a_walk_ends_where_a_step_does() -> None:
    carry, feed = numbers()
    made = built(program(), host_target(), OPTIONS)
    made.walk.load(carry)
    made.walk.feed(feed)
    for number in range(len(made.plan.launches)):
        made.walk.seconds(number)  # leaves no trace
        made.walk.do(number)
    walked = made.walk.read()["w"]
    made.walk.load(carry)
    made.walk.run(feed)
    np.testing.assert_array_equal(made.walk.read()["w"], walked)


def test_groups_are_taken_apart_by_number_and_compute_the_same() -> None:
    whole = planned(program(), OPTIONS, host_target())
    (fused,) = (group for group in whole.groups if {"matmul", "sub"} <= {v.primitive.name for v in group})
    number = whole.number_of(fused)
    apart = planned(program(), replace(OPTIONS, apart=frozenset([number])), host_target())
    assert len(apart.groups) == len(whole.groups) + len(fused) - 1
    assert [apart.number_of(group) for group in apart.groups].count(number) == len(fused)
    assert not list(deviations(program(), replace(OPTIONS, apart=frozenset([number])), *numbers()))


def test_a_group_that_there_is_not_is_refused() -> None:
    with pytest.raises(BackendSettingError, match=r"expected numbers of groups from 0 to .*; got 99"):
        planned(program(), replace(OPTIONS, apart=frozenset([99])), host_target())


def comparison() -> Comparison:
    function = program()
    ours, theirs = built(function, host_target(), OPTIONS).walk, get_backend("numpy").compile(function)
    return compared(function, OPTIONS, ours, theirs, *numbers())


def test_nothing_deviates_where_nothing_is_wrong() -> None:
    found = comparison()
    assert not found.deviations
    assert found.steps_apart.keys() == {"loss", "w"}
    assert max(found.steps_apart.values()) < 1e-5


def test_the_group_with_a_wrong_primitive_is_found_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(arithmetic.ARITHMETIC, "sub", ("fadd", "add"))
    found = comparison()
    plan = planned(program(), OPTIONS, host_target())
    (wrong,) = {plan.number_of(g) for g in plan.groups if any(v.primitive.name == "sub" for v in g)}
    assert {deviation.group for deviation in found.deviations} == {wrong}
    assert [deviation.value.split()[0] for deviation in found.taken_apart] == ["sub"]
    assert found.steps_apart["w"] > 1e-3


def test_what_is_wrong_only_when_fused_is_right_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    emit = Formula.emit

    def wrong(formula: Formula, code: Code, given: Sequence[Emitted], width: int) -> list[Emitted]:
        results = emit(formula, code, given, width)
        is_fused = {"mul", "sub"} <= {instruction.name for instruction in formula.instructions}
        return [code.builder.fneg(result) for result in results] if is_fused else results

    monkeypatch.setattr(Formula, "emit", wrong)
    found = comparison()
    assert found.deviations
    assert not found.taken_apart
