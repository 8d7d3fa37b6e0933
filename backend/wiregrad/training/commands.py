"""What can be asked of a live run, and the queue between whoever asks and the loop that obeys."""

from queue import SimpleQueue
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class BaseCommand(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Pause(BaseCommand):
    """Hold after the step that is being computed."""

    type: Literal["pause"] = "pause"


class Resume(BaseCommand):
    """Go on after a pause."""

    type: Literal["resume"] = "resume"


class SingleStep(BaseCommand):
    """Make one step, then hold."""

    type: Literal["step"] = "step"


class Stop(BaseCommand):
    """End here and keep the weights."""

    type: Literal["stop"] = "stop"


class Interrupt(BaseCommand):
    """End here so that the run can be continued later; sent when the owner goes away."""

    type: Literal["interrupt"] = "interrupt"
    reason: str = "The program that had started the training ended."


class SetLearningRate(BaseCommand):
    """Give an Optimizer another base learning rate, from the next step on."""

    type: Literal["learning_rate"] = "learning_rate"
    optimizer: Annotated[str, Field(max_length=256)]
    value: Annotated[float, Field(ge=0)]


class SaveCheckpoint(BaseCommand):
    """Write the weights and all that is needed to continue to disk."""

    type: Literal["checkpoint"] = "checkpoint"


class Probe(BaseCommand):
    """Tell what these nodes compute, by id, from now on; none: no longer."""

    type: Literal["probe"] = "probe"
    nodes: Annotated[tuple[Annotated[str, Field(max_length=512)], ...], Field(max_length=16)] = ()


Command = Annotated[
    Pause | Resume | SingleStep | Stop | Interrupt | SetLearningRate | SaveCheckpoint | Probe,
    Field(discriminator="type"),
]

COMMAND: TypeAdapter[Command] = TypeAdapter(Command)


class Control:
    """Commands on their way to a loop. `send` may be called from any thread and from a signal handler."""

    def __init__(self) -> None:
        self._waiting: SimpleQueue[Command] = SimpleQueue()

    def send(self, command: Command) -> None:
        self._waiting.put(command)

    def poll(self) -> Command | None:
        """The next command, or None at once; cheap enough to be asked before every step."""
        return None if self._waiting.empty() else self._waiting.get()

    def wait(self) -> Command:
        """The next command, however long it takes."""
        return self._waiting.get()
