"""Every refusal and every defect in one shape: `{"error": {"code", "message", "problems"}}`.

4xx is for whatever the caller can mend, and says how. A 5xx is a defect of ours: its answer has only a
correlation id, and the traceback is in the log under that id.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic_core import ErrorDetails
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wiregrad.graph.report import Problem
from wiregrad.server.schema.errors import ErrorAnswer, ErrorDetail

log = logging.getLogger("wiregrad.server")

SHOWN_PROBLEMS = 100

MEANINGS = {
    400: "The request cannot be read: not JSON, or not what its content type says.",
    403: "The host, the origin or the site that the request comes from is not allowed.",
    404: "There is no such thing.",
    405: "This address does not do that.",
    409: "Not possible in the present state.",
    413: "The body is larger than the limit.",
    415: "The body has the wrong content type.",
    422: "The request can be read but is not legal; `problems` says what is wrong.",
    500: "A defect of the server; the log has more under the correlation id.",
    503: "Something that the server needs is not available at the moment.",
}

CODES = {
    400: "malformed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "content_type",
    422: "invalid",
    500: "internal",
    503: "unavailable",
}


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route: the given statuses, and 403 and 500, which every route can answer."""
    return {
        status: {"model": ErrorAnswer, "description": MEANINGS[status]}
        for status in sorted({*statuses, 403, 500})
    }


class Refusal(HTTPException):
    """Raise it anywhere below a route to answer with `status` and the one error shape."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        problems: Iterable[Problem] = (),
        revision: int | None = None,
    ) -> None:
        super().__init__(status, message)
        self.answer = ErrorDetail(code=code, message=message, problems=tuple(problems), revision=revision)


def not_found(message: str) -> Refusal:
    return Refusal(404, "not_found", message)


def invalid(message: str, problems: Iterable[Problem] = ()) -> Refusal:
    return Refusal(422, "invalid", message, problems=problems)


def illegal_now(message: str) -> Refusal:
    return Refusal(409, "illegal_state", message)


def conflict(message: str, revision: int) -> Refusal:
    return Refusal(409, "conflict", message, revision=revision)


def error_response(status: int, detail: ErrorDetail) -> JSONResponse:
    return JSONResponse(ErrorAnswer(error=detail).model_dump(mode="json"), status_code=status)


def install_error_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _answer_refusal)
    app.add_exception_handler(RequestValidationError, _answer_invalid_request)
    app.add_exception_handler(HTTPException, _answer_http_exception)


async def _answer_refusal(_request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)  # noqa: S101 - the handler's registration promises it
    return error_response(refusal.status_code, refusal.answer)


async def _answer_invalid_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    errors = error.errors()
    if any(item["type"] == "json_invalid" and isinstance(item["loc"][-1], int) for item in errors):
        return error_response(400, ErrorDetail(code="malformed", message="The body is not JSON."))
    problems = tuple(problem_of(item) for item in errors[:SHOWN_PROBLEMS])
    first = problems[0]
    message = first.message if len(errors) == 1 else f"{first.message} And {len(errors) - 1} more."
    return error_response(422, ErrorDetail(code="invalid", message=message, problems=problems))


def problem_of(item: ErrorDetails, *, within: str = "") -> Problem:
    """One finding of pydantic as a problem: where it is, what was expected and what came."""
    where = _place((within, *item["loc"]) if within else item["loc"])
    got = repr(item.get("input"))
    return Problem(
        code="invalid",
        message=f"{where}: {item['msg']}.",
        expected=item["msg"],
        got=got if len(got) <= 100 else f"{got[:100]}...",  # noqa: PLR2004
        remedy=f"Correct {where}.",
    )


def _place(location: Sequence[int | str]) -> str:
    """`("body", "graph", "nodes", 3, "id")` as `graph.nodes[3].id`."""
    parts = location[1:] if location and location[0] in ("body", "query", "path") else location
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".") or "the request"


async def _answer_http_exception(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)  # noqa: S101
    code = CODES.get(error.status_code, "refused")
    message = MEANINGS.get(error.status_code, error.detail)
    response = error_response(error.status_code, ErrorDetail(code=code, message=message))
    response.headers.update(error.headers or {})
    return response


class OneErrorShape:
    """ASGI middleware: answers defects, and puts what libraries answer on their own into the one shape."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        answer = _Answer(scope, receive, send)
        try:
            await self.app(scope, receive, answer.send)
        except Exception as error:
            detail = _defect(scope, error)
            if not answer.started:
                await error_response(500, detail)(scope, receive, send)


class _Answer:
    """What is being sent. A body limit's plain text is replaced.

    The framework's own plain 500 is dropped: it is followed by the exception, which we answer ourselves.
    """

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.started = False
        self._discards = False
        self._connection = (scope, receive, send)

    async def send(self, message: Message) -> None:
        scope, receive, send = self._connection
        if message["type"] == "http.response.start":
            foreign = message["status"] in (413, 500) and not _is_json(message)
            self._discards = foreign
            self.started = not (foreign and message["status"] == 500)  # noqa: PLR2004
            if foreign and self.started:
                detail = ErrorDetail(code=CODES[413], message=MEANINGS[413])
                await error_response(413, detail)(scope, receive, send)
        if not self._discards:
            await send(message)


def _is_json(start: Message) -> bool:
    return Headers(raw=start["headers"]).get("content-type") == "application/json"


def _defect(scope: Scope, error: Exception) -> ErrorDetail:
    correlation_id = uuid4().hex
    log.error("%s %s failed [%s]", scope["method"], scope["path"], correlation_id, exc_info=error)
    return ErrorDetail(
        code="internal",
        message=f"This is a defect of Wiregrad; the server's log has more under {correlation_id}.",
        correlation_id=correlation_id,
    )
