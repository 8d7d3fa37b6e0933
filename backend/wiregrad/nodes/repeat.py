from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._structure import BlockUse, Weights

MAX_TIMES = 1_000


class Repeat(BlockUse):
    """A block of this graph several times in a row.

    The block's first output feeds its first input; what is connected to the other inputs goes to every
    repetition. The outputs are those of the last one. Each repetition has weights of its own, or all share
    one set.
    """

    title: ClassVar[str] = "Repeat"

    times: int = setting(2, "Times", "How many repetitions there are.", ge=1, le=MAX_TIMES)
    weights: Weights = setting(
        "own", "Weights", "Whether each repetition has weights of its own, or all share one set."
    )
