"""The committed description of the API, from which the page's client is generated."""

import json
import re
from typing import Any

import pytest

from wiregrad.server.app import create_api
from wiregrad.server.openapi import committed_file, describe, render

DOCUMENT: dict[str, Any] = describe(create_api())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, operations in DOCUMENT["paths"].items()
    for method, operation in operations.items()
}


def test_the_committed_file_is_up_to_date() -> None:
    committed = committed_file().read_text(encoding="utf-8")
    assert committed == render(create_api()), "run: python -m wiregrad.server.openapi"


def test_operation_ids_are_short_and_unique() -> None:
    count = sum(len(operations) for operations in DOCUMENT["paths"].values())
    assert len(OPERATIONS) == count
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_error_has_the_one_shape(name: str) -> None:
    _, path, operation = OPERATIONS[name]
    assert operation["tags"]
    documented = operation["responses"]
    assert {"403", "500"} <= set(documented)
    for status, response in documented.items():
        if int(status) >= 400:
            schema = response["content"]["application/json"]["schema"]
            assert schema == {"$ref": "#/components/schemas/ErrorAnswer"}
    if "{" in path:
        assert "422" in documented
        assert "404" in documented
    if "requestBody" in operation:
        assert {"400", "413", "415", "422"} <= set(documented)


def test_answers_promise_all_their_fields() -> None:
    assert set(SCHEMAS["Problem"]["required"]) == set(SCHEMAS["Problem"]["properties"])
    assert set(SCHEMAS["StepsEvent"]["required"]) == set(SCHEMAS["StepsEvent"]["properties"])
    assert set(SCHEMAS["GraphDocument"]["required"]) == set(SCHEMAS["GraphDocument"]["properties"])


def test_what_is_sent_may_leave_defaults_out() -> None:
    assert "required" not in SCHEMAS["GraphDocumentInput"]
    assert SCHEMAS["NewRun"]["required"] == ["graph"]
    assert SCHEMAS["NewRun"]["properties"]["graph"] == {"$ref": "#/components/schemas/GraphDocumentInput"}


def test_the_frame_of_the_socket_is_described() -> None:
    assert SCHEMAS["EventFrame"]["properties"]["events"]["items"] == {
        "$ref": "#/components/schemas/LoggedEvent"
    }
    assert SCHEMAS["LoggedEvent"]["properties"]["event"]["discriminator"]["propertyName"] == "type"


def test_every_reference_leads_somewhere() -> None:
    names = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(DOCUMENT))
    assert set(names) <= set(SCHEMAS)
