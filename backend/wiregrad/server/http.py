"""How the application meets the network."""

from collections.abc import Callable
from socket import socket

import uvicorn
from starlette.types import ASGIApp

SECONDS_TO_FINISH = 3
"""That open requests and sockets have when the server stops."""

SOCKET_MESSAGE_BYTES = 64 * 1024
"""Clients of the event socket have nothing to say."""

SECONDS_WITHOUT_PONG = 60
"""After which a client counts as gone; busy ones answer late."""


class HttpServer(uvicorn.Server):
    """Calls `announce` as soon as connections are accepted."""

    def __init__(self, app: ASGIApp, announce: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_level="warning",
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="websockets-sansio",
                ws_max_size=SOCKET_MESSAGE_BYTES,
                ws_ping_timeout=SECONDS_WITHOUT_PONG,
                ws_per_message_deflate=False,
                timeout_graceful_shutdown=SECONDS_TO_FINISH,
            )
        )
        self._announce = announce

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()
