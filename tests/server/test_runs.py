from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Thread
from uuid import UUID, uuid4

import httpx
import pytest

import wiregrad
from tests.server.drawings import ENDLESS, Graph, constant_alone, falling_parameter, squared_parameter
from tests.server.errors import refused
from tests.server.running import RunningServer, wait_for_state, whole_log
from wiregrad.engine.backends import get_backend
from wiregrad.training.states import TERMINAL

UNKNOWN = f"/api/runs/{uuid4()}"


def started(client: httpx.Client, graph: Graph, **more: object) -> str:
    response = client.post("/api/runs", json={"graph": graph, **more})
    assert response.status_code == 201, response.text
    run_id: str = response.json()["id"]
    return run_id


def command(client: httpx.Client, run_id: str, name: str) -> httpx.Response:
    return client.post(f"/api/runs/{run_id}/{name}")


@pytest.fixture
def endless(client: httpx.Client) -> str:
    """A run that is running and would go on for hours; it is stopped at the end."""
    run_id = started(client, falling_parameter(ENDLESS))
    wait_for_state(client, run_id, "running")
    return run_id


@pytest.fixture(autouse=True)
def nothing_runs_afterwards(client: httpx.Client) -> Iterator[None]:
    yield
    for run in client.get("/api/runs").json():
        if run["state"] in ("queued", "starting", "running", "paused"):
            command(client, run["id"], "stop")
            wait_for_state(client, run["id"], *TERMINAL)


def test_a_run_trains_and_its_log_tells_all(client: httpx.Client) -> None:
    run_id = started(client, falling_parameter(100, "Falls to -5"))
    record = wait_for_state(client, run_id, "completed")
    assert UUID(run_id).version == 4
    assert record["name"] == "Falls to -5"
    assert record["backend"] == get_backend().name
    assert record["device"]
    assert (record["step"], record["total_steps"]) == (100, 100)
    assert record["created_at"] < record["started_at"] < record["ended_at"]
    assert record["training"]["steps"] == 100
    log = whole_log(client, run_id)
    assert [entry["seq"] for entry in log] == list(range(1, record["last_seq"] + 1))
    events = [entry["event"] for entry in log]
    states = [event["state"] for event in events if event["type"] == "state"]
    assert states == ["queued", "starting", "running", "completed"]
    losses = [loss for event in events if event["type"] == "steps" for loss in event["losses"]["down"]]
    assert losses == pytest.approx([5 - 0.1 * step for step in range(100)], abs=1e-4)
    [result] = [event for event in events if event["type"] == "result"]
    assert result["outputs"]["value"] == pytest.approx(-5, abs=1e-4)


def test_a_run_with_data_reports_metrics_of_every_split(client: httpx.Client) -> None:
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    graph["training"] |= {"epochs": 2}
    run_id = started(client, graph)
    assert wait_for_state(client, run_id, "completed")["training"]["epochs"] == 2
    events = [entry["event"] for entry in whole_log(client, run_id)]
    epochs = [event for event in events if event["type"] == "epoch"]
    assert [event["epoch"] for event in epochs] == [1, 2]
    assert set(epochs[0]["losses"]) == {"train", "validation"}
    [result] = [event for event in events if event["type"] == "result"]
    assert 0.5 < result["metrics"]["test"]["accuracy"] <= 1


def test_settings_of_the_run_replace_those_of_the_graph(client: httpx.Client) -> None:
    run_id = started(client, falling_parameter(100), training={"steps": 7})
    assert wait_for_state(client, run_id, "completed")["step"] == 7


def test_a_run_remembers_its_graph_and_outlives_it(client: httpx.Client) -> None:
    stored = client.post("/api/graphs", json={"graph": falling_parameter(3)}).json()
    run_id = started(client, stored["graph"], graph_id=stored["id"])
    wait_for_state(client, run_id, "completed")
    found = client.get(f"/api/runs/{run_id}").json()
    assert (found["graph_id"], found["graph"]) == (stored["id"], stored["graph"])
    assert [run["id"] for run in client.get("/api/runs", params={"graph_id": stored["id"]}).json()] == [
        run_id
    ]
    client.delete(f"/api/graphs/{stored['id']}")
    assert client.get(f"/api/runs/{run_id}").json() == found | {"graph_id": None}


def test_the_list_has_the_newest_run_first(client: httpx.Client) -> None:
    older, newer = started(client, falling_parameter(2)), started(client, falling_parameter(2))
    runs = client.get("/api/runs", params={"limit": 2}).json()
    assert [run["id"] for run in runs] == [newer, older]
    assert "graph" not in runs[0]


def test_an_illegal_graph_is_refused_with_its_problems_and_makes_no_run(client: httpx.Client) -> None:
    before = client.get("/api/runs").json()
    error = refused(client.post("/api/runs", json={"graph": constant_alone()}), 422, "invalid")
    assert error["problems"][0]["node"] == "opt"
    assert error["problems"][0]["remedy"]
    assert client.get("/api/runs").json() == before


def test_a_binding_that_does_not_fit_is_refused_with_its_problems(client: httpx.Client) -> None:
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    graph["training"] |= {"dataset": "xor"}
    error = refused(client.post("/api/runs", json={"graph": graph}), 422, "invalid")
    assert {problem["node"] for problem in error["problems"]} == {"image", "digit"}
    graph["training"] |= {"dataset": None}
    error = refused(client.post("/api/runs", json={"graph": graph}), 422, "invalid")
    assert {problem["code"] for problem in error["problems"]} == {"no_dataset"}


def test_a_dataset_or_graph_that_is_not_there_is_refused(client: httpx.Client) -> None:
    graph = falling_parameter()
    refused(
        client.post("/api/runs", json={"graph": graph, "training": {"dataset": "nothing"}}), 422, "invalid"
    )
    refused(client.post("/api/runs", json={"graph": graph, "graph_id": str(uuid4())}), 422, "invalid")


def test_pause_step_and_resume(client: httpx.Client, endless: str) -> None:
    paused = command(client, endless, "pause").json()
    assert paused["state"] == "paused"
    assert wait_for_state(client, endless, "paused")["step"] == paused["step"]
    stepped = command(client, endless, "step").json()
    assert (stepped["state"], stepped["step"]) == ("paused", paused["step"] + 1)
    assert command(client, endless, "resume").json()["state"] == "running"


def test_stopping_keeps_the_weights(client: httpx.Client, endless: str) -> None:
    stopped = command(client, endless, "stop").json()
    assert stopped["state"] == "stopped"
    events = [entry["event"] for entry in whole_log(client, endless)]
    assert [event["type"] for event in events[-3:]] == ["checkpoint", "result", "state"]
    losses = [loss for event in events if event["type"] == "steps" for loss in event["losses"]["down"]]
    assert len(losses) == stopped["step"] == events[-2]["step"]


def test_a_checkpoint_is_announced_in_the_log(client: httpx.Client, endless: str) -> None:
    """One that was asked for, and the one with which every run ends."""
    assert command(client, endless, "checkpoint").status_code == 200
    assert command(client, endless, "stop").json()["state"] == "stopped"
    kinds = [entry["event"]["type"] for entry in whole_log(client, endless)]
    assert kinds.count("checkpoint") >= 2


def test_the_learning_rate_changes_in_flight(client: httpx.Client, endless: str) -> None:
    command(client, endless, "pause")
    body = {"optimizer": "down", "value": 0.5}
    assert client.post(f"/api/runs/{endless}/learning-rate", json=body).json()["state"] == "paused"
    command(client, endless, "step")
    command(client, endless, "stop")
    events = [entry["event"] for entry in whole_log(client, endless)]
    [change] = [event for event in events if event["type"] == "learning_rate"]
    assert (change["optimizer"], change["value"]) == ("down", 0.5)
    steps = [event for event in events if event["type"] == "steps"]
    assert [event["learning_rates"]["down"] for event in steps[-2:]] == pytest.approx([0.1, 0.5])
    assert change["step"] == steps[-1]["first_step"] - 1


def test_a_live_run_can_be_looked_into(client: httpx.Client, endless: str) -> None:
    command(client, endless, "pause")
    assert client.post(f"/api/runs/{endless}/probe", json={"nodes": ["p"]}).json()["state"] == "paused"
    command(client, endless, "step")
    command(client, endless, "stop")
    looks = [entry["event"] for entry in whole_log(client, endless) if entry["event"]["type"] == "watch"]
    told = {(entry["port"], entry["what"]) for entry in looks[-1]["watched"]}
    assert {("output", "value"), ("output", "gradient")} <= told
    assert all(entry["node"] == "p" for entry in looks[-1]["watched"])
    refused(client.post(f"/api/runs/{endless}/probe", json={"nodes": ["p"]}), 409, "illegal_state")


@pytest.mark.parametrize(
    "body",
    [
        {"optimizer": "down", "value": -1},
        {"optimizer": "down", "value": "fast"},
        {"optimizer": "down"},
        {"optimizer": "up", "value": 0.1},
    ],
)
def test_a_learning_rate_that_means_nothing_is_refused(
    client: httpx.Client, endless: str, body: object
) -> None:
    refused(client.post(f"/api/runs/{endless}/learning-rate", json=body), 422, "invalid")


COMMANDS = ["pause", "resume", "step", "stop", "checkpoint"]


@pytest.mark.parametrize("name", COMMANDS)
def test_an_ended_run_obeys_no_command(client: httpx.Client, name: str) -> None:
    run_id = started(client, falling_parameter(2))
    wait_for_state(client, run_id, "completed")
    message = refused(command(client, run_id, name), 409, "illegal_state")["message"]
    assert "is completed" in message


def test_a_command_out_of_season_is_refused_and_says_when(client: httpx.Client, endless: str) -> None:
    message = refused(command(client, endless, "resume"), 409, "illegal_state")["message"]
    assert "only while it is paused" in message


@pytest.mark.parametrize("path", ["", "/events", "/export"])
def test_what_belongs_to_an_unknown_run_is_not_found(client: httpx.Client, path: str) -> None:
    refused(client.get(UNKNOWN + path), 404, "not_found")


@pytest.mark.parametrize("name", COMMANDS)
def test_an_unknown_run_obeys_no_command(client: httpx.Client, name: str) -> None:
    refused(client.post(f"{UNKNOWN}/{name}"), 404, "not_found")
    refused(client.post(f"/api/runs/1/{name}"), 422, "invalid")


def test_runs_wait_for_their_turn_and_can_be_stopped_before_it(client: httpx.Client) -> None:
    first, second = (started(client, falling_parameter(ENDLESS)) for _ in range(2))
    wait_for_state(client, first, "running")
    wait_for_state(client, second, "running")
    waiting, next_one = started(client, falling_parameter(5)), started(client, falling_parameter(5))
    assert client.get(f"/api/runs/{waiting}").json()["state"] == "queued"
    refused(command(client, waiting, "pause"), 409, "illegal_state")
    assert command(client, waiting, "stop").json()["state"] == "stopped"
    assert [entry["event"]["state"] for entry in whole_log(client, waiting)] == ["queued", "stopped"]
    command(client, first, "stop")
    wait_for_state(client, next_one, "completed")


def test_a_waiting_run_may_be_stopped_by_several_at_once(client: httpx.Client) -> None:
    first, second = (started(client, falling_parameter(ENDLESS)) for _ in range(2))
    wait_for_state(client, first, "running")
    wait_for_state(client, second, "running")
    waiting = started(client, falling_parameter(5))
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: command(client, waiting, "stop"), range(6)))
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert [entry["event"]["state"] for entry in whole_log(client, waiting)] == ["queued", "stopped"]


def test_a_paused_run_holds_up_nobody_and_goes_on_at_once(client: httpx.Client) -> None:
    first, second = (started(client, falling_parameter(ENDLESS)) for _ in range(2))
    wait_for_state(client, first, "running")
    wait_for_state(client, second, "running")
    waiting = started(client, falling_parameter(ENDLESS))
    assert client.get(f"/api/runs/{waiting}").json()["state"] == "queued"
    command(client, first, "pause")
    wait_for_state(client, waiting, "running")
    assert command(client, first, "resume").json()["state"] == "running"


def test_a_run_is_deleted_with_its_log_and_files_but_only_when_it_has_ended(
    client: httpx.Client, server: RunningServer, endless: str
) -> None:
    refused(client.delete(f"/api/runs/{endless}"), 409, "illegal_state")
    command(client, endless, "stop")
    wait_for_state(client, endless, "stopped")
    assert (server.data_dir / "runs" / endless).is_dir()
    assert client.delete(f"/api/runs/{endless}").status_code == 204
    refused(client.get(f"/api/runs/{endless}"), 404, "not_found")
    refused(client.get(f"/api/runs/{endless}/events"), 404, "not_found")
    assert not (server.data_dir / "runs" / endless).exists()


def test_a_dataset_that_a_live_run_reads_cannot_be_deleted(client: httpx.Client) -> None:
    rows = b"x,y\n" + b"".join(b"%d,%d\n" % (row, 2 * row) for row in range(20))
    dataset = client.post("/api/datasets", files={"file": ("line.csv", rows)}).json()["id"]
    run_id = started(client, falling_parameter(ENDLESS), training={"steps": ENDLESS, "dataset": dataset})
    wait_for_state(client, run_id, "running")
    refused(client.delete(f"/api/datasets/{dataset}"), 409, "illegal_state")
    command(client, run_id, "stop")
    wait_for_state(client, run_id, "stopped")
    assert client.delete(f"/api/datasets/{dataset}").status_code == 204


@pytest.mark.parametrize(("after", "limit"), [(-1, 1), (2**63, 1), (0, 0), (0, 1_001), ("x", 1)])
def test_pages_of_the_log_have_bounds(client: httpx.Client, after: object, limit: int) -> None:
    run_id = started(client, falling_parameter(1))
    params = {"after": str(after), "limit": str(limit)}
    refused(client.get(f"/api/runs/{run_id}/events", params=params), 422, "invalid")


def test_pages_join_without_gap_and_without_overlap(client: httpx.Client) -> None:
    run_id = started(client, falling_parameter(100))
    wait_for_state(client, run_id, "completed")
    whole = whole_log(client, run_id)
    for limit in (1, 2, 3, len(whole), len(whole) + 1):
        joined, after, more = [], 0, True
        while more:
            page = client.get(f"/api/runs/{run_id}/events", params={"after": after, "limit": limit}).json()
            assert len(page["events"]) <= limit
            joined += page["events"]
            after, more = page["next_after"], page["more"]
        assert joined == whole
    page = client.get(f"/api/runs/{run_id}/events", params={"after": 10_000}).json()
    assert page == {"events": [], "next_after": 10_000, "more": False}


def test_a_loss_that_is_not_finite_is_null(client: httpx.Client) -> None:
    run_id = started(client, squared_parameter(30, learning_rate=1e6))
    wait_for_state(client, run_id, "completed")
    text = client.get(f"/api/runs/{run_id}/events").text
    assert "NaN" not in text
    assert "Infinity" not in text
    steps = [entry["event"] for entry in whole_log(client, run_id) if entry["event"]["type"] == "steps"]
    assert steps[-1]["diverged"] is True
    assert steps[-1]["losses"]["down"][-1] is None


def test_the_server_answers_while_runs_compute(
    client: httpx.Client, server: RunningServer, endless: str
) -> None:
    answers: list[int] = []

    def ask() -> None:
        with server.client() as own:
            answers.extend(own.get("/api/health").status_code for _ in range(20))

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [200] * 80
    assert client.get(f"/api/runs/{endless}").json()["state"] == "running"
