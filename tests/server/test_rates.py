import httpx

import wiregrad
from tests.server.drawings import constant_alone
from tests.server.errors import refused

PATH = "/api/learning-rate-finder"


def test_a_curve_with_a_suggestion_and_no_run(client: httpx.Client) -> None:
    before = client.get("/api/runs").json()
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    curve = client.post(PATH, json={"graph": graph, "search": {"steps": 40}}).raise_for_status().json()
    assert 10 <= len(curve["rates"]) == len(curve["losses"]) <= 40
    assert 0 < curve["suggestion"] < 10
    assert client.get("/api/runs").json() == before


def test_what_cannot_be_trained_cannot_be_searched(client: httpx.Client) -> None:
    error = refused(client.post(PATH, json={"graph": constant_alone()}), 422, "invalid")
    assert error["problems"][0]["node"] == "opt"
    graph = wiregrad.examples["digits-mlp"].document.to_json()
    wish = {"graph": graph, "search": {"optimizer": "nobody"}}
    error = refused(client.post(PATH, json=wish), 422, "invalid")
    assert error["problems"][0]["code"] == "unknown_optimizer"
    refused(client.post(PATH, json={"graph": graph, "search": {"steps": 1}}), 422, "invalid")
