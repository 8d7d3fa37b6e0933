import json
from typing import NoReturn

from fastapi import APIRouter

from wiregrad.graph import GraphError, preview_schedule
from wiregrad.server.errors import invalid, refusals
from wiregrad.server.schema.schedules import SchedulePreview, SettingsText, StepCount
from wiregrad.server.security.json_body import StrictRoute

router = APIRouter(prefix="/schedules", tags=["schedules"], route_class=StrictRoute)


@router.get("/preview", operation_id="previewSchedule", responses=refusals(422))
def preview(
    settings: SettingsText, steps: StepCount = 100, steps_per_epoch: StepCount = 1
) -> SchedulePreview:
    """The learning rates of a run of so many steps, at up to 500 of them, by the formula that trains.

    A plateau schedule, which a run decides about, is shown as if the rate never dropped.
    """
    try:
        found = preview_schedule(_settings(settings), steps, steps_per_epoch)
    except GraphError as error:
        raise invalid("These are not the settings of an Optimizer.", error.problems) from None
    return SchedulePreview(steps=found.steps, rates=found.rates)


def _settings(text: str) -> dict[str, object]:
    try:
        found = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise invalid('The settings are not a JSON object. Expected, for instance, {"schedule": "cosine"}.')
    return found


def _refuse_constant(name: str) -> NoReturn:
    """JSON has no NaN and no infinity, whatever Python's reader accepts."""
    raise ValueError(name)
