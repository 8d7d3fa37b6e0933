"""Schedules of a certain length, by default that of the run, and the cosine that starts again."""

from typing import Literal

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node
from wiregrad.nodes._schedule_choice import Counted, as_float, half_wave, number, plus, times

LAST_RESTART = 10**12
"""Far beyond the steps that a run can have."""

TINY = 1e-30


class RunSchedules(Node):
    """`PolynomialLR`, `CosineAnnealingLR`, `CosineAnnealingWarmRestarts` and `OneCycleLR` of PyTorch.

    After their end they stay at their last rate, where PyTorch's cosine would rise again and its one-cycle
    fail. One-cycle moves the momentum only if that is chosen, where PyTorch does so unless told not to.
    """

    length: int = setting(
        0,
        "Length",
        "After how many steps or epochs the schedule is at its end; 0: the whole run.",
        ge=0,
        le=10**9,
        show_when={"schedule": ["polynomial", "cosine", "one_cycle"]},
    )
    power: float = setting(
        1.0,
        "Power",
        "The rate is multiplied by (1 - t / length) to this power; 1 falls as a line.",
        gt=0,
        le=100,
        show_when={"schedule": ["polynomial"]},
    )
    final_rate: float = setting(
        0.0,
        "Final rate",
        "Where the cosine ends: final + (rate - final) * (1 + cos(pi * t / length)) / 2.",
        ge=0,
        le=1e6,
        show_when={"schedule": ["cosine", "cosine_restarts"]},
    )
    restart_every: int = setting(
        10,
        "First restart",
        "After how many steps or epochs the cosine starts again for the first time.",
        ge=1,
        le=10**9,
        show_when={"schedule": ["cosine_restarts"]},
    )
    restart_growth: int = setting(
        1,
        "Growth",
        "How many times longer each cosine is than the one before.",
        ge=1,
        le=1_000,
        show_when={"schedule": ["cosine_restarts"]},
    )
    rise: float = setting(
        0.3,
        "Rise",
        "The part of the length in which the rate rises to the learning rate; it falls in the rest.",
        gt=0,
        lt=1,
        show_when={"schedule": ["one_cycle"]},
    )
    start_division: float = setting(
        25.0,
        "Start division",
        "The rate starts at the learning rate divided by this.",
        ge=1,
        le=1e12,
        show_when={"schedule": ["one_cycle"]},
    )
    end_division: float = setting(
        1e4,
        "End division",
        "The rate ends at where it started, divided by this.",
        ge=1,
        le=1e12,
        show_when={"schedule": ["one_cycle"]},
    )
    bend: Literal["cosine", "line"] = setting(
        "cosine",
        "Bend",
        "How the rate rises and falls.",
        show_when={"schedule": ["one_cycle"]},
    )

    cycle_momentum: bool = setting(
        False,
        "Cycle momentum",
        "Whether the momentum (or beta 1) falls while the rate rises, and rises while it falls.",
        show_when={"schedule": ["one_cycle"]},
    )
    lowest_momentum: float = setting(
        0.85,
        "Lowest momentum",
        "The momentum where the rate is highest (PyTorch: base_momentum).",
        gt=0,
        lt=1,
        show_when={"schedule": ["one_cycle"], "cycle_momentum": [True]},
    )
    highest_momentum: float = setting(
        0.95,
        "Highest momentum",
        "The momentum at the start and at the end (PyTorch: max_momentum).",
        gt=0,
        lt=1,
        show_when={"schedule": ["one_cycle"], "cycle_momentum": [True]},
    )

    def polynomial_rate(self, rate: Value, counted: Counted) -> Value:
        rest = self._rest(rate, counted)
        return ops.mul(rate, ops.pow(rest, number(self.power, rest)))

    def cosine_rate(self, rate: Value, counted: Counted) -> Value:
        return self._fallen(rate, self._rest(rate, counted))

    def cosine_restarts_rate(self, rate: Value, counted: Counted) -> Value:
        over, length = self._since_restart(counted.done)
        return self._fallen(rate, ops.div(as_float(ops.sub(length, over), rate), as_float(length, rate)))

    def one_cycle_rate(self, rate: Value, counted: Counted) -> Value:
        start = times(rate, 1 / self.start_division)
        end = times(rate, 1 / self.start_division / self.end_division)
        return self._cycle(start, rate, end, counted)

    def one_cycle_momentum(self, rate: Value, counted: Counted) -> Value:
        lowest, highest = number(self.lowest_momentum, rate), number(self.highest_momentum, rate)
        return self._cycle(highest, lowest, highest, counted)

    def _cycle(self, start: Value, middle: Value, end: Value, counted: Counted) -> Value:
        length = self._length(counted)
        done = as_float(ops.minimum(counted.done, plus(length, -1)), start)
        last = as_float(plus(length, -1), start)
        top = plus(times(as_float(length, start), self.rise), -1)
        first = _between(middle, start, self._bent(_quotient(ops.sub(top, done), top)))
        second = _between(end, middle, self._bent(_quotient(ops.sub(last, done), ops.sub(last, top))))
        return ops.select(ops.le(done, top), first, second)

    def _length(self, counted: Counted) -> Value:
        return number(self.length, counted.length) if self.length else counted.length

    def _rest(self, rate: Value, counted: Counted) -> Value:
        """The part of the length that is left: 1 at first, 0 from the end on."""
        length = self._length(counted)
        left = ops.sub(length, ops.minimum(counted.done, length))
        return ops.div(as_float(left, rate), as_float(length, rate))

    def _fallen(self, rate: Value, rest: Value) -> Value:
        return _between(number(self.final_rate, rate), rate, half_wave(rest))

    def _since_restart(self, done: Value) -> tuple[Value, Value]:
        """How much of the present cosine is over, and how long it is, by whole numbers alone."""
        first = number(self.restart_every, done)
        if self.restart_growth == 1:
            return ops.sub(done, ops.mul(ops.floor_div(done, first), first)), first
        starts, lengths = (ops.constant(np.array(each), "int64") for each in self._restarts())
        started = ops.ge(ops.broadcast_to(done, starts.shape), starts)
        start = ops.reduce_max(ops.select(started, starts, number(0, starts)), [0])
        length = ops.reduce_max(ops.select(started, lengths, number(0, lengths)), [0])
        return ops.sub(done, start), length

    def _restarts(self) -> tuple[list[int], list[int]]:
        """When each cosine starts, and how long it is."""
        starts, lengths = [0], [self.restart_every]
        while starts[-1] < LAST_RESTART:
            starts.append(starts[-1] + lengths[-1])
            lengths.append(lengths[-1] * self.restart_growth)
        return starts, lengths

    def _bent(self, rest: Value) -> Value:
        return half_wave(rest) if self.bend == "cosine" else rest


def _between(low: Value, high: Value, part: Value) -> Value:
    return ops.add(low, ops.mul(ops.sub(high, low), part))


def _quotient(a: Value, b: Value) -> Value:
    return ops.div(a, ops.maximum(b, number(TINY, b)))
