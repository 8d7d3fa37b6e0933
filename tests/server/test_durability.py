"""What is killed with -9, in the middle of everything, loses nothing that it had said."""

import os
import random
import signal
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from tests.server.drawings import ENDLESS, falling_parameter
from tests.server.following import followed, frames, open_socket
from tests.server.running import RunningServer, running, wait_for_state, whole_log, worker_of


def begun(client: httpx.Client, steps: int = ENDLESS) -> str:
    run_id: str = client.post("/api/runs", json={"graph": falling_parameter(steps)}).json()["id"]
    return run_id


def assert_complete(log: list[Any], record: Any) -> None:  # noqa: ANN401
    """Numbers without a gap, steps without a gap, and a record that says what the log says."""
    assert [entry["seq"] for entry in log] == list(range(1, record["last_seq"] + 1))
    steps = [entry["event"] for entry in log if entry["event"]["type"] == "steps"]
    next_step = 1
    for event in steps:
        assert event["first_step"] == next_step
        next_step += len(event["losses"]["down"])
    assert record["step"] == next_step - 1
    states = [entry["event"] for entry in log if entry["event"]["type"] == "state"]
    assert (states[-1]["state"], states[-1]["reason"]) == (record["state"], record["reason"])


def test_a_killed_worker_is_a_failed_run_and_the_server_stays(
    client: httpx.Client, server: RunningServer
) -> None:
    run_id = begun(client)
    wait_for_state(client, run_id, "running")
    with open_socket(server, run_id) as socket:
        next(frames(socket))
        os.kill(worker_of(server, run_id), signal.SIGKILL)
        rest = [event for frame in frames(socket) for event in frame]
    assert socket.close_code == 1000
    record = wait_for_state(client, run_id, "failed")
    assert "killed (signal 9" in record["reason"]
    assert record["ended_at"] is not None
    assert rest[-1]["event"]["state"] == "failed"
    assert_complete(whole_log(client, run_id), record)
    assert client.get("/api/health").json()["ok"] is True


def test_a_worker_that_is_killed_before_it_starts_is_a_failed_run(
    client: httpx.Client, server: RunningServer
) -> None:
    run_id = begun(client)
    deadline = time.monotonic() + 30
    while True:
        try:
            os.kill(worker_of(server, run_id), signal.SIGKILL)
            break
        except AssertionError:
            assert time.monotonic() < deadline
    record = wait_for_state(client, run_id, "failed")
    assert_complete(whole_log(client, run_id), record)


def test_the_next_run_gets_its_turn_after_a_killed_one(data_dir: Path) -> None:
    with running(data_dir) as server, server.client() as client:
        first, second = begun(client), begun(client, steps=5)
        wait_for_state(client, first, "running")
        os.kill(worker_of(server, first), signal.SIGKILL)
        wait_for_state(client, second, "completed")


@pytest.mark.parametrize("seed", range(3))
def test_a_killed_server_leaves_a_complete_log_and_an_interrupted_run(data_dir: Path, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - any moment will do
    with running(data_dir) as server, server.client() as client:
        live, waiting = begun(client), begun(client, steps=5)
        wait_for_state(client, live, "running")
        seen: list[Any] = []
        with open_socket(server, live) as socket:
            for frame in frames(socket):
                seen += frame
                if chance.random() < 0.2:
                    break
        worker = worker_of(server, live)
        server.kill()
        server.start()
        record = wait_for_state(client, live, "interrupted")
        assert "without closing this run" in record["reason"]
        assert record["ended_at"] is not None
        log = whole_log(client, live)
        assert_complete(log, record)
        assert log[: len(seen)] == seen, "what was shown was committed before"
        assert seen + followed(server, live, seen[-1]["seq"]) == log
        wait_for_state(client, waiting, "completed")
        _wait_until_gone(worker)


def _wait_until_gone(pid: int) -> None:
    """A worker notices that its server is dead, saves and ends."""
    deadline = time.monotonic() + 30
    while _runs(pid):
        assert time.monotonic() < deadline, "the worker outlived its server"
        time.sleep(0.05)


def _runs(pid: int) -> bool:
    """Whether there is such a process that has not ended; an ended one may wait for its parent to notice."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_a_client_follows_a_run_across_a_killed_server(data_dir: Path) -> None:
    with running(data_dir) as server, server.client() as client:
        run_id = begun(client)
        events: list[Any] = []
        with open_socket(server, run_id) as socket:
            for frame in frames(socket):
                events += frame
                if len(events) > 15:
                    break
            server.kill()
            with pytest.raises(ConnectionClosed):
                events += [event for frame in frames(socket) for event in frame]
        server.start()
        events += followed(server, run_id, events[-1]["seq"])
        assert events == whole_log(client, run_id)
        assert events[-1]["event"]["state"] == "interrupted"


def test_ctrl_c_saves_the_weights_of_live_runs(data_dir: Path) -> None:
    with running(data_dir) as server, server.client() as client:
        live, waiting = begun(client), begun(client, steps=5)
        wait_for_state(client, live, "running")
        worker = worker_of(server, live)
        assert server.interrupt() == 0
        assert not _runs(worker)
        server.output.write_text("")
        server.start()
        record = wait_for_state(client, live, "interrupted")
        assert record["reason"] == "Wiregrad was closed. The weights were saved."
        assert_complete(whole_log(client, live), record)
        answer = client.post(f"/api/runs/{live}/evaluate", json={}).raise_for_status().json()
        assert answer["step"] == record["step"]
        wait_for_state(client, waiting, "completed")


def test_what_was_answered_survives_a_killed_server_and_half_an_upload_does_not(data_dir: Path) -> None:
    with running(data_dir) as server, server.client() as client:
        records = [client.post("/api/graphs", json={"graph": falling_parameter()}).json() for _ in range(20)]
        uploads = data_dir / "uploads"
        uploads.mkdir()
        (uploads / "left-over").write_bytes(b"half a file")
        server.kill()
        server.start()
        assert [client.get(f"/api/graphs/{record['id']}").json() for record in records] == records
        assert not uploads.exists()
        assert all(dataset["builtin"] for dataset in client.get("/api/datasets").json())
