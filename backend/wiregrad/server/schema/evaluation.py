"""Asking a trained graph: named inputs in, every Output out."""

from typing import Annotated

from pydantic import Field, JsonValue

from wiregrad.server.schema.base import Answer, Ask
from wiregrad.server.schema.datasets import DatasetId
from wiregrad.training.events import RunState
from wiregrad.training.questions import OutputValue

InputName = Annotated[str, Field(min_length=1, max_length=256)]
DataUrl = Annotated[str, Field(max_length=1_000_000, pattern=r"^data:image/(png|jpeg);base64,")]


class SampleReference(Ask):
    """A sample of a dataset: each input is given the column that it is bound to."""

    dataset: DatasetId
    index: Annotated[int, Field(ge=0, lt=2**53)]


class EvaluationRequest(Ask):
    """Each input is given once, by the first that has it: `inputs`, `images`, `sample`.

    `inputs` holds nested numbers, one sample or several with a leading batch axis. `images` are resized and
    scaled to what the input expects.
    """

    inputs: Annotated[dict[InputName, JsonValue], Field(max_length=1_000, default_factory=dict)]
    images: Annotated[dict[InputName, DataUrl], Field(max_length=16, default_factory=dict)]
    sample: SampleReference | None = None


class Evaluation(Answer):
    """Every Output that the given inputs reach, with the weights after `step`."""

    outputs: dict[str, OutputValue]
    step: int
    state: RunState
