"""The training loop: from a specification to events, one step after another, obeying commands in between.

It touches no file, no socket and no clock but the local one; whoever iterates decides where events go, and
`keep` where weights go.
"""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping

from wiregrad.data.dataset import Dataset
from wiregrad.nodes import Confusion
from wiregrad.training.commands import (
    Command,
    Control,
    Interrupt,
    Pause,
    Resume,
    SaveCheckpoint,
    SetLearningRate,
    SingleStep,
    Stop,
)
from wiregrad.training.evaluation import free_outputs, values_of
from wiregrad.training.events import (
    CheckpointEvent,
    ConfusionFigures,
    EpochEvent,
    Event,
    Finite,
    LearningRateEvent,
    MessageEvent,
    ResultEvent,
    RunState,
    SplitName,
    StateEvent,
)
from wiregrad.training.feed import Feed, in_order
from wiregrad.training.model import Model
from wiregrad.training.preparation import Preparation, prepare
from wiregrad.training.recording import SECONDS_BETWEEN_EVENTS, Averages, Recorder, finite
from wiregrad.training.spec import RunSpec
from wiregrad.training.threads import blas_threads

SECONDS_PER_CALL = 0.02
"""How long a call of many steps may last: short enough that a pause or a stop is felt at once."""

MOST_STEPS_PER_CALL = 2_500

EPOCHS_ALL_TOLD = 1_000
"""Up to so many epochs each one is measured, however fast they are; of more, at most twenty a second."""

MOST_NUMBERS_IN_A_RESULT = 20_000
"""Of all Outputs together: the result is a line of the log, which clients take in one piece."""

Keep = Callable[[Model], None]
"""Puts a checkpoint where it belongs; called with a model whose contents are a checkpoint."""

Figures = dict[SplitName, dict[str, Finite]]


def forget(_: Model) -> None:
    """Keep nothing: for a run whose events are all that matters."""


def train(
    spec: RunSpec,
    dataset: Dataset | None,
    control: Control,
    keep: Keep = forget,
    continue_from: Model | None = None,
) -> Iterator[Event]:
    """Train, yielding events as they come; the last one is a StateEvent completed, stopped or interrupted.

    Steps are drawn from their number alone, so a run that continues from a checkpoint takes the same steps as
    one that was never interrupted.

    Raises:
        BindingError: the graph cannot be trained, or not with this data; nothing was yielded then.

    """
    return _Training(prepare(spec, dataset, continue_from), control, keep, continue_from).events()


class _Training:
    def __init__(
        self, preparation: Preparation, control: Control, keep: Keep, continue_from: Model | None
    ) -> None:
        self.run = preparation
        self.feed = preparation.feed
        self.program = preparation.program
        self.session = preparation.session
        self.control = control
        self.keep = keep
        self.averages = Averages(continue_from.details.totals if continue_from else None)
        self.recorder = Recorder(self.session.step_count + 1, time.perf_counter())
        self.paused = False
        self.may_step_once = False
        self.ending: tuple[RunState, str] | None = None
        self.metrics: Figures = {}
        self.confusion: ConfusionFigures = {}
        self.measured_at = -1
        self.saved_at = time.perf_counter()
        self.epoch_told_at = 0.0
        self.has_diverged = False
        self.steps_per_call = 1

    # The run

    def events(self) -> Iterator[Event]:
        with blas_threads(self.run.multiply_adds_per_step):
            yield from self._events()

    def _events(self) -> Iterator[Event]:
        yield self.run.started()
        yield self._state("running")
        if self._ends_an_epoch() and not self.averages.is_empty:
            yield from self._end_epoch()  # the run was interrupted while this epoch was being measured
        while not self._is_over():
            yield from self._obey()
            if self._is_over():
                break
            self._advance()
            yield from self._report()
        yield from self._finish()

    def _is_over(self) -> bool:
        return self.ending is not None or self.session.step_count >= self.run.total_steps

    def _advance(self) -> None:
        if self.feed is None:
            self._advance_without_data()
        else:
            self._advance_with_data(self.feed)
        self.may_step_once = False

    def _advance_with_data(self, feed: Feed) -> None:
        step = self.session.step_count
        result = self.session.step(feed.batch(step))
        samples = feed.batch_size(step)
        self.recorder.add(result.losses, result.learning_rates, samples)
        self.averages.add_means(result.losses, result.metrics, samples)

    def _advance_without_data(self) -> None:
        """Many steps in a call, as many as take the time that a call may last."""
        left = self.run.total_steps - self.session.step_count
        count = 1 if self.may_step_once else min(self.steps_per_call, left)
        started = time.perf_counter()
        result = self.session.steps(count)
        seconds = max(time.perf_counter() - started, 1e-9)
        self.recorder.add_series(result.losses, result.learning_rates, count)
        suitable = int(count * min(SECONDS_PER_CALL / seconds, 4.0))
        self.steps_per_call = max(1, min(suitable, MOST_STEPS_PER_CALL))

    # Reports

    def _report(self) -> Iterator[Event]:
        now = time.perf_counter()
        if self.recorder.is_due(now):
            yield from self._flush()
        if self._ends_an_epoch() and not self._is_over():
            yield from self._end_epoch_if_due(now)
        if now - self.saved_at >= self.run.spec.checkpoint_seconds:
            yield from self._save()

    def _flush(self) -> Iterator[Event]:
        """The steps since the last event; says once, in words, that a loss is no longer finite."""
        event = self.recorder.take(time.perf_counter(), time.time())
        if event is None:
            return
        yield event
        if event.diverged and not self.has_diverged:
            self.has_diverged = True
            yield from self._diverge(event.first_step + _first_gap(event.losses.values()))

    def _diverge(self, step: int) -> Iterator[Event]:
        text = (
            f"The loss of step {step} is not a finite number. "
            "Usually the learning rate is too high: lower it and train again."
        )
        yield MessageEvent(time=time.time(), level="warning", text=text)
        if self.run.spec.stop_on_divergence:
            self.ending = ("stopped", text)

    def _ends_an_epoch(self) -> bool:
        return self.feed is not None and self.session.step_count % self.feed.steps_per_epoch == 0

    def _end_epoch_if_due(self, now: float) -> Iterator[Event]:
        """Of very many epochs not each can be measured and told at full speed; the last one always is."""
        if self._tells_every_epoch() or now - self.epoch_told_at >= SECONDS_BETWEEN_EVENTS:
            self.epoch_told_at = now
            yield from self._end_epoch()
        else:
            self.averages = Averages()

    def _tells_every_epoch(self) -> bool:
        return self.feed is not None and self.run.total_steps <= EPOCHS_ALL_TOLD * self.feed.steps_per_epoch

    def _end_epoch(self) -> Iterator[Event]:
        """Measure the validation samples and tell how the epoch went.

        A stop abandons the measuring. An interrupt abandons all of it, for the run that goes on to repeat.
        """
        if self.feed is None or self.measured_at == self.session.step_count:
            return
        yield from self._flush()
        losses: Figures = {"train": _finite_figures(self.averages.losses)}
        metrics: Figures = {"train": self._summaries(self.averages)}
        confusion: ConfusionFigures = self._confusion("train", self.averages)
        validation = yield from self._measure("validation")
        if self.ending is not None and self.ending[0] == "interrupted":
            return
        if validation is not None:
            losses["validation"] = _finite_figures(validation.losses)
            metrics["validation"] = self._summaries(validation)
            confusion |= self._confusion("validation", validation)
        step = self.session.step_count
        self.metrics, self.confusion = metrics, confusion
        self.measured_at, self.averages = step, Averages()
        epoch = -(-step // self.feed.steps_per_epoch)
        yield EpochEvent(
            time=time.time(), epoch=epoch, step=step, losses=losses, metrics=metrics, confusion=confusion
        )
        self.recorder.rest(time.perf_counter())

    def _measure(self, split: SplitName) -> Generator[Event, None, Averages | None]:
        """In evaluation mode, batch by batch; None if there is nothing to measure or the run was ended."""
        samples = self.run.samples.get(split)
        if not samples:
            return None
        averages, state = Averages(), self.session.state()
        # In batches as in training: a loss that adds up its batch would be another number for a larger one.
        for batch in in_order(samples, min(len(samples), self.run.spec.training.batch_size)):
            measured = self.program.measure(state, batch)
            averages.add(measured.losses, measured.metrics)
            yield from self._obey()
            if self.ending is not None:
                return None
        return averages

    def _summaries(self, averages: Averages) -> dict[str, Finite]:
        sums = averages.metrics
        return {name: finite(self.program.metric(name).summarize(sums[name])) for name in sums}

    def _confusion(self, split: SplitName, averages: Averages) -> ConfusionFigures:
        sums = averages.metrics
        counted = {name: self.program.metric(name).confusion(sums[name]) for name in sums}
        matrices: dict[str, Confusion] = {name: m for name, m in counted.items() if m is not None}
        return {split: matrices} if matrices else {}

    # Commands

    def _obey(self) -> Iterator[Event]:
        """Carry out what was asked, in order; while paused, wait here for what is asked next."""
        while self.ending is None and not self.may_step_once:
            if self.paused:
                yield from self._flush()
            command = self.control.wait() if self.paused else self.control.poll()
            if command is None:
                return
            yield from self._carry_out(command)

    def _carry_out(self, command: Command) -> Iterator[Event]:
        match command:
            case Pause():
                yield from self._pause()
            case Resume():
                yield from self._resume()
            case SingleStep():
                yield from self._pause()
                self.may_step_once = True
            case Stop():
                self.ending = ("stopped", "Stopped on request. The weights are kept.")
            case Interrupt(reason=reason):
                self.ending = ("interrupted", reason)
            case SetLearningRate(optimizer=optimizer, value=value):
                yield self._set_learning_rate(optimizer, value)
            case SaveCheckpoint():
                yield from self._save()

    def _pause(self, reason: str = "") -> Iterator[Event]:
        if not self.paused:
            self.paused = True
            yield from self._flush()
            yield self._state("paused", reason)

    def _resume(self) -> Iterator[Event]:
        if self.paused:
            self.paused = False
            self.recorder.rest(time.perf_counter())
            yield self._state("running")

    def _set_learning_rate(self, optimizer: str, value: float) -> Event:
        if optimizer not in self.session.learning_rates:
            known = ", ".join(self.session.learning_rates)
            text = f"There is no Optimizer called {optimizer!r}, so nothing was changed. There is: {known}."
            return MessageEvent(time=time.time(), level="error", text=text)
        self.session.set_learning_rate(optimizer, value)
        return LearningRateEvent(
            time=time.time(), step=self.session.step_count, optimizer=optimizer, value=value
        )

    def _save(self) -> Iterator[Event]:
        """Keep a checkpoint. A run that cannot keep its weights waits for the person, and loses nothing."""
        yield from self._flush()
        self.saved_at = time.perf_counter()
        try:
            self.keep(self.run.checkpoint(self.averages.totals()))
        except OSError as error:
            reason = f"The weights could not be saved: {error.strerror or error}. Mend that, then resume."
            yield MessageEvent(time=time.time(), level="error", text=reason)
            yield from self._pause(reason)
        else:
            yield CheckpointEvent(time=time.time(), step=self.session.step_count)

    # The end

    def _finish(self) -> Iterator[Event]:
        yield from self._flush()
        if self.ending is None:
            yield from self._last_measures()
        state, reason = self.ending or ("completed", "")
        yield from self._save_at_last()
        if state != "interrupted":
            yield from self._result()
        yield self._state(state, reason)

    def _save_at_last(self) -> Iterator[Event]:
        """As `_save`, but there is no later chance: wait until it works, or until the person lets it go.

        Raises:
            OSError: a stop or an interrupt came while the weights could not be saved.

        """
        self.paused = False
        while True:
            yield from self._save()
            if not self.paused:
                return
            if isinstance(self._awaited(), Stop | Interrupt):
                self.keep(self.run.checkpoint(self.averages.totals()))
                yield CheckpointEvent(time=time.time(), step=self.session.step_count)
                return
            yield from self._resume()

    def _awaited(self) -> Command:
        """The next command that means something to a run whose steps are done."""
        while True:
            command = self.control.wait()
            if isinstance(command, Resume | Stop | Interrupt):
                return command

    def _last_measures(self) -> Iterator[Event]:
        """What an unfinished epoch showed, and the test, which no weight was chosen by."""
        yield from self._end_epoch()
        test = yield from self._measure("test")
        if test is not None:
            self.metrics = self.metrics | {"test": self._summaries(test)}
            self.confusion = self.confusion | self._confusion("test", test)

    def _result(self) -> Iterator[Event]:
        outputs, too_large = free_outputs(self.program, MOST_NUMBERS_IN_A_RESULT)
        if too_large:
            text = f"Too large to be listed in the result: {', '.join(too_large)}. Evaluate to see them."
            yield MessageEvent(time=time.time(), level="info", text=text)
        yield ResultEvent(
            time=time.time(),
            step=self.session.step_count,
            losses=_finite_figures(self.recorder.last_losses),
            metrics=self.metrics,
            confusion=self.confusion,
            outputs=values_of(self.program, self.session.state(), outputs),
        )

    def _state(self, state: RunState, reason: str = "") -> StateEvent:
        return StateEvent(time=time.time(), state=state, reason=reason)


def _first_gap(losses: Iterable[tuple[Finite, ...]]) -> int:
    return min(values.index(None) for values in losses if None in values)


def _finite_figures(figures: Mapping[str, float]) -> dict[str, Finite]:
    return {name: finite(value) for name, value in figures.items()}
