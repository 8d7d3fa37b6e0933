"""The one shape of every refusal, and how tests look at it."""

from typing import Any

import httpx

FIELDS = {"code", "message", "problems", "revision", "correlation_id"}


def refused(response: httpx.Response, status: int, code: str) -> Any:  # noqa: ANN401
    """Assert status, code and the complete shape; the error."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    assert set(response.json()) == {"error"}
    error = response.json()["error"]
    assert set(error) == FIELDS
    assert error["code"] == code
    assert error["message"].endswith((".", "?"))
    return error
