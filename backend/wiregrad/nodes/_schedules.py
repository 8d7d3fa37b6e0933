"""How the learning rate changes while training: warm-up, then a schedule that counts steps or epochs."""

from collections.abc import Callable, Mapping
from typing import Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._decay_schedules import DecaySchedules
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node
from wiregrad.nodes._run_schedules import RunSchedules
from wiregrad.nodes._schedule_choice import (
    WITHOUT_COUNT,
    Counted,
    Schedule,
    ScheduleChoice,
    as_float,
    number,
    plus,
    times,
)
from wiregrad.nodes._updating import PlateauSettings, Progress


class _PlateauSchedule(Node):
    """`ReduceLROnPlateau`, whose `factor` is that of the other schedules that drop."""

    patience: int = setting(
        10,
        "Patience",
        "How many epochs without improvement are tolerated before the rate drops.",
        unit="epochs",
        ge=0,
        le=1_000_000,
        show_when={"schedule": ["plateau"]},
    )
    minimum_change: float = setting(
        1e-4,
        "Minimum change",
        "By how much the monitored figure has to get better to count as improved.",
        ge=0,
        le=1e6,
        show_when={"schedule": ["plateau"]},
    )
    change_measure: Literal["relative", "absolute"] = setting(
        "relative",
        "Change is",
        "Whether that is a part of the best figure so far, or a plain difference.",
        show_when={"schedule": ["plateau"]},
    )
    cooldown: int = setting(
        0,
        "Cooldown",
        "For how many epochs after a drop nothing is held against the figure.",
        unit="epochs",
        ge=0,
        le=1_000_000,
        show_when={"schedule": ["plateau"]},
    )
    minimum_rate: float = setting(
        0.0,
        "Minimum rate",
        "Below which the rate does not drop.",
        ge=0,
        le=1e6,
        show_when={"schedule": ["plateau"]},
    )


class _WarmUp(Node):
    warm_up: int = setting(
        0,
        "Warm-up",
        "In how many steps the learning rate rises to its full size, before the schedule begins.",
        unit="steps",
        ge=0,
        le=10**9,
    )
    warm_up_start: float = setting(
        0.1,
        "Warm-up from",
        "The part of the learning rate at which the warm-up begins.",
        ge=0,
        le=1,
    )


# Bases in the order of the form.
class Schedules(ScheduleChoice, DecaySchedules, RunSchedules, _PlateauSchedule, _WarmUp):
    """Warm-up multiplies the schedule's first rate by start + (1 - start) * i / warm_up in step i, from 0.

    The schedule begins when the warm-up is over; one that counts epochs, with the epoch in which that is.
    Both together are `torch.optim.lr_scheduler.SequentialLR` of `LinearLR` and the schedule.
    """

    @property
    def plateau(self) -> PlateauSettings | None:
        if self.schedule != "plateau":
            return None
        return PlateauSettings(
            factor=self.factor,
            patience=self.patience,
            minimum_change=self.minimum_change,
            change_is_relative=self.change_measure == "relative",
            cooldown=self.cooldown,
            minimum_rate=self.minimum_rate,
        )

    @property
    def follows_horizon(self) -> bool:
        """Whether the length of the run, or of its epochs, matters."""
        counts_epochs = self.schedule_unit == "epoch" and self.schedule not in WITHOUT_COUNT
        covers_the_run = self.schedule in ("polynomial", "cosine", "one_cycle") and not self.length
        return counts_epochs or covers_the_run

    def scheduled(self, learning_rate: Value, progress: Progress) -> Value:
        rate = self._rate(learning_rate, self._counted(progress))
        if not self.warm_up:
            return rate
        done = ops.minimum(plus(progress.step, -1), number(self.warm_up, progress.step))
        part = times(as_float(done, rate), (1 - self.warm_up_start) / self.warm_up)
        return ops.mul(rate, plus(part, self.warm_up_start))

    @property
    def cycles_momentum(self) -> bool:
        return self.schedule == "one_cycle" and self.cycle_momentum

    def scheduled_momentum(self, rate: Value, progress: Progress) -> Value:
        """A scalar of the rate's dtype; in a warm-up the highest."""
        return self.one_cycle_momentum(rate, self._counted(progress))

    def _rate(self, rate: Value, counted: Counted) -> Value:
        curves: Mapping[Schedule, Callable[[Value, Counted], Value]] = {
            "time_based": self.time_based_rate,
            "step": self.step_rate,
            "multi_step": self.multi_step_rate,
            "exponential": self.exponential_rate,
            "polynomial": self.polynomial_rate,
            "cosine": self.cosine_rate,
            "cosine_restarts": self.cosine_restarts_rate,
            "one_cycle": self.one_cycle_rate,
        }
        curve = curves.get(self.schedule)
        return rate if curve is None else curve(rate, counted)

    def _counted(self, progress: Progress) -> Counted:
        """What is over and what there is of it, without the warm-up."""
        done, length = plus(progress.step, -1), progress.total_steps
        warm_up = number(self.warm_up, done)
        if self.schedule_unit == "epoch":
            whole = progress.steps_per_epoch
            done, warm_up = ops.floor_div(done, whole), ops.floor_div(warm_up, whole)
            length = ops.floor_div(plus(ops.add(length, whole), -1), whole)
        done, length = ops.sub(done, warm_up), ops.sub(length, warm_up)
        return Counted(ops.maximum(done, number(0, done)), ops.maximum(length, number(1, length)))
