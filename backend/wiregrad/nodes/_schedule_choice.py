"""Which schedule, and the scalar arithmetic that all of them are written in."""

import math
from dataclasses import dataclass
from typing import Literal, get_args

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node

Schedule = Literal[
    "constant",
    "time_based",
    "step",
    "multi_step",
    "exponential",
    "polynomial",
    "cosine",
    "cosine_restarts",
    "one_cycle",
    "plateau",
]

WITHOUT_COUNT: tuple[Schedule, ...] = ("constant", "plateau")
"""Schedules whose rate does not follow from how many steps or epochs are over."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Steps or epochs, as the schedule counts: int64 scalars; `length` is what the run has of them."""

    done: Value
    length: Value


class ScheduleChoice(Node):
    """Formulas say t for the steps or epochs that are over: 0 at first."""

    schedule: Schedule = setting(
        "constant", "Schedule", "How the learning rate changes while training.", preview="schedule"
    )
    schedule_unit: Literal["step", "epoch"] = setting(
        "step",
        "Schedule counts",
        "Whether the schedule moves on after each step or after each epoch.",
        show_when={"schedule": [name for name in get_args(Schedule) if name not in WITHOUT_COUNT]},
    )


def number(value: float, like: Value) -> Value:
    return ops.full_like(value, like)


def as_float(count: Value, like: Value) -> Value:
    return ops.cast(count, like.dtype)


def times(x: Value, factor: float) -> Value:
    return ops.mul(x, number(factor, x))


def plus(x: Value, term: float) -> Value:
    return ops.add(x, number(term, x))


def half_wave(rest: Value) -> Value:
    """(1 + cos(pi * (1 - rest))) / 2 for `rest` from 1 to 0, exact near 0 where the cosine cancels."""
    sine = ops.sin(times(rest, math.pi / 2))
    return ops.mul(sine, sine)
