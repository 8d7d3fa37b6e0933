"""Logs with fewer losses, for charts that could not show more."""

import json

import httpx
import pytest

from tests.server.drawings import falling_parameter
from tests.server.errors import refused
from tests.server.running import wait_for_state, whole_log
from wiregrad.server.runs.thinning import FreshText, LoggedText
from wiregrad.training.events import StepsEvent, Told


def steps(losses: list[float | None], rates: object) -> LoggedText:
    body = {
        "time": 0,
        "type": "steps",
        "first_step": 11,
        "losses": {"loss": losses},
        "learning_rates": {"loss": rates},
    }
    return LoggedText(3, json.dumps(body, separators=(",", ":")))


def test_every_so_many_losses_are_kept_from_the_first_on() -> None:
    event = json.loads(steps([float(n) for n in range(10)], 0.1).thinned(4).body)
    assert event["losses"] == {"loss": [0.0, 3.0, 6.0, 9.0]}
    assert event["learning_rates"] == {"loss": 0.1}
    assert (event["first_step"], event["stride"], event["count"]) == (11, 3, 10)


def test_rates_of_their_own_are_thinned_alike_and_a_gap_is_never_lost() -> None:
    losses: list[float | None] = [1.0, 2.0, 3.0, 4.0, None, 6.0]
    event = json.loads(steps(losses, [1, 2, 3, 4, 5, 6]).thinned(3).body)
    assert event["losses"] == {"loss": [1.0, 3.0, None]}
    assert event["learning_rates"] == {"loss": [1, 3, 5]}


@pytest.mark.parametrize("most", [10, 100])
def test_short_events_and_others_stay_as_they_are(most: int) -> None:
    event = steps([1.0] * 10, 0.1)
    assert event.thinned(most) is event
    other = LoggedText(1, '{"time":0,"type":"message","level":"info","text":"steps"}')
    assert other.thinned(2) is other


@pytest.mark.parametrize("most", [2, 3, 5, 6, 100])
@pytest.mark.parametrize(
    "losses", [{"loss": (1.0, 2.5, 3.0, 4.0, 5.0, 6.0)}, {"a": (1.0, 2.0, None, 4.0, None), "b": (1e-7,) * 5}]
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
        assert thin["losses"]["down"] == full["losses"]["down"][:: thin["stride"]]
    refused(client.get(f"/api/runs/{run_id}/events", params={"thin": 1}), 422, "invalid")
