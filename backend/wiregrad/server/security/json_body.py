"""Bodies are JSON with the right content type, or multipart forms where a route takes files."""

import json
import re
from collections.abc import Callable, Coroutine
from math import isfinite
from typing import Any, NoReturn

from fastapi import Request, Response
from fastapi.params import Form
from fastapi.routing import APIRoute

from wiregrad.server.errors import Refusal

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

Handler = Callable[[Request], Coroutine[Any, Any, Response]]


class StrictRequest(Request):
    """Reads JSON as RFC 8259 has it: no NaN, no Infinity, no number beyond float64, UTF-8 only."""

    async def json(self) -> Any:  # noqa: ANN401 - whatever the caller sent
        body = await self.body()
        try:
            return _parse(body)
        except RecursionError:
            raise Refusal(400, "malformed", "The body is nested too deeply to be read.") from None
        except ValueError as error:
            raise Refusal(400, "malformed", f"The body is not JSON: {error}.") from None


def _parse(body: bytes) -> Any:  # noqa: ANN401
    value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=_finite_float)
    if _SURROGATE.search(body):
        _require_whole_characters(value)
    return value


def _require_whole_characters(value: Any) -> None:  # noqa: ANN401
    """Half of a surrogate pair can be escaped in JSON, but no file and no database can hold it."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half of a surrogate pair") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def _finite_float(digits: str) -> float:
    number = float(digits)
    if not isfinite(number):
        raise ValueError(f"{digits[:40]} is too large for a number")
    return number


class StrictRoute(APIRoute):
    """The route class of the whole API."""

    def get_route_handler(self) -> Handler:
        handle = super().get_route_handler()
        expected = self._expected_content_type()

        async def handle_strictly(request: Request) -> Response:
            if expected is not None:
                _require_content_type(request, expected)
            return await handle(StrictRequest(request.scope, request.receive))

        return handle_strictly

    def _expected_content_type(self) -> str | None:
        if self.body_field is None:
            return None
        return "multipart/form-data" if isinstance(self.body_field.field_info, Form) else "application/json"


def _require_content_type(request: Request, expected: str) -> None:
    got = request.headers.get("content-type", "")
    if got.partition(";")[0].strip().lower() != expected:
        raise Refusal(
            415,
            "content_type",
            f"Expected a body of the content type {expected}; got {got[:100]!r}. Send it with this header.",
        )
