"""Logs with fewer losses, for charts that could not show more."""

import json
import tracemalloc

import httpx
import pytest

from tests.server.drawings import falling_parameter
from tests.server.errors import refused
from tests.server.following import kept_of
from tests.server.running import wait_for_state, whole_log
from wiregrad.server.limits import TAIL_BYTES
from wiregrad.server.runs.tail import Tail
from wiregrad.server.runs.thinning import FreshText, LoggedText, fresh
from wiregrad.training.events import MessageEvent, StepsEvent, Told


def steps(losses: list[float | None], rates: object) -> LoggedText:
    body = {
        "time": 0,
        "type": "steps",
        "first_step": 11,
        "losses": {"loss": losses},
        "learning_rates": {"loss": rates},
    }
    return LoggedText(3, json.dumps(body, separators=(",", ":")))


def test_every_so_many_losses_are_kept_from_the_first_on_and_the_last() -> None:
    event = json.loads(steps([float(n) for n in range(11)], 0.1).thinned(4).body)
    assert event["losses"] == {"loss": [0.0, 3.0, 6.0, 10.0]}
    assert event["learning_rates"] == {"loss": 0.1}
    assert (event["first_step"], event["stride"], event["count"]) == (11, 3, 11)
    assert event["diverged_at"] is None


@pytest.mark.parametrize(("gap", "told"), [(0, 0), (3, 1), (4, 2), (5, 2)])
def test_rates_of_their_own_are_thinned_alike_and_a_gap_is_never_lost(gap: int, told: int) -> None:
    losses: list[float | None] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    losses[gap] = None
    few: list[float | None] = [1.0, 3.0, 6.0]
    few[told] = None
    event = json.loads(steps(losses, [1, 2, 3, 4, 5, 6]).thinned(3).body)
    assert event["losses"] == {"loss": few}
    assert event["learning_rates"] == {"loss": [1, 3, 6]}
    assert event["diverged_at"] == 11 + gap


def test_a_gap_among_the_rates_alone_stays_and_is_no_divergence() -> None:
    event = json.loads(steps([1.0, 2.0, 3.0, 4.0], [1, None, 3, 4]).thinned(2).body)
    assert event["losses"] == {"loss": [1.0, 4.0]}
    assert event["learning_rates"] == {"loss": [None, 4]}
    assert event["diverged_at"] is None


@pytest.mark.parametrize("most", [10, 100])
def test_short_events_and_others_stay_as_they_are(most: int) -> None:
    event = steps([1.0] * 10, 0.1)
    assert event.thinned(most) is event
    other = LoggedText(1, '{"time":0,"type":"message","level":"info","text":"steps"}')
    assert other.thinned(2) is other


@pytest.mark.parametrize("most", [2, 3, 5, 6, 100])
@pytest.mark.parametrize(
    "losses",
    [
        {"loss": (1.0, 2.5, 3.0, 4.0, 5.0, 6.0)},
        {"a": (1.0, 2.0, None, 4.0, None), "b": (1e-7,) * 5},
        {"a": (1.0,) * 5, "b": (1.0, None, 3.0, 4.0, 5.0)},
    ],
)
def test_a_fresh_event_is_thinned_to_what_its_text_is_thinned_to(
    losses: dict[str, tuple[float | None, ...]], most: int
) -> None:
    has_gaps = any(None in values for values in losses.values())
    event = StepsEvent(
        time=1.5,
        first_step=7,
        losses=losses,
        learning_rates={**losses, "fixed": 0.1},
        samples_per_second=None,
        diverged=has_gaps,
    )
    text = Told.of(event).text
    fresh = FreshText(3, text, event)
    assert json.loads(str(fresh.thinned(most))) == json.loads(str(LoggedText(3, text).thinned(most)))
    assert fresh.thinned(most) is fresh.thinned(most), "thinned again for everyone who follows"
    assert (fresh.thinned(most) is fresh) == (most >= len(next(iter(losses.values()))))
    assert StepsEvent.model_validate_json(fresh.thinned(most).body).count in {None, 5, 6}


def test_other_events_that_were_just_committed_are_their_text() -> None:
    told = Told.of(MessageEvent(time=1.5, level="info", text='"type":"steps"'))
    event = fresh(3, told)
    assert event.thinned(2) is event
    assert event == LoggedText(3, told.text)


def test_all_that_followers_make_the_server_keep_of_a_run_is_bounded() -> None:
    """Followers may ask for 9,999 different lengths."""
    count = 5_000
    tail = Tail()
    tracemalloc.start()
    try:
        for seq in range(1, 101):
            told = StepsEvent(
                time=1.5,
                first_step=1,
                losses={"loss": tuple((seq * count + place) / 7 for place in range(count))},
                learning_rates={"loss": 0.1},
                samples_per_second=None,
            )
            event = fresh(seq, Told.parsed(told.model_dump_json().encode()))
            tail.publish([event])
            copies = [event.thinned(most) for most in (2_500, 1_700, 1_250, 1_000, 800, 700)]
            assert event.thinned(2_500) == copies[0]
        memory, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert TAIL_BYTES / 2 < memory < TAIL_BYTES * 1.05
    assert tail.since(99, 10), "the newest are there"


def test_a_page_and_the_whole_log_agree(client: httpx.Client) -> None:
    run_id = client.post("/api/runs", json={"graph": falling_parameter(3_000)}).json()["id"]
    wait_for_state(client, run_id, "completed")
    page = client.get(f"/api/runs/{run_id}/events", params={"thin": 5}).raise_for_status().json()
    whole = whole_log(client, run_id)
    assert [entry["seq"] for entry in page["events"]] == [entry["seq"] for entry in whole]
    few = [entry["event"] for entry in page["events"] if entry["event"]["type"] == "steps"]
    all_of_them = [entry["event"] for entry in whole if entry["event"]["type"] == "steps"]
    assert max(len(event["losses"]["down"]) for event in few) <= 5
    for thin, full in zip(few, all_of_them, strict=True):
        assert thin["losses"]["down"] == kept_of(full["losses"]["down"], thin["stride"])
    refused(client.get(f"/api/runs/{run_id}/events", params={"thin": 1}), 422, "invalid")
