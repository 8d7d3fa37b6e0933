"""A client of the event socket."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from websockets.exceptions import ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from tests.server.running import RunningServer


def socket_url(server: RunningServer, run_id: str, after: object = 0) -> str:
    return f"ws://{server.host}/api/runs/{run_id}/events?after={after}"


def open_socket(
    server: RunningServer, run_id: str, after: object = 0, *, thin: object = "", max_queue: int | None = 16
) -> ClientConnection:
    url = f"{socket_url(server, run_id, after)}&thin={thin}"
    return connect(url, open_timeout=30, max_queue=max_queue)


def close_code_of(socket: ClientConnection) -> int | None:
    """Why the server closes, once it has; whatever it sends before is not looked at."""
    with suppress(ConnectionClosedError):
        for _ in socket:
            pass
    return socket.close_code


def frames(socket: ClientConnection) -> Iterator[list[Any]]:
    """The events of each frame, until the server closes normally."""
    for text in socket:
        frame = json.loads(text)
        assert set(frame) == {"events"}
        assert frame["events"]
        yield frame["events"]


def followed(server: RunningServer, run_id: str, after: int = 0) -> list[Any]:
    """All events of a run from `after` on, received over one socket until its end."""
    with open_socket(server, run_id, after) as socket:
        events = [event for frame in frames(socket) for event in frame]
    assert socket.close_code == 1000
    return events


def kept_of(values: list[Any], stride: int) -> list[Any]:
    """What a client gets that asked for few: one of every `stride`, and the last."""
    return [*values[::stride][:-1], values[-1]]
