"""Runs, the commands to a live run, and the pages and frames of its event log."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.server.schema.base import Answer, Ask
from wiregrad.training.events import LoggedEvent, RunState


class NewRun(Ask):
    """A graph to train. `training` replaces the graph's own training settings.

    `start_from` is a run whose weights take the place of the starting values where node, name and shape are
    the same; a message in the run's log says what was taken.
    """

    graph: GraphDocument
    graph_id: Annotated[UUID | None, Field(description="The stored graph that this is a state of.")] = None
    training: TrainingSettings | None = None
    start_from: UUID | None = None


class QueuePlace(Ask):
    """Where a waiting run should stand: 1 is next. Beyond the end means at the end."""

    position: Annotated[int, Field(ge=1, le=1_000_000)]


class ProbedNodes(Ask):
    """The nodes of a live run to look into, by id; none: no longer."""

    nodes: Annotated[tuple[Annotated[str, Field(min_length=1, max_length=512)], ...], Field(max_length=16)]


class LearningRateChange(Ask):
    """A new base learning rate for one optimizer, by name."""

    optimizer: Annotated[str, Field(min_length=1, max_length=256)]
    value: Annotated[float, Field(ge=0, le=1e6)]


class RunRecord(Answer):
    """Where a run stands. `reason` says in words why it is in its state, where there is a reason to give."""

    id: UUID
    state: RunState
    reason: str
    graph_id: UUID | None
    name: str
    backend: Annotated[str | None, Field(description="What computes it; null until it has started.")]
    device: str | None
    step: int
    total_steps: int | None
    last_seq: Annotated[int, Field(description="The number of the last event in its log; 0 when empty.")]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    training: TrainingSettings
    start_from: Annotated[UUID | None, Field(description="The run whose weights it began with.")]
    queue_position: Annotated[
        int | None, Field(description="While it waits for its turn: 1 is next; null otherwise.")
    ] = None


class RunDetail(RunRecord):
    """A run with the graph that it trains."""

    graph: GraphDocument


class EventFrame(Answer):
    """One text frame of the socket `/api/runs/{run_id}/events?after=`: events in order of `seq`."""

    events: tuple[LoggedEvent, ...]


class EventsPage(Answer):
    """A part of the log. Ask again with `after` = `next_after`; `more` is false at the end of the log."""

    events: tuple[LoggedEvent, ...]
    next_after: int
    more: bool
