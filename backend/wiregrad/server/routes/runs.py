from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, status

from wiregrad.server.deps import RunsDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import GRAPH_BODY, LISTED_RUNS
from wiregrad.server.schema.runs import (
    LearningRateChange,
    NewRun,
    ProbedNodes,
    QueuePlace,
    RunDetail,
    RunRecord,
)
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(prefix="/runs", tags=["runs"], route_class=StrictRoute)
COMMAND = refusals(404, 409, 422)
COMMAND_WITH_BODY = refusals(400, 404, 409, 413, 415, 422)


@router.get("", operation_id="listRuns", responses=refusals(422))
async def list_runs(
    runs: RunsDep,
    graph_id: Annotated[UUID | None, Query(description="Only runs of this stored graph.")] = None,
    limit: Annotated[int, Query(ge=1, le=LISTED_RUNS)] = LISTED_RUNS,
) -> list[RunRecord]:
    """The runs, newest first."""
    return await runs.records(graph_id, limit)


@router.post(
    "",
    operation_id="createRun",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(400, 413, 415, 422),
    max_body_size=GRAPH_BODY,
)
async def create_run(new: NewRun, runs: RunsDep) -> RunRecord:
    """Train a graph; 422 with all problems when the graph or its binding to the data is not legal."""
    return await runs.create(new)


@router.get("/{run_id}", operation_id="getRun", responses=refusals(404, 422))
async def get_run(run_id: UUID, runs: RunsDep) -> RunDetail:
    return await runs.detail(run_id)


@router.delete(
    "/{run_id}", operation_id="deleteRun", status_code=status.HTTP_204_NO_CONTENT, responses=COMMAND
)
async def delete_run(run_id: UUID, runs: RunsDep) -> None:
    """Delete an ended run with its log and weights; 409 while it lives."""
    await runs.delete(run_id)


@router.post("/{run_id}/pause", operation_id="pauseRun", responses=COMMAND)
async def pause_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    return await runs.pause(run_id)


@router.post("/{run_id}/resume", operation_id="resumeRun", responses=COMMAND)
async def resume_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    return await runs.resume(run_id)


@router.post("/{run_id}/step", operation_id="stepRun", responses=COMMAND)
async def step_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    """One step of a paused run."""
    return await runs.step(run_id)


@router.post("/{run_id}/stop", operation_id="stopRun", responses=COMMAND)
async def stop_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    """End the run and keep its weights."""
    return await runs.stop(run_id)


@router.post("/{run_id}/checkpoint", operation_id="checkpointRun", responses=COMMAND)
async def checkpoint_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    """Write the weights of a live run to disk; a checkpoint event says when it is done."""
    return await runs.checkpoint(run_id)


@router.post("/{run_id}/continue", operation_id="continueRun", responses=COMMAND)
async def continue_run(run_id: UUID, runs: RunsDep) -> RunRecord:
    """Let an interrupted or failed run go on from its last checkpoint; its log goes on as well."""
    return await runs.go_on(run_id)


@router.post("/{run_id}/queue", operation_id="moveRun", responses=COMMAND_WITH_BODY)
async def move_run(run_id: UUID, place: QueuePlace, runs: RunsDep) -> RunRecord:
    """Give a waiting run another place in the queue; `stopRun` takes it out."""
    return await runs.move(run_id, place.position)


@router.post("/{run_id}/probe", operation_id="probeRun", responses=COMMAND_WITH_BODY)
async def probe_run(run_id: UUID, probed: ProbedNodes, runs: RunsDep) -> RunRecord:
    """Look into nodes of a live run: `watch` events tell values and gradients until others are chosen."""
    return await runs.probe(run_id, probed.nodes)


@router.post("/{run_id}/learning-rate", operation_id="setLearningRate", responses=COMMAND_WITH_BODY)
async def set_learning_rate(run_id: UUID, change: LearningRateChange, runs: RunsDep) -> RunRecord:
    """Change an optimizer's base learning rate from the next step on."""
    return await runs.set_learning_rate(run_id, change)
