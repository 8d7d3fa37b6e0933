"""A run's append-only log: the worker makes events, the server numbers them when it commits them."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from wiregrad.data.normalization import Scale
from wiregrad.nodes import Confusion

RunState = Literal["queued", "starting", "running", "paused", "completed", "stopped", "failed", "interrupted"]
SplitName = Literal["train", "validation", "test"]

Finite = float | None
"""A recorded number; `None` stands for NaN or infinity, which JSON cannot say."""


ConfusionFigures = dict[SplitName, dict[str, Confusion]]
"""By split and metric: rows are the classes that were right, columns those that were answered."""


class MemoryEstimate(BaseModel):
    """Bytes that a training needs at least, by what they hold.

    `activations` are the values that the backward pass needs, of one batch, of all nodes that pass a gradient
    or not; buffers that the compiler shares between them are not taken off, temporary ones not added.
    """

    model_config = ConfigDict(frozen=True)

    parameters: int
    gradients: int
    optimizers: int
    activations: int
    samples: int

    @property
    def total(self) -> int:
        return self.parameters + self.gradients + self.optimizers + self.activations + self.samples


class BaseEvent(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    time: Annotated[float, Field(description="Seconds since 1970-01-01 UTC, on the worker's clock.")]


class StateEvent(BaseEvent):
    """The run entered a state; `reason` says why in words for a person."""

    type: Literal["state"] = "state"
    state: RunState
    reason: str = ""


class CompilingEvent(BaseEvent):
    """So many parts of the program are compiled, of so many; told a few times a second at most.

    Backends that compile at once tell nothing, and so does a program that was compiled before. The program of
    the first step comes before `started`; those of a shorter last batch and of measuring follow, before that
    step. Those of watching and of Outputs come when they are first needed.
    """

    type: Literal["compiling"] = "compiling"
    done: int
    total: int


class StartedEvent(BaseEvent):
    """The program of the first step is compiled; those that an epoch's end needs follow before that step.

    `step` counts the steps that were done before: those up to the checkpoint, in a run that is continued.
    `memory` is an estimate of the bytes that it needs. `normalization` tells the scales learned from the
    training samples, in the order of the settings.
    """

    type: Literal["started"] = "started"
    backend: str
    device: str
    dtype: Literal["float32", "float64"]
    parameters: int
    step: int = 0
    memory: MemoryEstimate | None = None
    total_steps: int
    steps_per_epoch: int | None
    optimizers: tuple[str, ...]
    metrics: tuple[str, ...]
    samples: dict[SplitName, int]
    normalization: tuple[Scale, ...] = ()


class StepsEvent(BaseEvent):
    """Losses of consecutive steps `first_step`, `first_step + 1`, ... (counted from 1), by optimizer name.

    `learning_rates` holds the rate that each step used: one number if it was the same for all of them. Losses
    of a training in float32 have the digits of a float32. Where a client asked for fewer,
    `stride` is the number of steps from one loss to the next, but the last is that of the last step; `count`
    is the number of steps. `diverged` is true when a loss is not finite; where losses were left out,
    `diverged_at` is the first step that has such a loss.
    """

    type: Literal["steps"] = "steps"
    first_step: int
    losses: dict[str, tuple[Finite, ...]]
    learning_rates: dict[str, tuple[Finite, ...] | Finite]
    samples_per_second: Finite
    diverged: bool = False
    stride: int = 1
    count: int | None = None
    diverged_at: int | None = None


class EpochEvent(BaseEvent):
    """Losses and metrics at the end of an epoch, in evaluation mode for validation and test.

    The train figures are averages over the epoch's steps, taken while the weights moved. Of epochs that
    follow each other faster than 20 a second only some are told; the last one always is, and also if the run
    completes in the middle of it. `best` says that the monitored figure was better than in every epoch
    before.
    """

    type: Literal["epoch"] = "epoch"
    epoch: int
    step: int
    losses: dict[SplitName, dict[str, Finite]]
    metrics: dict[SplitName, dict[str, Finite]]
    confusion: ConfusionFigures = {}
    best: bool = False


class LearningRateEvent(BaseEvent):
    """The base learning rate was changed in flight; it holds from the step after `step`."""

    type: Literal["learning_rate"] = "learning_rate"
    step: int
    optimizer: str
    value: float


class CheckpointEvent(BaseEvent):
    """The weights after `step` are on disk."""

    type: Literal["checkpoint"] = "checkpoint"
    step: int


class MessageEvent(BaseEvent):
    """A line for the run's log."""

    type: Literal["message"] = "message"
    level: Literal["info", "warning", "error"]
    text: str


class Watched(BaseModel):
    """One value or gradient as a step computed it, over all its elements and the batch.

    `zeros` and `not_finite` are parts of 1; what is not finite is left out of the other figures. `histogram`
    counts the elements in equal parts of the range from `lowest` to `highest`. `picture` is the first sample
    as (channels, height, width), made smaller by leaving out pixels.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    node: str
    port: str
    what: Literal["value", "gradient"]
    shown_as: Literal["number", "histogram", "picture"]
    shape: tuple[int, ...]
    mean: Finite
    deviation: Finite
    lowest: Finite
    highest: Finite
    zeros: float
    not_finite: float
    histogram: tuple[int, ...] = ()
    picture: tuple[tuple[tuple[Finite, ...], ...], ...] | None = None


class WatchEvent(BaseEvent):
    """What Watch nodes and probed nodes compute in `step`; told a few times a second at most."""

    type: Literal["watch"] = "watch"
    step: int
    watched: tuple[Watched, ...]


class ResultEvent(BaseEvent):
    """The last figures of a run that completed or was stopped.

    `outputs` has the value of every Output that needs no Input, by name, but for very large ones, which a
    message names; `losses` the last step's. `kept` says whose weights the run ended with: those of its last
    step or of its best epoch, which is `best_epoch` and ended with `best_step`. `metrics` and `outputs` are
    those of the kept weights.
    """

    type: Literal["result"] = "result"
    step: int
    losses: dict[str, Finite]
    metrics: dict[SplitName, dict[str, Finite]]
    confusion: ConfusionFigures = {}
    outputs: dict[str, JsonValue]
    best_epoch: int | None = None
    best_step: int | None = None
    kept: Literal["last", "best"] = "last"


Event = Annotated[
    StateEvent
    | CompilingEvent
    | StartedEvent
    | StepsEvent
    | EpochEvent
    | LearningRateEvent
    | CheckpointEvent
    | MessageEvent
    | WatchEvent
    | ResultEvent,
    Field(discriminator="type"),
]

EVENT: TypeAdapter[Event] = TypeAdapter(Event)


@dataclass(frozen=True, slots=True)
class Told:
    """An event and the JSON that says it: what came as text is stored and shown as that text."""

    event: Event
    text: str

    @classmethod
    def of(cls, event: Event) -> "Told":
        return cls(event, event.model_dump_json())

    @classmethod
    def parsed(cls, line: bytes) -> "Told":
        """Raises ValueError for a line that is no event, or has a value of another type than its own."""
        return cls(EVENT.validate_json(line, strict=True), line.decode())


class LoggedEvent(BaseModel):
    """An event with its place in the log: `seq` counts from 1 without gaps."""

    model_config = ConfigDict(frozen=True)

    seq: int
    event: Event
