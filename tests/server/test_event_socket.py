"""The log over a socket is the log: no gap, no duplicate, whoever is cut off and whenever."""

import json
import random
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any
from uuid import UUID

import httpx
import pytest
from websockets.sync.client import ClientConnection

from tests.server.drawings import ENDLESS, falling_parameter
from tests.server.following import close_code_of, followed, frames, kept_of, open_socket
from tests.server.running import RunningServer, wait_for_state, whole_log
from wiregrad.server.limits import SOCKET_MESSAGES, TAIL_BYTES
from wiregrad.server.runs.log import PAGE_BYTES, within_bytes
from wiregrad.server.runs.thinning import LoggedText

CHANGES = 100


@pytest.fixture
def ended(client: httpx.Client) -> str:
    run_id: str = client.post("/api/runs", json={"graph": falling_parameter(100)}).json()["id"]
    wait_for_state(client, run_id, "completed")
    return run_id


@pytest.fixture
def lively(client: httpx.Client, server: RunningServer) -> Iterator[str]:
    """A run that is asked for another learning rate all the time, says so each time, and ends in seconds.

    Not one of millions of steps a second, whose log would take long to compare.
    """
    graph = falling_parameter(ENDLESS)
    graph["training"]["backend"] = "numpy"
    run_id: str = client.post("/api/runs", json={"graph": graph}).json()["id"]
    wait_for_state(client, run_id, "running")

    def ask() -> None:
        with server.client() as own:
            for count in range(CHANGES):
                body = {"optimizer": "down", "value": count / 1e6}
                own.post(f"/api/runs/{run_id}/learning-rate", json=body).raise_for_status()
            own.post(f"/api/runs/{run_id}/stop").raise_for_status()

    asking = Thread(target=ask)
    asking.start()
    yield run_id
    asking.join()


@pytest.fixture
def endless(client: httpx.Client) -> Iterator[str]:
    run_id: str = client.post("/api/runs", json={"graph": falling_parameter(ENDLESS)}).json()["id"]
    wait_for_state(client, run_id, "running")
    yield run_id
    client.post(f"/api/runs/{run_id}/stop")


def test_an_ended_run_is_replayed_and_the_socket_closes_normally(
    client: httpx.Client, server: RunningServer, ended: str
) -> None:
    assert followed(server, ended) == whole_log(client, ended)


def test_after_says_where_to_begin(client: httpx.Client, server: RunningServer, ended: str) -> None:
    log = whole_log(client, ended)
    for after in range(len(log) + 1):
        assert followed(server, ended, after) == log[after:]
    assert followed(server, ended, 10_000) == []


def test_a_live_run_is_followed_to_its_end(client: httpx.Client, server: RunningServer, lively: str) -> None:
    events = followed(server, lively)
    assert len(events) > CHANGES
    assert events == whole_log(client, lively)


def test_many_clients_that_are_cut_off_at_random_each_get_the_whole_log(
    client: httpx.Client, server: RunningServer, lively: str
) -> None:
    received: dict[int, list[Any]] = {}

    def follow_with_interruptions(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311
        events: list[Any] = []
        received[seed] = events
        is_over = False
        while not is_over:
            with open_socket(server, lively, events[-1]["seq"] if events else 0) as socket:
                patience = chance.randint(1, 4)
                for count, frame in enumerate(frames(socket), 1):
                    events.extend(frame)
                    if count == patience:
                        _cut(socket, chance)
                        break
                else:
                    is_over = socket.close_code == 1000

    threads = [Thread(target=follow_with_interruptions, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = whole_log(client, lively)
    assert [entry["seq"] for entry in log] == list(range(1, len(log) + 1))
    for events in received.values():
        assert events == log


def _cut(socket: ClientConnection, chance: random.Random) -> None:
    """Leave politely, or as a cable does that is pulled."""
    if chance.random() < 0.5:
        socket.close()
    else:
        socket.socket.close()


@pytest.mark.parametrize("size", [1, 100_000, PAGE_BYTES, 3 * PAGE_BYTES])
def test_a_frame_stays_within_its_bytes_unless_one_event_alone_is_larger(size: int) -> None:
    events = [LoggedText(seq, "x" * size) for seq in range(1, 9)]
    frame = list(within_bytes(iter(events)))
    assert frame == events[: len(frame)]
    assert len(frame) == max(1, min(8, PAGE_BYTES // size))


def test_live_frames_come_at_most_10_a_second(
    client: httpx.Client, server: RunningServer, endless: str
) -> None:
    arrivals = []
    with open_socket(
        server, endless, client.get(f"/api/runs/{endless}").json()["last_seq"], thin=2
    ) as socket:
        for _ in frames(socket):
            arrivals.append(time.monotonic())
            if len(arrivals) == 15:
                break
    # Arrivals may bunch up on a busy machine, but the server's pauses add up. It may take some to catch up.
    assert arrivals[-1] - arrivals[0] >= 12 / 10 * 0.8


def test_a_client_that_does_not_read_holds_up_nobody_and_misses_nothing(
    server: RunningServer, client: httpx.Client
) -> None:
    run_id = client.post("/api/runs", json={"graph": falling_parameter(1_000_000)}).json()["id"]
    with open_socket(server, run_id, 0, max_queue=1) as sleeper:
        events = followed(server, run_id)
        late = [event for frame in frames(sleeper) for event in frame]
    # The tail counts the text of steps at least twice.
    assert len(json.dumps(events)) > TAIL_BYTES / 2, "too little to fill the buffers on the way"
    assert events == late == whole_log(client, run_id)


def test_who_asks_for_few_losses_gets_few_of_every_event_live_or_past(
    server: RunningServer, client: httpx.Client
) -> None:
    """So many steps that events are long; one client is cut off now and then, and one comes late."""
    run_id = client.post("/api/runs", json={"graph": falling_parameter(300_000)}).json()["id"]
    live: dict[str, list[Any]] = {"steady": [], "cut off": []}

    def follow(name: str, most_frames: int) -> None:
        events, is_over = live[name], False
        while not is_over:
            with open_socket(server, run_id, events[-1]["seq"] if events else 0, thin=5) as socket:
                for _, frame in zip(range(most_frames), frames(socket), strict=False):
                    events.extend(frame)
                is_over = events[-1]["event"].get("state") == "completed"

    threads = [Thread(target=follow, args=arguments) for arguments in (("steady", 10**9), ("cut off", 2))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with open_socket(server, run_id, thin=5) as socket:
        late = [event for frame in frames(socket) for event in frame]
    assert live["steady"] == live["cut off"] == late
    whole = whole_log(client, run_id)
    assert [entry["seq"] for entry in late] == [entry["seq"] for entry in whole]
    losses = [entry["event"] for entry in whole if entry["event"]["type"] == "steps"]
    for thin, full in zip((e["event"] for e in late if e["event"]["type"] == "steps"), losses, strict=True):
        assert thin["losses"]["down"] == kept_of(full["losses"]["down"], thin["stride"])
        assert len(thin["losses"]["down"]) <= 5
    assert sum(len(event["losses"]["down"]) for event in losses) == 300_000
    assert max(len(event["losses"]["down"]) for event in losses) > 5


def test_a_queued_run_can_be_followed_before_its_turn(client: httpx.Client, server: RunningServer) -> None:
    blockers = [
        client.post("/api/runs", json={"graph": falling_parameter(ENDLESS)}).json()["id"] for _ in range(2)
    ]
    run_id = client.post("/api/runs", json={"graph": falling_parameter(3)}).json()["id"]
    with open_socket(server, run_id) as socket:
        first = next(frames(socket))
        assert first[0]["event"]["state"] == "queued"
        for blocker in blockers:
            client.post(f"/api/runs/{blocker}/stop")
        rest = [event for frame in frames(socket) for event in frame]
    assert rest[-1]["event"]["state"] == "completed"


@pytest.mark.parametrize("run_id", [str(UUID(int=1)), "7", "%00"])
def test_an_unknown_run_closes_with_4404(server: RunningServer, run_id: str) -> None:
    with open_socket(server, run_id) as socket:
        assert close_code_of(socket) == 4404


@pytest.mark.parametrize("after", ["-1", "one", "1.5", "", str(2**63), "٣"])
def test_a_place_that_is_not_a_number_closes_with_4400(server: RunningServer, ended: str, after: str) -> None:
    with open_socket(server, ended, after) as socket:
        assert close_code_of(socket) == 4400


def test_a_run_that_is_deleted_while_replayed_ends_the_socket(
    client: httpx.Client, server: RunningServer, ended: str
) -> None:
    client.delete(f"/api/runs/{ended}").raise_for_status()
    with open_socket(server, ended) as socket:
        assert close_code_of(socket) == 4404


def test_a_client_may_say_a_little_but_not_much(server: RunningServer, endless: str) -> None:
    with open_socket(server, endless) as socket:
        for _ in range(SOCKET_MESSAGES):
            socket.send("hello?")
        assert close_code_of(socket) == 1008


def test_a_huge_message_is_refused(server: RunningServer, endless: str) -> None:
    with open_socket(server, endless) as socket:
        socket.send("x" * 100_000)
        assert close_code_of(socket) == 1009


def test_clients_that_leave_are_no_event_for_the_log(server: RunningServer, endless: str) -> None:
    before = server.output.read_text()
    for _ in range(10):
        with open_socket(server, endless) as socket:
            next(frames(socket))
            socket.socket.close()
    assert server.output.read_text() == before
