"""The training loop: from a specification to events, one step after another, obeying commands in between.

It touches no file, no socket and no clock but the local one; whoever iterates decides where events go, and
`keep` where weights go. What happens between the steps is in files of its own: `obeying` carries out
commands, `measuring` says how an epoch went, `ending` what remains.
"""

import time
from collections.abc import Iterator
from contextlib import closing

from wiregrad.data.dataset import Dataset
from wiregrad.training.commands import Control
from wiregrad.training.compiling import CompilingNews, Tell, unheard
from wiregrad.training.ending import Ending
from wiregrad.training.events import Event, MessageEvent
from wiregrad.training.feed import Feed
from wiregrad.training.measuring import Measuring
from wiregrad.training.model import Model
from wiregrad.training.obeying import Keep, Obedience
from wiregrad.training.preparation import Preparation, prepare
from wiregrad.training.progress import Progress, entered
from wiregrad.training.spec import RunSpec
from wiregrad.training.threads import blas_threads

SECONDS_PER_CALL = 0.02
"""How long a call of many steps may last: short enough that a pause or a stop is felt at once."""

MOST_STEPS_PER_CALL = 10_000


def forget(_: Model) -> None:
    """Keep nothing: for a run whose events are all that matters."""


def train(
    spec: RunSpec,
    dataset: Dataset | None,
    control: Control,
    keep: Keep = forget,
    continue_from: Model | None = None,
    *,
    tell: Tell = unheard,
) -> Iterator[Event]:
    """Train, yielding events as they come; the last one is a StateEvent completed, stopped or interrupted.

    Steps are drawn from their number alone, so a run that continues from a checkpoint takes the same steps as
    one that was never interrupted. `tell` is given what happens while nothing can be yielded: how far the
    compilation is.

    Raises:
        BindingError: the graph cannot be trained, or not with this data; nothing was yielded then.

    """
    preparation = prepare(spec, dataset, continue_from, CompilingNews(tell))
    return _Training(preparation, control, keep).events()


class _Training:
    def __init__(self, preparation: Preparation, control: Control, keep: Keep) -> None:
        self.run = preparation
        self.session = preparation.session
        self.progress = Progress.of(preparation, control)
        self.obedience = Obedience(self.progress, keep)
        self.measuring = Measuring(self.progress, self.obedience.obey)
        self.ending = Ending(self.progress, self.measuring, self.obedience)
        self.steps_per_call = 1

    def events(self) -> Iterator[Event]:
        with blas_threads(self.run.multiply_adds_per_step), closing(self.run):
            yield from self._events()

    def _events(self) -> Iterator[Event]:
        if not self.progress.is_over:
            self.run.compile()
        yield self.run.started()
        for note in self.run.notes:
            yield MessageEvent(time=time.time(), level="info", text=note)
        yield entered("running")
        yield from self._compile_later_programs()
        if self._has_an_epoch_to_measure:
            yield from self.measuring.end_epoch()
        while not self.progress.is_over:
            yield from self.obedience.obey()
            if self.progress.is_over:
                break
            yield from self.progress.watching.look(time.perf_counter())
            self._advance()
            yield from self._report()
        yield from self.ending.events()

    @property
    def _has_an_epoch_to_measure(self) -> bool:
        """Whether the run was interrupted while an epoch was being measured, and was not ended again."""
        progress = self.progress
        return progress.ends_an_epoch and not progress.averages.is_empty and progress.ending is None

    def _compile_later_programs(self) -> Iterator[Event]:
        """Now, rather than in a pause at the end of the first epoch."""
        for compile_one in self.run.later_programs():
            yield from self.obedience.obey()
            if self.progress.is_over:
                return
            compile_one()
        self.progress.recorder.rest(time.perf_counter())

    def _advance(self) -> None:
        if self.run.feed is None:
            self._advance_without_data()
        else:
            self._advance_with_data(self.run.feed)
        self.progress.may_step_once = False

    def _advance_with_data(self, feed: Feed) -> None:
        step = self.session.step_count
        result = self.session.step(feed.batch(step))
        samples = feed.batch_size(step)
        self.progress.recorder.add(result.losses, result.learning_rates, samples)
        self.progress.averages.add_means(result.losses, result.metrics, samples)

    def _advance_without_data(self) -> None:
        """Many steps in a call, as many as take the time that a call may last."""
        left = min(self.run.total_steps - self.session.step_count, self.progress.recorder.room)
        count = 1 if self.progress.may_step_once else min(self.steps_per_call, left)
        started = time.perf_counter()
        result = self.session.steps(count)
        seconds = max(time.perf_counter() - started, 1e-9)
        self.progress.recorder.add_series(result.losses, result.learning_rates, count)
        suitable = int(count * min(SECONDS_PER_CALL / seconds, 4.0))
        self.steps_per_call = max(1, min(suitable, MOST_STEPS_PER_CALL))

    def _report(self) -> Iterator[Event]:
        now = time.perf_counter()
        if self.progress.recorder.is_due(now):
            yield from self.progress.flush()
            yield from self.progress.look_after(now)
        if self.progress.ends_an_epoch and not self.progress.is_over:
            yield from self.measuring.end_epoch_if_due(now)
        if now - self.obedience.saved_at >= self.run.spec.checkpoint_seconds:
            yield from self.obedience.save()
