"""Asking a trained graph: named inputs in, every Output out."""

from typing import Annotated

from pydantic import Field, JsonValue

from wiregrad.server.schema.base import Answer, Ask
from wiregrad.server.schema.datasets import DatasetId
from wiregrad.training.events import RunState
from wiregrad.training.questions import OutputValue, TextAbility

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
    """Every Output that the given inputs reach, with the weights after `step`.

    `resize` says in a sentence how pictures of other sizes are brought to those that the graph takes. `text`
    is there if the run's graph can continue a text.
    """

    outputs: dict[str, OutputValue]
    step: int
    resize: str
    state: RunState
    text: TextAbility | None


class TextRequest(Ask):
    """A text to continue by `length` characters.

    A `temperature` of 0 takes the likeliest character each time; the higher, the more is left to chance. The
    same seed gives the same text.
    """

    start: Annotated[str, Field(min_length=1, max_length=10_000)]
    length: Annotated[int, Field(ge=1, le=1_000)] = 200
    temperature: Annotated[float, Field(ge=0, le=10)] = 0.8
    seed: Annotated[int, Field(ge=0, lt=2**53)] = 0


class ContinuedText(Answer):
    """The characters that follow the text, with the weights after `step`."""

    text: str
    step: int
    state: RunState
