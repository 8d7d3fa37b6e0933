"""Every answer with a status of 400 or more has this body:

{
  "error": {
    "code": "invalid",                   a stable word for programs
    "message": "graph.name: ...",        one or two sentences for a person
    "problems": [                        each thing that is wrong; may be empty
      {
        "severity": "error",
        "code": "invalid",
        "message": "graph.name: Input should be a valid string.",
        "node": null, "port": null,      where in a graph, if it is about one
        "expected": "Input should be a valid string",
        "got": "5",
        "remedy": "Correct graph.name.",
        "fix": null
      }
    ],
    "revision": null,                    with the code "conflict": the current revision
    "correlation_id": null               with status 500: finds the traceback in the server's log
  }
}
"""

import asyncio
import json
import logging

import httpx
import pytest
from fastapi import FastAPI

from tests.server.drawings import falling_parameter
from tests.server.errors import refused
from wiregrad.server.errors import OneErrorShape

PROBLEM_FIELDS = {"severity", "code", "message", "node", "port", "expected", "got", "remedy", "fix"}


def test_the_whole_shape_of_an_invalid_request(client: httpx.Client) -> None:
    graph = falling_parameter() | {"name": 5}
    error = refused(client.post("/api/graphs", json={"graph": graph}), 422, "invalid")
    assert error == {
        "code": "invalid",
        "message": "graph.name: Input should be a valid string.",
        "problems": [
            {
                "severity": "error",
                "code": "invalid",
                "message": "graph.name: Input should be a valid string.",
                "node": None,
                "port": None,
                "expected": "Input should be a valid string",
                "got": "5",
                "remedy": "Correct graph.name.",
                "fix": None,
            }
        ],
        "revision": None,
        "correlation_id": None,
    }


def test_all_findings_are_listed_at_once(client: httpx.Client) -> None:
    graph = {"nodes": [{"id": "a b", "kind": "Add"}, {"kind": "Add"}], "colour": "blue"}
    error = refused(client.post("/api/graphs/check", json=graph), 422, "invalid")
    assert {problem["message"].partition(":")[0] for problem in error["problems"]} == {
        "nodes[0].id",
        "nodes[1].id",
        "colour",
    }
    assert all(set(problem) == PROBLEM_FIELDS for problem in error["problems"])


@pytest.mark.parametrize(
    "path",
    ["/api/graphs/9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11", "/api/runs/9f1c3c62-7f0f-4b0e-8d2b-4a4f0f6b1d11"],
)
def test_an_unknown_id_is_not_found(client: httpx.Client, path: str) -> None:
    assert "9f1c3c62" in refused(client.get(path), 404, "not_found")["message"]


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/graphs/", "/api/health/more"])
def test_an_address_without_a_route_is_not_found(client: httpx.Client, path: str) -> None:
    refused(client.get(path), 404, "not_found")


def test_a_method_that_an_address_does_not_have(client: httpx.Client) -> None:
    response = client.request("PATCH", "/api/graphs")
    refused(response, 405, "method_not_allowed")
    assert response.headers["allow"]


MALFORMED = {
    "not JSON": b"{",
    "empty": b"",
    "NaN": b'{"graph": {"nodes": [{"id": "a", "kind": "K", "settings": {"x": NaN}}]}}',
    "minus infinity": b'{"graph": {"nodes": [{"id": "a", "kind": "K", "settings": {"x": -Infinity}}]}}',
    "beyond float64": b'{"graph": {"nodes": [{"id": "a", "kind": "K", "settings": {"x": 1e999}}]}}',
    "half a character": rb'{"graph": {"nodes": [{"id": "a", "kind": "K", "settings": {"x": "\ud800"}}]}}',
    "half a key": rb'{"graph": {"nodes": [{"id": "a", "kind": "K", "settings": {"\uDFFF": 1}}]}}',
    "not UTF-8": b'{"graph": {"name": "\xff"}}',
    "UTF-16": '{"graph": {}}'.encode("utf-16"),
    "a number of 5,000 digits": b'{"graph": {"x": ' + b"1" * 5_000 + b"}}",
    "100,000 brackets": b"[" * 100_000 + b"]" * 100_000,
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_strictly_json_is_refused(client: httpx.Client, content: bytes) -> None:
    response = client.post("/api/graphs", content=content, headers={"content-type": "application/json"})
    if content:
        refused(response, 400, "malformed")
    else:
        refused(response, 422, "invalid")


def test_whole_characters_from_escaped_pairs_are_kept(client: httpx.Client) -> None:
    content = rb'{"graph": {"name": "\ud83d\ude00"}}'
    response = client.post("/api/graphs", content=content, headers={"content-type": "application/json"})
    assert response.json()["graph"]["name"] == "😀"


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_json_needs_its_content_type(client: httpx.Client, content_type: str | None) -> None:
    content = json.dumps({"graph": falling_parameter()}).encode()
    headers = {} if content_type is None else {"content-type": content_type}
    refused(client.post("/api/graphs", content=content, headers=headers), 415, "content_type")


def test_a_file_needs_its_content_type(client: httpx.Client) -> None:
    refused(client.post("/api/datasets", json={"file": "x"}), 415, "content_type")


def test_a_defect_is_answered_in_general_words_and_logged_in_full(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.get("/broken")
    def broken() -> None:
        raise ZeroDivisionError("the secret of the house")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app=OneErrorShape(app))
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/broken")

    error = refused(asyncio.run(ask()), 500, "internal")
    assert "secret" not in json.dumps(error)
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert error["correlation_id"] in record.getMessage()
    assert record.exc_info is not None
    assert "the secret of the house" in str(record.exc_info[1])
