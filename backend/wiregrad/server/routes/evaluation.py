from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.responses import FileResponse

from wiregrad.server.deps import EvaluationsDep
from wiregrad.server.errors import refusals
from wiregrad.server.limits import EVALUATION_BODY, FORM_FIELD, PICTURE_BODY
from wiregrad.server.schema.evaluation import (
    ContinuedText,
    Evaluation,
    EvaluationRequest,
    InputName,
    TextRequest,
)
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(prefix="/runs/{run_id}", tags=["evaluation"], route_class=StrictRoute)


EVALUATES = refusals(400, 404, 409, 413, 415, 422, 503)


@router.post("/evaluate", operation_id="evaluateRun", responses=EVALUATES, max_body_size=EVALUATION_BODY)
async def evaluate_run(run_id: UUID, request: EvaluationRequest, evaluations: EvaluationsDep) -> Evaluation:
    """Every Output that the given inputs reach, with the run's newest weights."""
    return await evaluations.evaluate(run_id, request)


@router.post(
    "/evaluate-image",
    operation_id="evaluateRunWithImage",
    responses=EVALUATES,
    max_body_size=PICTURE_BODY,
    form_limits={"max_files": 1, "max_fields": 1, "max_part_size": FORM_FIELD},
)
async def evaluate_run_with_image(
    run_id: UUID,
    input_name: Annotated[InputName, Form(alias="input")],
    file: UploadFile,
    evaluations: EvaluationsDep,
) -> Evaluation:
    """Give a PNG or JPEG file to one input, resized and scaled to what the input expects."""
    return await evaluations.evaluate_image(run_id, input_name, await file.read())


@router.post("/text", operation_id="continueText", responses=EVALUATES)
async def continue_text(run_id: UUID, request: TextRequest, evaluations: EvaluationsDep) -> ContinuedText:
    """Continue a text with the run's newest weights, for graphs that score the next character."""
    return await evaluations.continue_text(run_id, request)


@router.get(
    "/export",
    operation_id="exportRun",
    responses={
        200: {"content": {"application/octet-stream": {}}, "description": "The graph with its weights."},
        **refusals(404, 409, 422),
    },
    response_class=FileResponse,
)
async def export_run(
    run_id: UUID,
    evaluations: EvaluationsDep,
    format: Annotated[Literal["model"], Query()] = "model",  # noqa: A002, ARG001 - more formats will come
) -> FileResponse:
    """A safetensors file with the graph in its metadata: what `wiregrad evaluate` reads."""
    model, filename = await evaluations.model_file(run_id)
    return FileResponse(model, filename=filename, media_type="application/octet-stream")
