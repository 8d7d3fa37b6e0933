"""The curve of a learning rate schedule."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from wiregrad.server.schema.base import Answer

StepCount = Annotated[int, Field(ge=1, le=10**9)]
SettingsText = Annotated[
    str,
    Query(
        max_length=20_000,
        description='The settings of an Optimizer as a JSON object, such as {"schedule": "cosine"}.',
    ),
]


class SchedulePreview(Answer):
    """The learning rate of each of some steps, counted from 1: the first, the last, and evenly between."""

    steps: tuple[int, ...]
    rates: tuple[float, ...]
