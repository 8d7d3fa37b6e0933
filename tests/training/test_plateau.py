"""The plateau schedule against PyTorch's, epoch by epoch, and across an interruption."""

import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.requirements import require_torch
from wiregrad.nodes import PlateauSettings
from wiregrad.training.plateau import Plateau, PlateauMemory

RATE = 0.5
PLAIN = PlateauSettings(
    factor=0.1, patience=2, minimum_change=0.0, change_is_relative=True, cooldown=0, minimum_rate=0.0
)

any_settings = st.builds(
    PlateauSettings,
    factor=st.floats(0.1, 0.9),
    patience=st.integers(0, 4),
    minimum_change=st.sampled_from([0.0, 1e-4, 0.1, 0.5]),
    change_is_relative=st.booleans(),
    cooldown=st.integers(0, 3),
    minimum_rate=st.sampled_from([0.0, 0.01, 0.3, 1.0]),
)
# Halves and quarters, so that sums and products are exact and "no better" is hit often.
figures = st.lists(st.integers(-8, 12).map(lambda n: n / 4) | st.just(math.nan), min_size=1, max_size=50)


def _rates(plateau: Plateau, seen: list[float], rate: float = RATE) -> list[float]:
    rates = []
    for figure in seen:
        rate = plateau.observe(figure, rate) or rate
        rates.append(rate)
    return rates


def _rates_of_pytorch(
    given_settings: PlateauSettings, higher_is_better: bool, seen: list[float]
) -> list[float]:
    torch: Any = require_torch()
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=RATE)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer,
        mode="max" if higher_is_better else "min",
        factor=given_settings.factor,
        patience=given_settings.patience,
        threshold=given_settings.minimum_change,
        threshold_mode="rel" if given_settings.change_is_relative else "abs",
        cooldown=given_settings.cooldown,
        min_lr=given_settings.minimum_rate,
    )
    rates = []
    for figure in seen:
        schedule.step(figure)
        rates.append(optimizer.param_groups[0]["lr"])
    return rates


@settings(max_examples=150, deadline=None)
@given(given_settings=any_settings, higher_is_better=st.booleans(), seen=figures)
def test_rates_follow_pytorch(
    given_settings: PlateauSettings, higher_is_better: bool, seen: list[float]
) -> None:
    plateau = Plateau(given_settings, higher_is_better=higher_is_better)
    expected = _rates_of_pytorch(given_settings, higher_is_better, seen)
    assert _rates(plateau, seen) == pytest.approx(expected, rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(given_settings=any_settings, seen=figures, interrupted_after=st.integers(0, 49))
def test_an_interrupted_run_goes_on_as_if_it_had_not_been(
    given_settings: PlateauSettings, seen: list[float], interrupted_after: int
) -> None:
    whole = _rates(Plateau(given_settings, higher_is_better=False), seen)
    before = Plateau(given_settings, higher_is_better=False)
    first = _rates(before, seen[:interrupted_after])
    kept = PlateauMemory.model_validate_json(before.memory.model_dump_json())
    after = Plateau(given_settings, higher_is_better=False, memory=kept)
    rest = _rates(after, seen[interrupted_after:], first[-1] if first else RATE)
    assert first + rest == whole


def test_the_rate_drops_after_more_epochs_than_patience() -> None:
    assert _rates(Plateau(PLAIN, higher_is_better=False), [1, 1, 1, 1, 1]) == [0.5, 0.5, 0.5, 0.05, 0.05]


def test_a_rate_that_a_person_changed_is_what_drops() -> None:
    plateau = Plateau(replace(PLAIN, patience=0), higher_is_better=False)
    assert plateau.observe(1.0, 0.5) is None
    assert plateau.observe(1.0, 8.0) == pytest.approx(0.8)
