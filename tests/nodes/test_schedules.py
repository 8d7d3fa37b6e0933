"""Learning rate schedules against PyTorch's, step by step, and the settings that choose them."""

import warnings
from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.backends import get_backend
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import DType, Function
from wiregrad.nodes import Progress
from wiregrad.nodes._schedule_choice import Schedule
from wiregrad.nodes.optimizer import Optimizer

STEPS, RATE = 50, 0.2
TOLERANCES: Mapping[DType, float] = {"float32": 1e-5, "float64": 1e-10}
Settings = Mapping[str, Any]


def rates(
    optimizer: Optimizer,
    dtype: DType = "float64",
    *,
    steps: int = STEPS,
    total_steps: int = STEPS,
    steps_per_epoch: int = 1,
) -> list[float]:
    """The rates of the first steps, from the compiled formula."""
    step, base = ops.input("step", "int64", ()), ops.full(optimizer.base_learning_rate, dtype)
    lengths = (ops.full(number, "int64") for number in (total_steps, steps_per_epoch))
    rate = optimizer.scheduled(base, Progress(step, *lengths))
    executable = get_backend("numpy").compile(Function("rate", {"step": step}, {"rate": rate}))
    return [
        float(executable.run({"step": np.array(number, np.int64)})["rate"]) for number in range(1, steps + 1)
    ]


def rates_of_pytorch(make: Callable[[Any, Any], Any], steps: int = STEPS) -> list[float]:
    torch = require_torch()
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR itself uses what PyTorch warns of
        schedule = make(optimizer, torch.optim.lr_scheduler)
        found = []
        for _ in range(steps):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
    return found


def twin(node: Optimizer, total: int) -> Callable[[Any, Any], Any]:
    """PyTorch's schedule of the same name, over `total` steps if the settings say no length."""
    length = node.length or total
    makers: Mapping[str, Callable[[Any, Any], Any]] = {
        "constant": lambda o, s: s.ConstantLR(o, factor=1.0),
        "time_based": lambda o, s: s.LambdaLR(o, lambda i: 1 / (1 + node.decay * (i + 1))),
        "step": lambda o, s: s.StepLR(o, node.drop_every, node.factor),
        "multi_step": lambda o, s: s.MultiStepLR(o, list(node.milestones), node.factor),
        "exponential": lambda o, s: s.ExponentialLR(o, node.each_factor),
        "polynomial": lambda o, s: s.PolynomialLR(o, length, node.power),
        "cosine": lambda o, s: s.CosineAnnealingLR(o, length, node.final_rate),
        "cosine_restarts": lambda o, s: s.CosineAnnealingWarmRestarts(
            o, node.restart_every, node.restart_growth, node.final_rate
        ),
        "one_cycle": lambda o, s: s.OneCycleLR(
            o,
            RATE,
            length,
            pct_start=node.rise,
            anneal_strategy="cos" if node.bend == "cosine" else "linear",
            cycle_momentum=False,
            div_factor=node.start_division,
            final_div_factor=node.end_division,
        ),
    }
    return makers[node.schedule]


def drawn(schedule: str) -> st.SearchStrategy[Settings]:
    own: Mapping[str, Mapping[str, st.SearchStrategy[Any]]] = {
        "constant": {},
        "time_based": {"decay": st.floats(0, 2)},
        "step": {"drop_every": st.integers(1, 20), "factor": st.floats(0.1, 1)},
        "multi_step": {
            "milestones": st.lists(st.integers(1, 60), max_size=5),
            "factor": st.floats(0.1, 1),
        },
        "exponential": {"each_factor": st.floats(0.8, 1)},
        "polynomial": {"length": st.sampled_from([0, 1, 7, 60]), "power": st.floats(0.5, 3)},
        "cosine": {"length": st.sampled_from([0, 51, 60]), "final_rate": st.sampled_from([0.0, 0.01])},
        "cosine_restarts": {
            "restart_every": st.integers(1, 12),
            "restart_growth": st.integers(1, 3),
            "final_rate": st.sampled_from([0.0, 0.01]),
        },
        "one_cycle": {
            "length": st.sampled_from([0, 53]),
            "rise": st.floats(0.05, 0.95),
            "start_division": st.floats(1, 30),
            "end_division": st.floats(1, 1e4),
            "bend": st.sampled_from(["cosine", "line"]),
        },
    }
    return st.fixed_dictionaries(dict(own[schedule])).map(lambda found: {"schedule": schedule, **found})


def node_of(found: Settings) -> Optimizer:
    return Optimizer.model_validate({"learning_rate": RATE, **found})


COMPARED = sorted(set(get_args(Schedule)) - {"plateau"})
each_schedule = pytest.mark.parametrize("schedule", COMPARED)
both_precisions = pytest.mark.parametrize("dtype", ["float32", "float64"])


@each_schedule
@both_precisions
@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_schedules_follow_pytorch(schedule: str, dtype: DType, data: st.DataObject) -> None:
    node = node_of(data.draw(drawn(schedule)))
    expected = rates_of_pytorch(twin(node, STEPS))
    near = TOLERANCES[dtype]
    np.testing.assert_allclose(rates(node, dtype), expected, rtol=near, atol=near * RATE, err_msg=repr(node))


@each_schedule
@settings(max_examples=10, deadline=None)
@given(data=st.data(), warm_up=st.integers(1, 20), start=st.floats(0.01, 1))
def test_warm_up_comes_before_any_schedule(
    schedule: str, data: st.DataObject, warm_up: int, start: float
) -> None:
    node = node_of({**data.draw(drawn(schedule)), "warm_up": warm_up, "warm_up_start": start})
    after = rates_of_pytorch(twin(node, STEPS - warm_up), STEPS - warm_up)
    rising = rates_of_pytorch(lambda o, s: s.LinearLR(o, start, total_iters=warm_up), warm_up)
    before = [rate * after[0] / RATE for rate in rising]
    np.testing.assert_allclose(rates(node), before + after, rtol=1e-10, atol=1e-10 * RATE)


@both_precisions
@settings(max_examples=20, deadline=None)
@given(
    found=drawn("one_cycle"),
    lowest=st.floats(0.1, 0.99),
    highest=st.floats(0.1, 0.99),
    algorithm=st.sampled_from(["sgd", "adam"]),
)
def test_the_momentum_cycles_as_in_pytorch(
    found: Settings, lowest: float, highest: float, algorithm: str, dtype: DType
) -> None:
    torch = require_torch()
    momenta = {"lowest_momentum": lowest, "highest_momentum": highest}
    node = node_of({**found, **momenta, "cycle_momentum": True, "algorithm": algorithm})
    parameters = [torch.nn.Parameter(torch.zeros(1))]
    optimizer = torch.optim.SGD(parameters) if algorithm == "sgd" else torch.optim.Adam(parameters)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer,
        RATE,
        node.length or STEPS,
        pct_start=node.rise,
        anneal_strategy="cos" if node.bend == "cosine" else "linear",
        base_momentum=lowest,
        max_momentum=highest,
    )
    expected = []
    for _ in range(STEPS - 1):
        (group,) = optimizer.param_groups
        expected.append(group["momentum"] if algorithm == "sgd" else group["betas"][0])
        optimizer.step()
        schedule.step()
    near = TOLERANCES[dtype]
    np.testing.assert_allclose(momenta_of(node, dtype), expected, rtol=near, atol=near, err_msg=repr(node))


def momenta_of(node: Optimizer, dtype: DType) -> list[float]:
    step, base = ops.input("step", "int64", ()), ops.full(RATE, dtype)
    momentum = node.scheduled_momentum(base, Progress(step, ops.full(STEPS, "int64"), ops.full(1, "int64")))
    executable = get_backend("numpy").compile(Function("momentum", {"step": step}, {"momentum": momentum}))
    feeds = ({"step": np.array(number, np.int64)} for number in range(1, STEPS))
    return [float(executable.run(feed)["momentum"]) for feed in feeds]


def test_warm_up_is_pytorchs_sequence_of_two() -> None:
    node = node_of({"schedule": "cosine", "warm_up": 10})
    expected = rates_of_pytorch(
        lambda o, s: s.SequentialLR(
            o,
            [s.LinearLR(o, node.warm_up_start, total_iters=10), s.CosineAnnealingLR(o, STEPS - 10)],
            milestones=[10],
        )
    )
    np.testing.assert_allclose(rates(node), expected, rtol=1e-10, atol=1e-12)


@each_schedule
def test_by_epochs_the_same_rates_last_longer(schedule: str) -> None:
    found = {"schedule": schedule, "decay": 0.1, "drop_every": 3, "milestones": [2, 5], "restart_every": 4}
    by_step = rates(node_of(found), total_steps=STEPS, steps=STEPS)
    # The last epoch is a short one, and counts as one nevertheless.
    by_epoch = rates(
        node_of({**found, "schedule_unit": "epoch"}),
        total_steps=7 * STEPS - 3,
        steps=7 * STEPS - 3,
        steps_per_epoch=7,
    )
    assert by_epoch == [rate for rate in by_step for _ in range(7)][:-3]


def test_a_warm_up_of_whole_epochs_moves_a_schedule_that_counts_epochs() -> None:
    node = node_of({"schedule": "step", "drop_every": 2, "schedule_unit": "epoch", "warm_up": 10})
    found = rates(node, steps_per_epoch=5, steps=30)
    assert found[10:] == pytest.approx([RATE] * 10 + [RATE / 10] * 10)


@pytest.mark.parametrize("schedule", ["polynomial", "cosine", "one_cycle"])
def test_after_its_end_a_schedule_stays_where_it_is(schedule: str) -> None:
    found = rates(node_of({"schedule": schedule, "length": 20, "final_rate": 0.01}), steps=60)
    last = found[20] if schedule != "one_cycle" else found[19]
    assert found[20:] == [last] * 40


@pytest.mark.parametrize("schedule", COMPARED)
@pytest.mark.parametrize("total", [1, 2, 3])
def test_the_shortest_runs_have_rates_too(schedule: str, total: int) -> None:
    found = rates(node_of({"schedule": schedule}), "float32", steps=total, total_steps=total)
    assert all(0 <= rate <= np.float32(RATE) for rate in found)
    assert np.isfinite(rates(node_of({"schedule": schedule, "warm_up": 9}), steps=12, total_steps=3)).all()


@pytest.mark.parametrize("growth", [1, 2, 7])
def test_restarts_are_found_in_long_runs_to_the_step(growth: int) -> None:
    """Whole numbers alone say where a cosine starts: nothing is rounded, however many steps are over."""
    node = node_of({"schedule": "cosine_restarts", "restart_every": 1000, "restart_growth": growth})
    start = 10**9
    if growth > 1:
        start = 1000
        while start < 10**8:
            start = start * growth + 1000
    for dtype in ("float32", "float64"):
        last, first = (_rate_of(node, step, dtype) for step in (start, start + 1))
        assert first == pytest.approx(RATE, rel=1e-6)
        assert last < RATE / 100


def _rate_of(node: Optimizer, step: int, dtype: DType) -> float:
    progress = Progress(*(ops.full(number, "int64") for number in (step, 10**10, 1)))
    return float(evaluate([node.scheduled(ops.full(RATE, dtype), progress)])[0])


def test_plateau_leaves_the_rate_to_the_loop() -> None:
    node = node_of({"schedule": "plateau", "patience": 3})
    assert rates(node) == [RATE] * STEPS
    assert node.plateau is not None
    assert node.plateau.patience == 3
    assert node_of({}).plateau is None


def test_only_what_needs_the_length_of_the_run_asks_for_it() -> None:
    asking = {
        (schedule, unit)
        for schedule in get_args(Schedule)
        for unit in ("step", "epoch")
        if node_of({"schedule": schedule, "schedule_unit": unit}).follows_horizon
    }
    by_epoch = {
        (schedule, "epoch") for schedule in get_args(Schedule) if schedule not in ("constant", "plateau")
    }
    assert asking == by_epoch | {("polynomial", "step"), ("cosine", "step"), ("one_cycle", "step")}
    assert not node_of({"schedule": "cosine", "length": 10}).follows_horizon
