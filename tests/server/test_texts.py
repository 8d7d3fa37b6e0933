"""Texts that a run's weights continue."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.server.drawings import ENDLESS, falling_parameter
from tests.server.errors import refused
from tests.server.running import RunningServer, wait_for_state
from tests.training.writing import writer_document
from wiregrad.data.builtin.sonnets import ALPHABET, LENGTH


def trained(client: httpx.Client, graph: dict[str, Any]) -> str:
    run_id: str = client.post("/api/runs", json={"graph": graph}).raise_for_status().json()["id"]
    wait_for_state(client, run_id, "completed")
    return run_id


@pytest.fixture(scope="module")
def writer(server: RunningServer) -> str:
    """A run that has seen a little of the sonnets."""
    with server.client() as client:
        return trained(client, writer_document(len(ALPHABET), LENGTH, dataset="sonnets", steps=10).to_json())


def ask(client: httpx.Client, run_id: str, start: str = "Shall I", **request: object) -> httpx.Response:
    return client.post(f"/api/runs/{run_id}/text", json={"start": start, **request})


def test_a_text_goes_on_in_the_characters_of_the_data(client: httpx.Client, writer: str) -> None:
    answer = ask(client, writer, length=60).raise_for_status().json()
    assert (answer["step"], answer["state"]) == (10, "completed")
    assert len(answer["text"]) == 60
    assert set(answer["text"]) <= set(ALPHABET)


def test_the_seed_decides(client: httpx.Client, writer: str) -> None:
    first, again, other = (ask(client, writer, seed=seed).json()["text"] for seed in (1, 1, 2))
    assert len(first) == 200
    assert first == again != other


def test_evaluation_says_whether_texts_can_be_continued(client: httpx.Client, writer: str) -> None:
    sample = {"dataset": "sonnets", "index": 0}
    answer = client.post(f"/api/runs/{writer}/evaluate", json={"sample": sample}).raise_for_status().json()
    assert answer["text"] == {"characters": list(ALPHABET), "window": LENGTH}
    number = trained(client, falling_parameter(2))
    assert client.post(f"/api/runs/{number}/evaluate", json={}).json()["text"] is None
    error = refused(ask(client, number), 422, "invalid")
    assert error["problems"][0]["code"] == "no_text_model"


def test_unknown_characters_are_named(client: httpx.Client, writer: str) -> None:
    error = refused(ask(client, writer, "Shall I €"), 422, "invalid")
    assert "€" in error["message"]
    assert error["problems"][0]["code"] == "unknown_character"


@pytest.mark.parametrize(
    "request_body",
    [
        {},
        {"start": ""},
        {"start": "a" * 10_001},
        {"start": "a", "length": 0},
        {"start": "a", "length": 1_001},
        {"start": "a", "temperature": -1},
        {"start": "a", "seed": -1},
        {"start": "a", "colour": "blue"},
    ],
)
def test_what_cannot_be_asked(client: httpx.Client, writer: str, request_body: dict[str, object]) -> None:
    refused(client.post(f"/api/runs/{writer}/text", json=request_body), 422, "invalid")


def test_runs_without_weights(client: httpx.Client) -> None:
    refused(ask(client, str(uuid4())), 404, "not_found")
    runs = [
        client.post("/api/runs", json={"graph": falling_parameter(ENDLESS)}).json()["id"] for _ in range(3)
    ]
    refused(ask(client, runs[2]), 409, "illegal_state")
    for run_id in reversed(runs):
        client.post(f"/api/runs/{run_id}/stop")
