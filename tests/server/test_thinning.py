"""Logs with fewer losses, for charts that could not show more."""

import json

import httpx
import pytest

from tests.server.drawings import falling_parameter
from tests.server.errors import refused
from tests.server.running import wait_for_state, whole_log
from wiregrad.server.runs.thinning import LoggedText, thinned


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
    event = json.loads(thinned(steps([float(n) for n in range(10)], 0.1), 4).body)
    assert event["losses"] == {"loss": [0.0, 3.0, 6.0, 9.0]}
    assert event["learning_rates"] == {"loss": 0.1}
    assert (event["first_step"], event["stride"], event["count"]) == (11, 3, 10)


def test_rates_of_their_own_are_thinned_alike_and_a_gap_is_never_lost() -> None:
    losses: list[float | None] = [1.0, 2.0, 3.0, 4.0, None, 6.0]
    event = json.loads(thinned(steps(losses, [1, 2, 3, 4, 5, 6]), 3).body)
    assert event["losses"] == {"loss": [1.0, 3.0, None]}
    assert event["learning_rates"] == {"loss": [1, 3, 5]}


@pytest.mark.parametrize("most", [10, 100])
def test_short_events_and_others_stay_as_they_are(most: int) -> None:
    event = steps([1.0] * 10, 0.1)
    assert thinned(event, most) is event
    other = LoggedText(1, '{"time":0,"type":"message","level":"info","text":"steps"}')
    assert thinned(other, 2) is other


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
