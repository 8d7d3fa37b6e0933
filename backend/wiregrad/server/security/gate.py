"""Refuses what another site or another program's page sends, before a route or a socket's `accept`.

The rules, in this order; a refusal is a 403 in the one error shape, for a socket instead of the handshake:

1. The Host header must be there once and on the allow-list. This holds for every path, static files included.
2. What browsers say about the sender (`Sec-Fetch-Site`): another site, or another port of this machine, may
   not fetch anything under /api, not even an image. It may link to the page.
3. Everything that is not a GET or HEAD, and every websocket handshake, must come from our own page: an
   `Origin` must equal scheme, name and port of the request's own Host. `null` is refused.
4. Without an `Origin` only programs that are not browsers are let in (curl, scripts, tests): browsers send an
   Origin with each of these requests, and a `Sec-Fetch-Site` that gives away those that should have. A
   program that can connect to the loopback interface can also forge headers, so nothing is lost by this.
"""

import json
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from wiregrad.server.schema.errors import ErrorAnswer, ErrorDetail
from wiregrad.server.security.hosts import HostAllowList

SAFE_METHODS = frozenset({"GET", "HEAD"})
OWN_SITE = frozenset({"same-origin", "none"})
DENIAL_EXTENSION = "websocket.http.response"


class Gate:
    """ASGI middleware; the outermost one."""

    def __init__(self, app: ASGIApp, hosts: HostAllowList) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        detail = self._refusal(scope)
        if detail is None:
            await self.app(scope, receive, send)
        else:
            await _refuse(detail, scope, receive, send)

    def _refusal(self, scope: Scope) -> ErrorDetail | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.hosts.allows(hosts[0]):
            return _forbidden(
                "host_not_allowed",
                f"This server does not answer to the host {', '.join(hosts) or '(none)'!r}. Open it as "
                f"http://localhost:{self.hosts.port}, or start it with this name as an allowed host.",
            )
        return _wrong_site(scope, headers) or _wrong_origin(scope, headers)


def _wrong_site(scope: Scope, headers: Headers) -> ErrorDetail | None:
    site = headers.get("sec-fetch-site")
    if site is None or site in OWN_SITE or not scope["path"].startswith("/api"):
        return None
    return _forbidden("site_not_allowed", "Only Wiregrad's own page may use its API from a browser.")


def _wrong_origin(scope: Scope, headers: Headers) -> ErrorDetail | None:
    if scope["type"] == "http" and scope["method"] in SAFE_METHODS:
        return None
    origins = headers.getlist("origin")
    if not origins and "sec-fetch-site" not in headers:
        return None
    if len(origins) == 1 and origins[0] in _own_origins(scope, headers["host"]):
        return None
    return _forbidden(
        "origin_not_allowed", f"Requests from the origin {', '.join(origins) or '(none)'!r} are refused."
    )


def _own_origins(scope: Scope, host: str) -> Iterable[str]:
    """An https page may reach us through a proxy that speaks http with us; the other way round not."""
    schemes = {"https"} if scope["scheme"] in ("https", "wss") else {"http", "https"}
    return {f"{scheme}://{host.lower()}" for scheme in schemes}


def _forbidden(code: str, message: str) -> ErrorDetail:
    return ErrorDetail(code=code, message=message)


async def _refuse(detail: ErrorDetail, scope: Scope, receive: Receive, send: Send) -> None:
    prefix = ""
    if scope["type"] == "websocket":
        await receive()
        if DENIAL_EXTENSION not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
        prefix = "websocket."
    body = json.dumps(ErrorAnswer(error=detail).model_dump(mode="json")).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": f"{prefix}http.response.start", "status": 403, "headers": headers})
    await send({"type": f"{prefix}http.response.body", "body": body})
