"""What an epoch showed: averages of the training steps, and the samples that no weight was trained with."""

import time
from collections.abc import Callable, Generator, Iterator

from wiregrad.graph.state import State
from wiregrad.nodes import Confusion
from wiregrad.training.events import ConfusionFigures, EpochEvent, Event, Finite, LearningRateEvent, SplitName
from wiregrad.training.feed import in_order
from wiregrad.training.judging import EpochFigures, Figures
from wiregrad.training.progress import Progress, finite_figures
from wiregrad.training.recording import SECONDS_BETWEEN_EVENTS, Averages, finite

EPOCHS_ALL_TOLD = 1_000
"""Up to so many epochs each one is measured, however fast they are; of more, at most twenty a second."""


class Measuring:
    """`metrics` and `confusion` are the newest figures, by split. `obey` is asked between batches."""

    def __init__(self, progress: Progress, obey: Callable[[], Iterator[Event]]) -> None:
        self._progress = progress
        self._obey = obey
        self._measured_at = -1
        self._epoch_told_at = 0.0
        self.metrics: Figures = {}
        self.confusion: ConfusionFigures = {}

    def end_epoch_if_due(self, now: float) -> Iterator[Event]:
        """Of very many epochs not each can be measured and told at full speed; the last one always is.

        Where epochs are judged, none is left out.
        """
        if self._tells_every_epoch() or now - self._epoch_told_at >= SECONDS_BETWEEN_EVENTS:
            self._epoch_told_at = now
            yield from self.end_epoch()
        else:
            self._progress.averages = Averages()

    def _tells_every_epoch(self) -> bool:
        run = self._progress.run
        if self._progress.judge.is_needed or self._progress.judge.plateaus:
            return True
        return run.feed is not None and run.total_steps <= EPOCHS_ALL_TOLD * run.feed.steps_per_epoch

    def end_epoch(self) -> Iterator[Event]:
        """Measure the validation samples and tell how the epoch went.

        A stop abandons the measuring. An interrupt abandons all of it, for the run that goes on to repeat.
        """
        progress = self._progress
        feed = progress.run.feed
        if feed is None or self._measured_at == progress.step:
            return
        yield from progress.flush()
        losses: Figures = {"train": finite_figures(progress.averages.losses)}
        metrics: Figures = {"train": self._summaries(progress.averages)}
        confusion: ConfusionFigures = self._confusion("train", progress.averages)
        validation = yield from self._measure("validation")
        if progress.ending is not None and progress.ending[0] == "interrupted":
            return
        if validation is not None:
            losses["validation"] = finite_figures(validation.losses)
            metrics["validation"] = self._summaries(validation)
            confusion |= self._confusion("validation", validation)
        self.metrics, self.confusion = metrics, confusion
        self._measured_at, progress.averages = progress.step, Averages()
        epoch = -(-progress.step // feed.steps_per_epoch)
        measured = EpochFigures(epoch, progress.step, losses, metrics, confusion)
        yield EpochEvent(
            time=time.time(),
            epoch=epoch,
            step=progress.step,
            losses=losses,
            metrics=metrics,
            confusion=confusion,
            best=progress.ending is None and self._judge(measured),
        )
        if not progress.is_over:
            yield from self._lower_rates(measured)
        progress.recorder.rest(time.perf_counter())

    def _lower_rates(self, measured: EpochFigures) -> Iterator[Event]:
        """What plateau schedules make of an epoch; it holds from the next step."""
        session = self._progress.run.session
        lower = self._progress.judge.lower_rates(measured, session.learning_rates)
        for name, rate in lower.items():
            session.set_learning_rate(name, rate)
            yield LearningRateEvent(time=time.time(), step=session.step_count, optimizer=name, value=rate)

    def _judge(self, measured: EpochFigures) -> bool:
        """Whether it is the best epoch so far; its weights are set aside if the run may end with them."""
        progress, judge = self._progress, self._progress.judge
        is_best = judge.take(measured)
        if is_best and judge.is_needed:
            judge.weights = dict(progress.run.session.state().parameters)
        if not progress.is_over:
            progress.verdict = judge.verdict()
        return is_best

    def restore_best(self) -> None:
        """Go back to the weights of the best epoch, and to the figures that they had."""
        session, judge = self._progress.run.session, self._progress.judge
        if judge.judgment is None or not judge.weights:
            return
        state = session.state()
        session.load(State(judge.weights, state.optimizer, judge.judgment.step, state.seed))
        self.metrics, self.confusion = judge.judgment.metrics, judge.judgment.confusion
        judge.weights = {}

    def test(self) -> Iterator[Event]:
        """Measure the samples that no weight was chosen by."""
        test = yield from self._measure("test")
        if test is not None:
            self.metrics = self.metrics | {"test": self._summaries(test)}
            self.confusion = self.confusion | self._confusion("test", test)

    def _measure(self, split: SplitName) -> Generator[Event, None, Averages | None]:
        """In evaluation mode, batch by batch; None if there is nothing to measure or the run was ended."""
        run = self._progress.run
        samples = run.samples.get(split)
        if not samples:
            return None
        averages, state = Averages(), run.session.state()
        # In batches as in training: a loss that adds up its batch would be another number for a larger one.
        for batch in in_order(samples, min(len(samples), run.spec.training.batch_size)):
            measured = run.program.measure(state, batch)
            averages.add(measured.losses, measured.metrics)
            yield from self._obey()
            if self._progress.ending is not None:
                return None
        return averages

    def _summaries(self, averages: Averages) -> dict[str, Finite]:
        sums, program = averages.metrics, self._progress.run.program
        return {name: finite(program.metric(name).summarize(sums[name])) for name in sums}

    def _confusion(self, split: SplitName, averages: Averages) -> ConfusionFigures:
        sums, program = averages.metrics, self._progress.run.program
        counted = {name: program.metric(name).confusion(sums[name]) for name in sums}
        matrices: dict[str, Confusion] = {name: m for name, m in counted.items() if m is not None}
        return {split: matrices} if matrices else {}
