"""How a live run obeys: commands are carried out between steps, in the order in which they were sent."""

import time
from collections.abc import Callable, Iterator

from wiregrad.training.commands import (
    Command,
    Interrupt,
    Pause,
    Probe,
    Resume,
    SaveCheckpoint,
    SetLearningRate,
    SingleStep,
    Stop,
)
from wiregrad.training.events import CheckpointEvent, Event, LearningRateEvent, MessageEvent
from wiregrad.training.model import Model
from wiregrad.training.progress import Progress, entered

Keep = Callable[[Model], None]
"""Puts a checkpoint where it belongs; called with a model whose contents are a checkpoint."""


class Obedience:
    """`saved_at` is when the last checkpoint was asked for, on the clock of `time.perf_counter`."""

    def __init__(self, progress: Progress, keep: Keep) -> None:
        self._progress = progress
        self._keep = keep
        self.saved_at = time.perf_counter()

    def obey(self) -> Iterator[Event]:
        """Carry out what was asked, in order; while paused, wait here for what is asked next."""
        progress = self._progress
        while progress.ending is None and not progress.may_step_once:
            if progress.paused:
                yield from progress.flush()
            command = progress.control.wait() if progress.paused else progress.control.poll()
            if command is None:
                return
            yield from self._carry_out(command)

    def _carry_out(self, command: Command) -> Iterator[Event]:
        match command:
            case Pause():
                yield from self.pause()
            case Resume():
                yield from self.resume()
            case SingleStep():
                yield from self.pause()
                self._progress.may_step_once = True
            case Stop():
                self._progress.ending = ("stopped", "Stopped on request. The weights are kept.")
            case Interrupt(reason=reason):
                self._progress.ending = ("interrupted", reason)
            case SetLearningRate(optimizer=optimizer, value=value):
                yield self._set_learning_rate(optimizer, value)
            case SaveCheckpoint():
                yield from self.save()
            case Probe(nodes=nodes):
                yield from self._progress.watching.probe(nodes)

    def pause(self, reason: str = "") -> Iterator[Event]:
        if not self._progress.paused:
            self._progress.paused = True
            yield from self._progress.flush()
            yield entered("paused", reason)

    def resume(self) -> Iterator[Event]:
        if self._progress.paused:
            self._progress.paused = False
            self._progress.recorder.rest(time.perf_counter())
            yield entered("running")

    def _set_learning_rate(self, optimizer: str, value: float) -> Event:
        session = self._progress.run.session
        if optimizer not in session.learning_rates:
            known = ", ".join(session.learning_rates)
            text = f"There is no Optimizer called {optimizer!r}, so nothing was changed. There is: {known}."
            return MessageEvent(time=time.time(), level="error", text=text)
        session.set_learning_rate(optimizer, value)
        return LearningRateEvent(time=time.time(), step=session.step_count, optimizer=optimizer, value=value)

    def save(self) -> Iterator[Event]:
        """Keep a checkpoint. A run that cannot keep its weights waits for the person, and loses nothing."""
        yield from self._progress.flush()
        self.saved_at = time.perf_counter()
        try:
            yield self._saved()
        except OSError as error:
            reason = f"The weights could not be saved: {error.strerror or error}. Mend that, then resume."
            yield MessageEvent(time=time.time(), level="error", text=reason)
            yield from self.pause(reason)

    def save_at_last(self) -> Iterator[Event]:
        """As `save`, but there is no later chance: wait until it works, or until the person lets it go.

        Raises:
            OSError: a stop or an interrupt came while the weights could not be saved.

        """
        self._progress.paused = False
        while True:
            yield from self.save()
            if not self._progress.paused:
                return
            if isinstance(self._awaited(), Stop | Interrupt):
                yield self._saved()
                return
            yield from self.resume()

    def _saved(self) -> Event:
        checkpoint = self._progress.checkpoint()
        self._keep(checkpoint)
        return CheckpointEvent(time=time.time(), step=checkpoint.details.step)

    def _awaited(self) -> Command:
        """The next command that means something to a run whose steps are done."""
        while True:
            command = self._progress.control.wait()
            if isinstance(command, Resume | Stop | Interrupt):
                return command
