"""How a training tells what it does: JSON lines for programs, a progress bar and words for people."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from wiregrad.cli.console import complain, number, say
from wiregrad.training.events import (
    EVENT,
    CompilingEvent,
    EpochEvent,
    Event,
    MessageEvent,
    ResultEvent,
    RunState,
    StartedEvent,
    StateEvent,
    StepsEvent,
)


class Summary:
    """What remains of a run when it is over."""

    def __init__(self) -> None:
        self.state: RunState = "starting"
        self.reason = ""
        self.steps = 0
        self.losses: dict[str, float | None] = {}
        self.metrics: dict[Any, dict[str, float | None]] = {}
        self.outputs: dict[str, Any] = {}

    def take(self, event: Event) -> None:
        match event:
            case StateEvent():
                self.state, self.reason = event.state, event.reason
            case StepsEvent():
                self.losses = {name: values[-1] for name, values in event.losses.items()}
                self.steps = event.first_step + len(next(iter(event.losses.values()))) - 1
            case EpochEvent():
                self.metrics = dict(event.metrics)
            case ResultEvent():
                self.steps, self.losses = event.step, event.losses
                self.metrics, self.outputs = dict(event.metrics), event.outputs
            case _:
                pass


class Reporter(Protocol):
    """Told every event of a run."""

    @property
    def state(self) -> RunState: ...

    def tell(self, event: Event) -> None: ...

    def fail(self, reason: str, details: str) -> None:
        """The run ended with an error: `reason` for the record, `details` for the person."""
        ...


@contextmanager
def reporter_for(*, as_json: bool) -> Iterator[Reporter]:
    if as_json:
        reporter = JsonReporter()
        yield reporter
        reporter.finish()
        return
    console = Console(stderr=True)
    with WordsReporter(console) as words:
        yield words


class JsonReporter:
    """An event per line; the last line sums up."""

    def __init__(self) -> None:
        self._summary = Summary()

    @property
    def state(self) -> RunState:
        return self._summary.state

    def tell(self, event: Event) -> None:
        self._summary.take(event)
        say(EVENT.dump_json(event).decode())

    def fail(self, reason: str, details: str) -> None:
        complain(details)
        self._summary.state, self._summary.reason = "failed", reason

    def finish(self) -> None:
        say(json.dumps({"type": "summary", **vars(self._summary)}, ensure_ascii=False, allow_nan=False))


class WordsReporter:
    """A progress bar where a person watches, and the figures at the end."""

    def __init__(self, console: Console) -> None:
        self._summary = Summary()
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[figures]}"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._progress.add_task("Starting", total=None, figures="")

    def __enter__(self) -> "WordsReporter":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    @property
    def state(self) -> RunState:
        return self._summary.state

    def tell(self, event: Event) -> None:
        self._summary.take(event)
        match event:
            case CompilingEvent() if self._summary.state == "starting":
                done, total = event.done, event.total
                self._progress.update(self._task, description="Compiling", completed=done, total=total)
            case StartedEvent():
                total = event.total_steps
                self._progress.update(self._task, description="Training", completed=event.step, total=total)
                complain(_heading(event))
            case StepsEvent():
                self._progress.update(
                    self._task, completed=self._summary.steps, figures=_figures(self._summary.losses)
                )
            case MessageEvent():
                complain(event.text)
            case StateEvent(state="completed" | "stopped"):
                self._progress.stop()
                say(_conclusion(self._summary))
            case _:
                pass

    def fail(self, reason: str, details: str) -> None:
        self._progress.stop()
        self._summary.state, self._summary.reason = "failed", reason
        complain(details)


def _heading(event: StartedEvent) -> str:
    samples = ", ".join(f"{count:,} {split}" for split, count in event.samples.items() if count)
    data = f"; samples: {samples}" if samples else ""
    scaled = ", ".join(scale.column for scale in event.normalization)
    normalized = f"; normalized: {scaled}" if scaled else ""
    return (
        f"Training {event.parameters:,} parameters for {event.total_steps:,} steps "
        f"with {event.backend} on {event.device}{data}{normalized}."
    )


def _conclusion(summary: Summary) -> str:
    lines = [f"{summary.state.capitalize()} after {summary.steps:,} steps: {_figures(summary.losses)}"]
    lines += [f"  {split}: {_figures(figures)}" for split, figures in summary.metrics.items() if figures]
    lines += [f"  {name} = {_value(value)}" for name, value in summary.outputs.items()]
    return "\n".join(lines)


def _figures(figures: dict[str, float | None]) -> str:
    return ", ".join(f"{name} {number(value)}" for name, value in figures.items())


def _value(value: object) -> str:
    return json.dumps(value) if isinstance(value, list) else number(value)
