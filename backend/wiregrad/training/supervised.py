"""A run that takes commands from a pipe and tells a pipe what happens: the inside of a worker process."""

import queue
import signal
import threading
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

from wiregrad.data.store import DatasetStore
from wiregrad.training.commands import COMMAND, Control, Interrupt
from wiregrad.training.events import EVENT, Event, RunState, StateEvent
from wiregrad.training.failures import explain
from wiregrad.training.lines import MOST_BYTES_IN_A_COMMAND, read_lines
from wiregrad.training.locks import held
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import CHECKPOINT_FILE, LOCK_FILE, LOG_FILE, MODEL_FILE, RunSpec
from wiregrad.training.streams import STANDARD_INPUT, write_all

EVENTS_IN_FLIGHT = 8
"""Each may hold thousands of losses; what waits is what a pause or a stop is told after."""

WAIT_FOR_THE_ONE_BEFORE = 30.0
"""Seconds that an earlier worker of the same run may take to save its weights and end."""


class SupervisedRun:
    """`events` is the descriptor that events are written to."""

    def __init__(self, folder: Path, events: int) -> None:
        self._folder = folder
        self._control = Control()
        self._sender = EventSender(events, self._control)

    def run(self) -> int:
        """Train to the end, whichever it is; the exit status of the process."""
        signal.signal(signal.SIGTERM, self._terminate)
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            # A worker whose server was killed may still be saving in this folder.
            with held(self._folder / LOCK_FILE, WAIT_FOR_THE_ONE_BEFORE):
                self._tell("starting")
                for event in self._events():
                    self._sender.send(event)
        except BaseException as error:  # whatever happened, the owner is told in words
            traceback.print_exc()
            self._tell("failed", explain(error, str(self._folder / LOG_FILE)))
            return 1
        finally:
            self._sender.close()
        return 0

    def _events(self) -> Iterator[Event]:
        spec = RunSpec.load(self._folder)
        store = DatasetStore(spec.datasets or self._folder / "datasets")
        dataset = store.get(spec.training.dataset) if spec.training.dataset else None
        return train(spec, dataset, self._control, self._keep, self._checkpoint(), tell=self._sender.send)

    def _checkpoint(self) -> Model | None:
        path = self._folder / CHECKPOINT_FILE
        return Model.load(path) if path.exists() else None

    def _keep(self, checkpoint: Model) -> None:
        checkpoint.save(self._folder / CHECKPOINT_FILE)
        checkpoint.without_optimizers().save(self._folder / MODEL_FILE)

    def _tell(self, state: RunState, reason: str = "") -> None:
        self._sender.send(StateEvent(time=time.time(), state=state, reason=reason))

    def _listen(self) -> None:
        """Pass commands on until the owner closes the pipe or is gone."""
        try:
            for line in read_lines(STANDARD_INPUT, MOST_BYTES_IN_A_COMMAND):
                self._pass_on(line)
        finally:
            self._control.send(Interrupt())

    def _pass_on(self, line: bytes) -> None:
        try:
            self._control.send(COMMAND.validate_json(line))
        except ValueError:  # a command of a newer server; the run is worth more than the command
            traceback.print_exc()

    def _terminate(self, *_: object) -> None:
        self._control.send(Interrupt(reason="The training process was asked to end."))


class EventSender:
    """Encodes and writes events in a thread of its own: a reader that is slow for a moment slows no training.

    Once `EVENTS_IN_FLIGHT` events wait, sending one waits as well: memory is not endless, and neither is the
    patience of who pauses a run.
    """

    def __init__(self, descriptor: int, control: Control) -> None:
        self._descriptor = descriptor
        self._control = control
        self._waiting: queue.Queue[Event | None] = queue.Queue(EVENTS_IN_FLIGHT)
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        self._waiting.put(event)

    def close(self) -> None:
        """Return when everything is written, or nobody reads any more."""
        self._waiting.put(None)
        self._thread.join()

    def _write(self) -> None:
        is_read = True
        while (event := self._waiting.get()) is not None:
            if is_read:
                is_read = self._written(event)

    def _written(self, event: Event) -> bool:
        try:
            write_all(self._descriptor, EVENT.dump_json(event) + b"\n")
        except OSError:
            self._control.send(Interrupt(reason="The program that had started the training ended."))
            return False
        return True
