from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response, WebSocket

from wiregrad.server.deps import FeedDep, RunsDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import EVENTS_PER_PAGE
from wiregrad.server.schema.base import Sequence
from wiregrad.server.schema.runs import EventsPage
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(prefix="/runs/{run_id}/events", tags=["runs"], route_class=StrictRoute)


@router.get("", operation_id="listEvents", response_model=EventsPage, responses=refusals(404, 422))
async def list_events(
    run_id: UUID,
    runs: RunsDep,
    after: Annotated[Sequence, Query(description="Events with a greater `seq`.")] = 0,
    limit: Annotated[int, Query(ge=1, le=EVENTS_PER_PAGE)] = EVENTS_PER_PAGE,
    thin: Annotated[
        int | None, Query(ge=2, le=10_000, description="At most so many losses of an Optimizer in an event.")
    ] = None,
) -> Response:
    """A part of a run's log, in order and without gaps. The same content as the socket at this address."""
    page = await runs.events(run_id, after, limit, thin)
    return Response(page, media_type="application/json")  # the log holds JSON: nothing is parsed on its way


@router.websocket("")
async def follow_events(
    socket: WebSocket, run_id: str, feed: FeedDep, after: str = "0", thin: str = ""
) -> None:
    """Send the log from `after` + 1 on, past and live; see `wiregrad.server.runs.feed` for the protocol."""
    await feed.follow(socket, run_id, after, thin)
