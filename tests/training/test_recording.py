"""Steps become events twenty times a second, or sooner where an event is full, and none is lost."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.drawing import losses_of
from wiregrad.training.events import StepsEvent, Told
from wiregrad.training.recording import Averages, Recorder

MOST_BYTES_IN_A_MESSAGE = 1 << 20
"""By default of the websocket clients that are most in use."""


@given(durations=st.lists(st.floats(0, 0.2), min_size=1, max_size=200))
def test_no_step_is_lost_and_events_are_rare(durations: list[float]) -> None:
    """Steps that last as long as they like: the loop's own rule decides when an event is due."""
    recorder, events, times, now = Recorder(1, 0.0), [], [], 0.0
    for step, duration in enumerate(durations):
        now += duration
        recorder.add({"loss": float(step)}, {"loss": 0.1}, samples=4)
        if recorder.is_due(now):
            event = recorder.take(now, now)
            assert event is not None
            events.append(event)
            times.append(now)
    rest = recorder.take(now, now)
    events += [rest] if rest else []
    assert losses_of(events) == [float(step) for step in range(len(durations))]
    assert all(later - earlier >= 0.05 - 1e-9 for earlier, later in itertools.pairwise(times))


@pytest.mark.parametrize("optimizers", [1, 3])
def test_an_event_fits_into_a_message_that_clients_accept_however_fast_the_steps_are(optimizers: int) -> None:
    recorder = Recorder(1, 0.0)
    names = [f"loss {place}" for place in range(optimizers)]
    recorder.add(dict.fromkeys(names, 0.0), dict.fromkeys(names, 0.1), 0)
    recorder.take(0.0, 0.0)
    longest = -math.pi * 1e-100
    while not recorder.is_due(0.001):
        count = min(7_000, recorder.room)
        series = {name: longest * np.arange(1.0, count + 1) for name in names}
        recorder.add_series(series, series, count)
    event = recorder.take(0.001, 0.0)
    assert event is not None
    assert {len(values) for values in event.losses.values()} == {20_000 // optimizers}
    assert len(Told.of(event).text) < MOST_BYTES_IN_A_MESSAGE


def test_samples_a_second_leave_out_pauses() -> None:
    recorder = Recorder(1, 0.0)
    recorder.rest(100.0)
    recorder.add({"loss": 1.0}, {"loss": 0.1}, samples=50)
    event = recorder.take(100.5, 0.0)
    assert event is not None
    assert event.samples_per_second == 100.0


def test_losses_that_are_not_finite_are_none() -> None:
    recorder = Recorder(1, 0.0)
    for loss in (1.0, math.inf, math.nan):
        recorder.add({"loss": loss}, {"loss": 0.1}, samples=1)
    event = recorder.take(1.0, 0.0)
    assert isinstance(event, StepsEvent)
    assert event.losses == {"loss": (1.0, None, None)}
    assert event.diverged


def test_averages_weigh_batches_by_their_samples_and_can_be_stored() -> None:
    averages = Averages()
    averages.add_means({"loss": 1.0}, {"accuracy": np.array([3.0, 4.0])}, samples=4)
    stored = Averages(averages.totals())
    stored.add_means({"loss": 4.0}, {"accuracy": np.array([0.0, 2.0])}, samples=2)
    assert stored.losses == {"loss": 2.0}
    assert stored.metrics["accuracy"].tolist() == [3.0, 6.0]
    assert not stored.is_empty
