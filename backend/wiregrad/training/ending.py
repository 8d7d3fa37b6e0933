"""The end of a run: the last measures, the weights on disk, the result."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Literal

from wiregrad.training.evaluation import free_outputs, values_of
from wiregrad.training.events import Event, MessageEvent, ResultEvent
from wiregrad.training.given import EvaluationError
from wiregrad.training.measuring import Measuring
from wiregrad.training.obeying import Obedience
from wiregrad.training.progress import Progress, entered, finite_figures
from wiregrad.training.text import continue_text, text_model

MOST_NUMBERS_IN_A_RESULT = 20_000
"""Of all Outputs together: the result is a line of the log, which clients take in one piece."""

SAMPLE_START = 12
SAMPLE_LENGTH = 120
"""Characters that a model of texts is given, and those that it writes, when its run ends."""


class Ending:
    def __init__(self, progress: Progress, measuring: Measuring, obedience: Obedience) -> None:
        self._progress = progress
        self._measuring = measuring
        self._obedience = obedience

    def events(self) -> Iterator[Event]:
        """From the last step to the last event."""
        progress = self._progress
        yield from progress.flush()
        if progress.ending is None:  # what an unfinished epoch showed
            yield from self._measuring.end_epoch()
        steps, keeps_best = progress.step, self._keeps_best()
        if keeps_best:
            self._measuring.restore_best()
        if progress.ending is None:
            yield from self._measuring.test()
        state, reason = progress.ending or ("completed", progress.verdict)
        yield from self._obedience.save_at_last()
        if state != "interrupted":
            yield from self._sample_text()
            yield from self._result(steps, "best" if keeps_best else "last")
        yield entered(state, reason)

    def _keeps_best(self) -> bool:
        """An interrupted run goes on later, so its last weights stay the present ones."""
        progress = self._progress
        if progress.judge.judgment is None or (progress.ending and progress.ending[0] == "interrupted"):
            return False
        return progress.verdict != "" or progress.run.spec.training.keep == "best"

    def _sample_text(self) -> Iterator[Event]:
        """What a model of characters writes now, after the beginning of a text that it was trained with."""
        run = self._progress.run
        model = text_model(run.program, run.session.state(), run.input_labels)
        if model is None or run.binding is None:
            return
        column = run.binding.inputs[model.input].column
        (sample,) = run.binding.dataset.take(run.binding.split.train[:1], [column])[column]
        start = "".join(model.characters[code] for code in sample[:SAMPLE_START])
        with suppress(EvaluationError):  # it diverged, which the log has said by now
            text = continue_text(model, start, SAMPLE_LENGTH, seed=run.spec.training.seed)
            yield MessageEvent(time=time.time(), level="info", text=f"It writes by now:\n{start}{text}")

    def _result(self, steps: int, kept: Literal["last", "best"]) -> Iterator[Event]:
        program, session = self._progress.run.program, self._progress.run.session
        best = self._progress.judge.judgment
        outputs, too_large = free_outputs(program, MOST_NUMBERS_IN_A_RESULT)
        if too_large:
            text = f"Too large to be listed in the result: {', '.join(too_large)}. Evaluate to see them."
            yield MessageEvent(time=time.time(), level="info", text=text)
        yield ResultEvent(
            time=time.time(),
            step=steps,
            losses=finite_figures(self._progress.recorder.last_losses),
            metrics=self._measuring.metrics,
            confusion=self._measuring.confusion,
            outputs=values_of(program, session.state(), outputs, self._progress.run.output_scales),
            best_epoch=best.epoch if best else None,
            best_step=best.step if best else None,
            kept=kept,
        )
