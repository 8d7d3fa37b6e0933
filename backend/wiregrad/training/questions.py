"""What an evaluator process is asked and what it answers."""

from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from wiregrad.graph.report import Problem


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class SampleQuestion(Message):
    """A sample of a dataset; `datasets` is the folder of the store that has it."""

    datasets: str
    dataset: str
    index: int


class Question(Message):
    """Evaluate a model file. Each input is given once: by `inputs`, else `pictures`, else `sample`.

    `pictures` holds PNG or JPEG files in base64.
    """

    type: Literal["evaluate"] = "evaluate"
    model: str
    inputs: dict[str, JsonValue] = {}
    pictures: dict[str, Base64Bytes] = {}
    sample: SampleQuestion | None = None


class TextQuestion(Message):
    """Continue a text; `temperature` and `seed` as in `continue_text`."""

    type: Literal["continue_text"] = "continue_text"
    model: str
    start: str
    length: int
    temperature: float
    seed: int


Asked = Annotated[Question | TextQuestion, Field(discriminator="type")]

ASKED: TypeAdapter[Asked] = TypeAdapter(Asked)


class OutputValue(Message):
    """The value of one Output.

    `value` is nested as `shape` says, which starts with the batch axis when `batched`; numbers that are not
    finite are None. `display` is how a person would like to see it, and `labels` name the last axis of
    probabilities.
    """

    value: JsonValue
    dtype: Literal["float32", "float64", "int64", "bool"]
    shape: tuple[int, ...]
    batched: bool
    display: Literal["number", "probabilities", "image", "table"]
    labels: tuple[str, ...] | None


class TextAbility(Message):
    """The characters that a model knows; it reads the last `window` of a text to score the next."""

    characters: tuple[str, ...]
    window: int


class Evaluated(Message):
    """Every Output that the given inputs reach, with the weights after `step`.

    `resize` says in a sentence how pictures of other sizes are brought to those that the model takes. `text`
    is there if the model can continue a text.
    """

    type: Literal["evaluated"] = "evaluated"
    outputs: dict[str, OutputValue]
    step: int
    resize: str
    text: TextAbility | None = None


class Continued(Message):
    """The characters that follow the text, with the weights after `step`."""

    type: Literal["continued"] = "continued"
    text: str
    step: int


class Refused(Message):
    """The question cannot be answered; `problems` has what the asker can mend, if it is that."""

    type: Literal["refused"] = "refused"
    code: Literal["bad_input", "bad_model", "unknown_dataset", "out_of_memory", "too_slow", "defect"]
    message: str
    problems: tuple[Problem, ...] = ()


Reply = Annotated[Evaluated | Continued | Refused, Field(discriminator="type")]

REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)
