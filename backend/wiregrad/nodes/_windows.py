"""Windows that move over pictures: the settings, the rule for lengths, and the layout inside the engine."""

from typing import Annotated

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape
from wiregrad.nodes._weighted import check_float

MAX_PIXELS = 1024
PICTURE_RANK = 3
Positive = Annotated[int, Field(ge=1, le=MAX_PIXELS)]
NonNegative = Annotated[int, Field(ge=0, le=MAX_PIXELS)]
Size = Positive | tuple[Positive, Positive]
Border = NonNegative | tuple[NonNegative, NonNegative]
Pair = tuple[int, int]
Padding = tuple[Pair, Pair]


def pair(setting: int | Pair) -> Pair:
    """One number for both axes, or (vertical, horizontal)."""
    return (setting, setting) if isinstance(setting, int) else setting


def reach(kernel: int, dilation: int) -> int:
    """Pixels from the first to the last of a window."""
    return (kernel - 1) * dilation + 1


def check_picture(value: ValueType, port: str) -> None:
    check_float(value, port)
    if value.rank == PICTURE_RANK:
        return
    fix = None
    if value.rank == PICTURE_RANK - 1:
        shape = [1, *value.shape]
        label = f"Insert Reshape to {format_shape((1, *value.shape))}"
        fix = Fix("insert", label, "Reshape", {"shape": shape})
    raise NodeProblem(
        "A window can only move over a picture.",
        port=port,
        expected="shape (channels, height, width)",
        got=str(value),
        remedy="Put a Reshape to (channels, height, width) before it; a gray picture has one channel.",
        fix=fix,
    )


def positions(padded: Pair, kernel: Pair, stride: Pair, dilation: Pair, port: str) -> Pair:
    """How often a window fits, for each axis of a padded picture."""
    needed = tuple(map(reach, kernel, dilation))
    if padded[0] < needed[0] or padded[1] < needed[1]:
        raise NodeProblem(
            "The window is larger than the picture.",
            port=port,
            expected=f"at least {needed[0]} by {needed[1]} pixels, padding included",
            got=f"{padded[0]} by {padded[1]} pixels",
            remedy="Choose a smaller kernel, more padding, or fewer layers that shrink the picture before.",
        )
    rows, columns = ((n - k) // s + 1 for n, k, s in zip(padded, needed, stride, strict=True))
    return rows, columns


def channels_last(value: Value, source: ValueType) -> Value:
    """To the engine's (batch, height, width, channels), also where there is no batch."""
    batch = value if source.batched else ops.reshape(value, (1, *value.shape))
    return ops.transpose(batch, (0, 2, 3, 1))


def channels_first(value: Value, source: ValueType) -> Value:
    """Back again."""
    batch = ops.transpose(value, (0, 3, 1, 2))
    return batch if source.batched else ops.reshape(batch, batch.shape[1:])
