"""Windows that move over lists and pictures: the settings, the rule for lengths, the layout in the engine.

A list (channels, length) is moved over as a picture of height 1.
"""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._types import Fix, NodeProblem, ValueType, format_shape
from wiregrad.nodes._weighted import check_float

MAX_PIXELS = 1024
PICTURE_AXES = 2
Positive = Annotated[int, Field(ge=1, le=MAX_PIXELS)]
NonNegative = Annotated[int, Field(ge=0, le=MAX_PIXELS)]
Size = Positive | tuple[Positive, Positive]
Border = NonNegative | tuple[NonNegative, NonNegative]
Pair = tuple[int, int]
Padding = tuple[Pair, Pair]
Lengths = tuple[int, ...]
"""One number for each axis that a window moves along."""

SHAPES = {1: "(channels, length)", PICTURE_AXES: "(channels, height, width)"}
NAMES = {1: "list", PICTURE_AXES: "picture"}


def pair(setting: int | Pair) -> Pair:
    """One number for both axes, or (vertical, horizontal)."""
    return (setting, setting) if isinstance(setting, int) else setting


def lengths(setting: int | Pair, axes: int) -> Lengths:
    """A setting for each of one or two axes."""
    return pair(setting)[:axes]


def in_picture(numbers: Sequence[int], neutral: int) -> Pair:
    """For the engine's two axes; a list has the height 1, for which `neutral` changes nothing."""
    first, second = (neutral, *numbers) if len(numbers) < PICTURE_AXES else numbers
    return first, second


def reach(kernel: int, dilation: int) -> int:
    """Pixels from the first to the last of a window."""
    return (kernel - 1) * dilation + 1


def check_moves(value: ValueType, port: str, axes: int) -> None:
    """Refuse what is no list (one axis beside the channels) or no picture (two)."""
    check_float(value, port)
    if value.rank == axes + 1:
        return
    fix = None
    if value.rank == axes:
        shape = (1, *value.shape)
        fix = Fix("insert", f"Insert Reshape to {format_shape(shape)}", "Reshape", {"shape": [*shape]})
    raise NodeProblem(
        f"A window of this kind can only move over a {NAMES[axes]}.",
        port=port,
        expected=f"shape {SHAPES[axes]}",
        got=str(value),
        remedy=f"Put a Reshape to {SHAPES[axes]} before it; a gray picture or a single list has one channel.",
        fix=fix,
    )


def positions(padded: Lengths, kernel: Lengths, stride: Lengths, dilation: Lengths, port: str) -> Lengths:
    """How often a window fits, for each axis of a padded list or picture."""
    needed = tuple(map(reach, kernel, dilation))
    if any(length < least for length, least in zip(padded, needed, strict=True)):
        raise NodeProblem(
            f"The window is larger than the {NAMES[len(padded)]}.",
            port=port,
            expected=f"at least {_pixels(needed)}, padding included",
            got=_pixels(padded),
            remedy="Choose a smaller kernel, more padding, or fewer layers that shrink the value before.",
        )
    return tuple((n - k) // s + 1 for n, k, s in zip(padded, needed, stride, strict=True))


def _pixels(numbers: Lengths) -> str:
    return f"{' by '.join(map(str, numbers))} {'pixels' if len(numbers) == PICTURE_AXES else 'elements'}"


def channels_last(value: Value, source: ValueType) -> Value:
    """To the engine's (batch, height, width, channels), also where there is no batch or no height."""
    batch = value if source.batched else ops.reshape(value, (1, *value.shape))
    if source.rank == PICTURE_AXES:
        batch = ops.reshape(batch, (*batch.shape[:2], 1, batch.shape[2]))
    return ops.transpose(batch, (0, 2, 3, 1))


def channels_first(value: Value, source: ValueType) -> Value:
    """Back again."""
    batch = ops.transpose(value, (0, 3, 1, 2))
    if source.rank == PICTURE_AXES:
        batch = ops.reshape(batch, (*batch.shape[:2], batch.shape[3]))
    return batch if source.batched else ops.reshape(batch, batch.shape[1:])
