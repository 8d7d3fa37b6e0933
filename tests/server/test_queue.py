"""Runs that wait, runs that are continued, and runs that begin with the weights of others."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

import wiregrad
from tests.server.drawings import ENDLESS, Graph, falling_parameter
from tests.server.errors import refused
from tests.server.running import RunningServer, running, wait_for_state, whole_log


@pytest.fixture
def alone(data_dir: Path) -> Iterator[RunningServer]:
    """A server that runs one training at a time."""
    with running(data_dir) as server:
        yield server


def made(client: httpx.Client, graph: Graph, **more: object) -> str:
    response = client.post("/api/runs", json={"graph": graph, **more})
    assert response.status_code == 201, response.text
    run_id: str = response.json()["id"]
    return run_id


def positions(client: httpx.Client, *run_ids: str) -> list[int | None]:
    records = {run["id"]: run["queue_position"] for run in client.get("/api/runs").json()}
    return [records[run_id] for run_id in run_ids]


def test_waiting_runs_have_places_that_can_be_changed_and_survive_a_restart(alone: RunningServer) -> None:
    with alone.client() as client:
        first = made(client, falling_parameter(ENDLESS))
        wait_for_state(client, first, "running")
        a, b, c = (made(client, falling_parameter(ENDLESS)) for _ in range(3))
        assert positions(client, first, a, b, c) == [None, 1, 2, 3]
        moved = client.post(f"/api/runs/{c}/queue", json={"position": 1}).json()
        assert (moved["state"], moved["queue_position"]) == ("queued", 1)
        assert positions(client, a, b, c) == [2, 3, 1]
        client.post(f"/api/runs/{a}/queue", json={"position": 99})
        assert positions(client, a, b, c) == [3, 2, 1]
        refused(client.post(f"/api/runs/{first}/queue", json={"position": 1}), 409, "illegal_state")
        refused(client.post(f"/api/runs/{a}/queue", json={"position": 0}), 422, "invalid")
        refused(client.post(f"/api/runs/{uuid4()}/queue", json={"position": 1}), 404, "not_found")
        alone.kill()
        alone.start()
        wait_for_state(client, c, "running")
        assert positions(client, a, b, c) == [2, 1, None]
        client.post(f"/api/runs/{b}/stop")
        assert positions(client, a) == [1]


def test_an_interrupted_run_is_continued_and_ends_like_one_that_was_not(alone: RunningServer) -> None:
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    with alone.client() as client:
        whole = made(client, graph)
        wait_for_state(client, whole, "completed")
        part = made(client, graph)
        wait_for_state(client, part, "running")
        client.post(f"/api/runs/{part}/pause")
        assert alone.interrupt() == 0
        alone.output.write_text("")
        alone.start()
        stopped_at = wait_for_state(client, part, "interrupted")["step"]
        again = client.post(f"/api/runs/{part}/continue").json()
        assert again["ended_at"] is None
        refused(client.post(f"/api/runs/{part}/continue"), 409, "illegal_state")
        record = wait_for_state(client, part, "completed")
        log = whole_log(client, part)
        assert [entry["seq"] for entry in log] == list(range(1, record["last_seq"] + 1))
        events = [entry["event"] for entry in log]
        states = [event["state"] for event in events if event["type"] == "state"]
        assert states[-5:] == ["interrupted", "queued", "starting", "running", "completed"]
        assert [event["step"] for event in events if event["type"] == "started"] == [0, stopped_at]
        expected = [entry["event"] for entry in whole_log(client, whole)]
        assert events[-2]["losses"] == expected[-2]["losses"]
        assert events[-2]["metrics"] == expected[-2]["metrics"]


def test_only_what_was_interrupted_can_be_continued(client: httpx.Client) -> None:
    run_id = made(client, falling_parameter(3))
    wait_for_state(client, run_id, "completed")
    error = refused(client.post(f"/api/runs/{run_id}/continue"), 409, "illegal_state")
    assert "can no longer be continued" in error["message"]
    refused(client.post(f"/api/runs/{uuid4()}/continue"), 404, "not_found")


def test_a_run_starts_with_the_weights_of_another_even_when_that_is_deleted(client: httpx.Client) -> None:
    graph = falling_parameter(30)
    first = made(client, graph)
    wait_for_state(client, first, "completed")
    second = made(client, graph, start_from=first, training={"steps": 5})
    assert client.get(f"/api/runs/{second}").json()["start_from"] == first
    client.delete(f"/api/runs/{first}")
    wait_for_state(client, second, "completed")
    events = [entry["event"] for entry in whole_log(client, second)]
    [message] = [event["text"] for event in events if event["type"] == "message"]
    assert message == "Took 1 of 1 tensors from the earlier weights."
    losses = [loss for event in events if event["type"] == "steps" for loss in event["losses"]["down"]]
    assert losses[0] == pytest.approx(5 - 30 * 0.1, abs=1e-4)


def test_there_must_be_weights_to_start_from(alone: RunningServer) -> None:
    with alone.client() as client:
        error = refused(
            client.post("/api/runs", json={"graph": falling_parameter(3), "start_from": str(uuid4())}),
            422,
            "invalid",
        )
        assert "There is no run" in error["message"]
        first = made(client, falling_parameter(ENDLESS))
        waiting = made(client, falling_parameter(3))
        error = refused(
            client.post("/api/runs", json={"graph": falling_parameter(3), "start_from": waiting}),
            422,
            "invalid",
        )
        assert "no weights yet" in error["message"]
        client.post(f"/api/runs/{first}/stop")
