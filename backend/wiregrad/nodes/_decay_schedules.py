"""Schedules that fall step by step, whatever the length of the run."""

from typing import Annotated

import numpy as np
from pydantic import Field

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node
from wiregrad.nodes._schedule_choice import Counted, as_float, number, plus, times

Milestone = Annotated[int, Field(ge=1, le=10**9)]


class DecaySchedules(Node):
    """Time-based decay, and `StepLR`, `MultiStepLR` and `ExponentialLR` of `torch.optim.lr_scheduler`."""

    decay: float = setting(
        0.0,
        "Decay",
        "The learning rate of step or epoch i is divided by 1 + decay * i; i counts from 1.",
        ge=0,
        le=1e6,
        show_when={"schedule": ["time_based"]},
    )
    drop_every: int = setting(
        10,
        "Drop every",
        "After how many steps or epochs the learning rate drops: rate * factor ** floor(t / this).",
        ge=1,
        le=10**9,
        show_when={"schedule": ["step"]},
    )
    milestones: Annotated[tuple[Milestone, ...], Field(max_length=1_000)] = setting(
        (),
        "Milestones",
        "The numbers of steps or epochs after which the learning rate drops, once at each.",
        show_when={"schedule": ["multi_step"]},
    )
    factor: float = setting(
        0.1,
        "Factor",
        "What the learning rate is multiplied by when it drops.",
        ge=0,
        le=1,
        show_when={"schedule": ["step", "multi_step", "plateau"]},
    )
    each_factor: float = setting(
        0.99,
        "Factor",
        "What the learning rate is multiplied by after each step or epoch: rate * factor ** t.",
        ge=0,
        le=1,
        show_when={"schedule": ["exponential"]},
    )

    def time_based_rate(self, rate: Value, counted: Counted) -> Value:
        if not self.decay:
            return rate
        return ops.div(rate, plus(times(plus(as_float(counted.done, rate), 1), self.decay), 1))

    def step_rate(self, rate: Value, counted: Counted) -> Value:
        drops = ops.floor_div(counted.done, number(self.drop_every, counted.done))
        return ops.mul(rate, _power(self.factor, as_float(drops, rate)))

    def multi_step_rate(self, rate: Value, counted: Counted) -> Value:
        if not self.milestones:
            return rate
        milestones = ops.constant(np.array(self.milestones), "int64")
        passed = ops.cast(ops.ge(ops.broadcast_to(counted.done, milestones.shape), milestones), rate.dtype)
        return ops.mul(rate, _power(self.factor, ops.reduce_sum(passed, [0])))

    def exponential_rate(self, rate: Value, counted: Counted) -> Value:
        return ops.mul(rate, _power(self.each_factor, as_float(counted.done, rate)))


def _power(base: float, exponent: Value) -> Value:
    return ops.pow(number(base, exponent), exponent)
