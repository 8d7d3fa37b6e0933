"""Why a loss is no longer finite: the steps are repeated from a state that still was, and looked into.

Losses are drawn from the state and the step's number alone, so a repeated step computes the same numbers.
"""

import time
from collections.abc import Iterable
from typing import Any

import numpy as np

from wiregrad.graph import Session, State
from wiregrad.graph.blame import Blame
from wiregrad.graph.inputs import Batch
from wiregrad.nodes import InputNode
from wiregrad.training.preparation import Preparation

SECONDS_BETWEEN_SNAPSHOTS = 0.25
SHARE_OF_TIME = 0.01
"""A copy of a large state takes long; it is made so seldom that it costs no more than this part of a run."""

LARGE = 1e6
"""Numbers beyond this are no longer those of a network that learns."""


class Snapshots:
    """A recent state whose weights are all finite."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._rates = dict(session.learning_rates)
        self._due = 0.0
        self.state = session.state()

    def consider(self, now: float) -> bool:
        """Take a new snapshot if it is time to; false if the weights are no longer finite."""
        rates = self._session.learning_rates
        if now < self._due and rates == self._rates:
            return True
        started = time.perf_counter()
        state = self._session.state()
        if not are_finite(state):
            return False
        self.state, self._rates = state, dict(rates)
        spent = time.perf_counter() - started
        self._due = now + max(SECONDS_BETWEEN_SNAPSHOTS, spent / SHARE_OF_TIME)
        return True


def are_finite(state: State) -> bool:
    return all(bool(np.isfinite(array).all()) for array in state.parameters.values())


class Diagnosis:
    """Uses the run's own session and puts it back as it was."""

    def __init__(self, run: Preparation, snapshot: State) -> None:
        self._run = run
        self._session = run.session
        self._snapshot = snapshot

    def of(self, step: int, optimizers: Iterable[str]) -> str:
        """Sentences about `step`, whose loss is not finite for these Optimizers; empty if none is found."""
        present = self._session.state()
        if self._snapshot.step >= step:
            return ""
        try:
            self._session.load(self._snapshot)
            before, number = self._last_finite(step)
            blame = next(filter(None, (self._blame(before, name) for name in optimizers)), None)
            return self._in_words(blame, number, step)
        except MemoryError:
            return ""
        finally:
            self._session.load(present)

    def _last_finite(self, step: int) -> tuple[State, int]:
        """The newest state with finite weights before `step`, and the number of the step that follows it."""
        state = self._session.state()
        while self._session.step_count < step - 1:
            self._session.step(self._batch(self._session.step_count))
            after = self._session.state()
            if not are_finite(after):
                break
            state = after
        return state, state.step + 1

    def _batch(self, step: int) -> Batch | None:
        return self._run.feed.batch(step) if self._run.feed is not None else None

    def _blame(self, state: State, optimizer: str) -> Blame | None:
        trace = self._run.program.trace(state, self._batch(state.step), optimizer)
        return self._run.program.blame(trace, optimizer)

    def _in_words(self, blame: Blame | None, number: int, step: int) -> str:
        if blame is not None:
            return f"{_origin(blame, number)} {_remedy(blame)}"
        if number < step:
            return (
                f"The update of step {number} made weights that are too large to be stored. "
                "The learning rate is too high: lower it and train again."
            )
        return ""


def _origin(blame: Blame, step: int) -> str:
    where = f"{blame.node.title} ({blame.node.id})"
    how_many = f"{blame.count:,} of {blame.total:,} numbers" if blame.total > 1 else "the number"
    match blame.what:
        case "value":
            found = f"{how_many} of its {blame.name}"
        case "gradient":
            found = f"{how_many} of the gradient at its {blame.name}"
        case "weights":
            found = f"{how_many} of its {blame.name}"
        case "loss":
            found = "its loss"
    verb = "is" if blame.total == 1 else "are"
    return f"It began in step {step} at {where}: {found} {verb} not finite."


def _remedy(blame: Blame) -> str:
    node: Any = blame.node.node
    if isinstance(node, InputNode):
        return "The data itself has such numbers: fill or leave out what is missing there."
    if blame.what == "weights" or blame.largest > LARGE:
        given = f"It was given numbers as large as {blame.largest:.3g}. " if blame.largest > LARGE else ""
        return f"{given}Usually the learning rate is too high: lower it and train again."
    return (
        f"It was given finite numbers up to {blame.largest:.3g}: keep them inside the range for which it is "
        "defined, for example away from zero before a logarithm or a division."
    )
