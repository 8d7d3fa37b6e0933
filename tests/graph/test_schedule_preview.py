import numpy as np
import pytest

import wiregrad
from wiregrad.graph import GraphError
from wiregrad.graph.schedule_preview import MOST_POINTS


def test_a_short_run_is_shown_step_by_step() -> None:
    found = wiregrad.preview_schedule({"learning_rate": 1.0, "schedule": "polynomial"}, 4)
    assert found.steps == (1, 2, 3, 4)
    assert found.rates == (1.0, 0.75, 0.5, 0.25)


def test_a_long_run_is_shown_at_some_steps_with_their_exact_rates() -> None:
    found = wiregrad.preview_schedule(
        {"learning_rate": 0.3, "schedule": "cosine", "final_rate": 0.1}, 123_456
    )
    assert (found.steps[0], found.steps[-1], len(found.steps)) == (1, 123_456, MOST_POINTS)
    done = np.array(found.steps) - 1
    expected = 0.1 + 0.2 * (1 + np.cos(np.pi * done / 123_456)) / 2
    np.testing.assert_allclose(found.rates, expected, rtol=1e-12)


def test_epochs_count_where_the_schedule_counts_them() -> None:
    settings = {"learning_rate": 1.0, "schedule": "step", "drop_every": 1, "factor": 0.5}
    found = wiregrad.preview_schedule({**settings, "schedule_unit": "epoch"}, 6, steps_per_epoch=3)
    assert found.rates == (1, 1, 1, 0.5, 0.5, 0.5)


def test_wrong_settings_are_refused_all_at_once() -> None:
    with pytest.raises(GraphError) as refused:
        wiregrad.preview_schedule({"schedule": "sine", "learning_rate": -1, "wings": 2}, 10)
    assert {problem.got for problem in refused.value.problems} == {"-1", "'sine'", "2"}
    assert all("Optimizer" in problem.message for problem in refused.value.problems)


@pytest.mark.parametrize("lengths", [(0, 1), (5, 0), (-3, 1)])
def test_a_run_without_steps_has_no_curve(lengths: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="1 or more steps"):
        wiregrad.preview_schedule({}, *lengths)
