"""Steps become events at most twenty times a second, whatever the clock says, and none is lost."""

import itertools
import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.training.drawing import losses_of
from wiregrad.training.events import StepsEvent
from wiregrad.training.recording import MOST_STEPS_IN_AN_EVENT, Averages, Recorder


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


def test_an_event_has_a_bounded_number_of_steps_however_fast_they_are() -> None:
    recorder = Recorder(1, 0.0)
    recorder.take(0.0, 0.0)
    recorder.add({"loss": 0.0}, {"loss": 0.1}, 0)
    recorder.take(0.0, 0.0)
    series = {"loss": np.zeros(MOST_STEPS_IN_AN_EVENT)}
    recorder.add_series(series, series, MOST_STEPS_IN_AN_EVENT)
    assert recorder.is_due(0.001)


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
