"""A run in motion: what the parts of the loop share, and how they tell what happens."""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from wiregrad.training.commands import Control
from wiregrad.training.diagnosis import Diagnosis, Snapshots
from wiregrad.training.events import Event, Finite, MessageEvent, RunState, StateEvent
from wiregrad.training.judging import Judge
from wiregrad.training.model import Model
from wiregrad.training.preparation import Preparation
from wiregrad.training.recording import Averages, Recorder, finite
from wiregrad.training.watching import Watching

USUALLY = "Usually the learning rate is too high: lower it and train again."


@dataclass
class Progress:
    """`ending` is the state that the run is to end in, with the reason, once somebody ended it early.

    `verdict` says why further epochs are not worth their time, once they are not.

    `averages` are those of the epoch that is under way.
    """

    run: Preparation
    control: Control
    averages: Averages
    recorder: Recorder
    judge: Judge
    snapshots: Snapshots
    watching: Watching
    paused: bool = False
    may_step_once: bool = False
    ending: tuple[RunState, str] | None = None
    verdict: str = ""
    has_diverged: bool = field(default=False, init=False)

    @classmethod
    def of(cls, run: Preparation, control: Control) -> "Progress":
        averages = Averages(run.continued.details.totals if run.continued else None)
        recorder = Recorder(run.session.step_count + 1, time.perf_counter(), run.program.dtype)
        snapshots, watching = Snapshots(run.session), Watching(run)
        return cls(run, control, averages, recorder, run.judge(), snapshots, watching)

    @property
    def step(self) -> int:
        """How many steps are done."""
        return self.run.session.step_count

    @property
    def is_over(self) -> bool:
        return self.ending is not None or self.verdict != "" or self.step >= self.run.total_steps

    @property
    def ends_an_epoch(self) -> bool:
        feed = self.run.feed
        return feed is not None and self.step % feed.steps_per_epoch == 0

    def checkpoint(self) -> Model:
        return self.run.checkpoint(self.averages.totals(), self.judge)

    def look_after(self, now: float) -> Iterator[Event]:
        """Keep a state to go back to for an explanation; notice weights that are no longer finite."""
        if not self.has_diverged and not self.snapshots.consider(now):
            yield from self.flush()
            if not self.has_diverged:
                what = f"A weight after step {self.step}"
                yield from self._diverge(what, self.step + 1, self.recorder.last_losses)

    def flush(self) -> Iterator[Event]:
        """The steps since the last event; says once, in words, that a loss is no longer finite."""
        event = self.recorder.take(time.perf_counter(), time.time())
        if event is None:
            return
        yield event
        if event.diverged and not self.has_diverged:
            gap = _first_gap(event.losses.values())
            diverged = [name for name, values in event.losses.items() if values[gap] is None]
            step = event.first_step + gap
            yield from self._diverge(f"The loss of step {step}", step, diverged)

    def _diverge(self, what: str, step: int, optimizers: Iterable[str]) -> Iterator[Event]:
        """`step` is the first whose losses suffer."""
        self.has_diverged = True
        why = Diagnosis(self.run, self.snapshots.state).of(step, optimizers)
        text = f"{what} is not a finite number. {why or USUALLY}"
        yield MessageEvent(time=time.time(), level="warning", text=text)
        if self.run.spec.stop_on_divergence:
            self.ending = ("stopped", text)


def entered(state: RunState, reason: str = "") -> StateEvent:
    return StateEvent(time=time.time(), state=state, reason=reason)


def finite_figures(figures: Mapping[str, float]) -> dict[str, Finite]:
    return {name: finite(value) for name, value in figures.items()}


def _first_gap(losses: Iterable[tuple[Finite, ...]]) -> int:
    return min(values.index(None) for values in losses if None in values)
