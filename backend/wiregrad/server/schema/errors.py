"""The one shape in which every refusal and every defect is answered."""

from typing import Annotated

from pydantic import Field

from wiregrad.graph.report import Problem
from wiregrad.server.schema.base import Answer


class ErrorDetail(Answer):
    """What went wrong, in words for a person (`message`) and for a program (`code`)."""

    code: Annotated[str, Field(description="A stable word, such as `not_found` or `conflict`.")]
    message: Annotated[str, Field(description="One or two sentences: what was wrong and what to do.")]
    problems: Annotated[
        tuple[Problem, ...], Field(description="Each thing that is wrong, where there is more to say.")
    ] = ()
    revision: Annotated[
        int | None, Field(description="With the code `conflict`: the revision that is current.")
    ] = None
    correlation_id: Annotated[
        str | None, Field(description="With a status of 500: finds the traceback in the server's log.")
    ] = None


class ErrorAnswer(Answer):
    """The body of every answer with a status of 400 or more."""

    error: ErrorDetail
