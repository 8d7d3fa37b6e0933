from typing import Annotated, ClassVar

from pydantic import Field

from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._structure import BlockUse

MAX_STEPS = 1_000


class Cell(BlockUse):
    """A block of this graph unrolled over time, with the same weights at every step.

    An input and an output of the block with the same name carry a state: what goes out at one step comes in
    at the next, and the port of that name takes the state before the first step. The other inputs take
    sequences, whose first axis of a sample is time, or what is the same at every step. Each output is the
    sequence of all steps; `last_...` is the state after the last one. Truncated, the gradient of the state is
    cut every so many steps, as in truncated back-propagation through time (Williams & Peng 1990).
    """

    title: ClassVar[str] = "Cell"

    steps: int = setting(10, "Steps", "How many steps the sequences have.", ge=1, le=MAX_STEPS)
    reverse: bool = setting(False, "Backward", "Go through the sequences from their end to their start.")
    truncate: int = setting(
        0,
        "Truncate",
        "The gradient of the state goes back over this many steps at most, counted in segments; 0: over all.",
        ge=0,
        le=MAX_STEPS,
    )
    constants: Annotated[tuple[Name, ...], Field(max_length=64)] = setting(
        (), "Constants", "Names of the inputs that are the same at every step.", control="text"
    )
