"""The event socket: `WS /api/runs/{run_id}/events?after=SEQ&thin=LOSSES`.

The server sends text frames, each an EventFrame as JSON, 10 a second, or 20 while the client is behind: every
event of the log with a `seq` greater than `after`, in order, each once, first those of the past and then new
ones within moments of their commit. A client that was cut off connects again with the last `seq` it has seen.
After the run's last event the socket closes with 1000. It closes with 4404 if there is no such run, with
4400 if `after` is not a whole number, and with 1011 if the rest of the log could not be written down. The
client has nothing to say; one that talks much is closed with 1008. With `thin`, from 2 to 10,000, events
hold no more than so many losses of an Optimizer, past and live: a long log is replayed in a fraction of the
time, and a run of a million steps a second can be watched. No event is left out, and the log itself keeps
every loss.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from fastapi import WebSocket, WebSocketDisconnect

from wiregrad.server.errors import Refusal
from wiregrad.server.limits import (
    EVENTS_PER_PAGE,
    FRAMES_PER_SECOND,
    LIVE_FRAMES_PER_SECOND,
    SOCKET_MESSAGES,
)
from wiregrad.server.runs.live import LiveRuns
from wiregrad.server.runs.log import EventLog, frame_of, within_bytes
from wiregrad.server.runs.tail import Tail
from wiregrad.server.runs.thinning import LoggedText

NORMAL, POLICY, INCOMPLETE, BAD_AFTER, UNKNOWN_RUN = 1000, 1008, 1011, 4400, 4404
LARGEST_SEQ = 2**63 - 1


class Feed:
    def __init__(self, live: LiveRuns, log: EventLog) -> None:
        self._live = live
        self._log = log

    async def follow(self, socket: WebSocket, run_id: str, after: str, thin: str = "") -> None:
        """Serve one client from its connection to its end. That a client goes away is normal."""
        await socket.accept()
        code, reason = NORMAL, ""
        try:
            place = _Place(_parsed_after(after), _parsed_thin(thin))
            code = await self._until_either_ends(socket, _parsed_id(run_id), place)
        except Refusal as refusal:
            code, reason = (UNKNOWN_RUN if refusal.status_code == 404 else BAD_AFTER), str(refusal.detail)  # noqa: PLR2004
        except WebSocketDisconnect:
            return
        with contextlib.suppress(WebSocketDisconnect, RuntimeError):  # it may be gone by now
            await socket.close(code, reason)

    async def _until_either_ends(self, socket: WebSocket, run_id: UUID, place: "_Place") -> int:
        sending = asyncio.create_task(self._send(socket, run_id, place))
        listening = asyncio.create_task(_listen(socket))
        try:
            done, _ = await asyncio.wait({sending, listening}, return_when=asyncio.FIRST_COMPLETED)
            return next(iter(done)).result()
        finally:
            for task in (sending, listening):
                task.cancel()
            await asyncio.gather(sending, listening, return_exceptions=True)

    async def _send(self, socket: WebSocket, run_id: UUID, place: "_Place") -> int:
        tail = self._live.tail(run_id)
        while True:
            events = await self._next(run_id, place, tail)
            if events:
                await socket.send_text(frame_of(events))
                place.after = events[-1].seq
                await _next_turn(is_live=tail is not None and tail.last_seq == place.after)
            elif tail is None or tail.ended:
                return NORMAL if tail is None or tail.is_complete else INCOMPLETE
            else:
                await tail.news(place.after)

    async def _next(self, run_id: UUID, place: "_Place", tail: Tail | None) -> Sequence[LoggedText]:
        """From memory where it is there; otherwise from the database, as much as is committed."""
        recent = tail.since(place.after, EVENTS_PER_PAGE) if tail is not None else None
        if recent is not None:
            return list(within_bytes(place.seen(event) for event in recent))
        page = await asyncio.to_thread(self._log.page, run_id, place.after, EVENTS_PER_PAGE, place.thin)
        return page.events


class _Place:
    """How far a client has come, and how much it wants to see of the past."""

    def __init__(self, after: int, thin: int | None) -> None:
        self.after = after
        self.thin = thin

    def seen(self, event: LoggedText) -> LoggedText:
        return event if self.thin is None else event.thinned(self.thin)


async def _next_turn(*, is_live: bool) -> None:
    """Wait until all sockets may send again."""
    interval = 1 / (LIVE_FRAMES_PER_SECOND if is_live else FRAMES_PER_SECOND)
    await asyncio.sleep(interval - monotonic() % interval)


async def _listen(socket: WebSocket) -> int:
    """Notice that the client goes away; what it says is not for us."""
    for _ in range(SOCKET_MESSAGES):
        message = await socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", NORMAL))
    return POLICY


def _parsed_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refusal(404, "not_found", "There is no such run.") from None


def _parsed_after(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 20 and int(text) <= LARGEST_SEQ:  # noqa: PLR2004
        return int(text)
    raise Refusal(422, "invalid", "`after` has to be a whole number from 0 on.")


def _parsed_thin(text: str) -> int | None:
    if not text:
        return None
    if text.isascii() and text.isdecimal() and len(text) < 6 and 2 <= int(text) <= 10_000:  # noqa: PLR2004
        return int(text)
    raise Refusal(422, "invalid", "`thin` has to be a whole number from 2 to 10,000.")
