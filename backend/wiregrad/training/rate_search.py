"""Finds a learning rate to begin with: a few training steps, each with a larger rate than the one before.

The range test of Smith, "Cyclical Learning Rates for Training Neural Networks" (2017): where the loss falls
fastest is a good rate; a tenth of where it is lowest is a careful one. The weights that it moves are its own.
"""

import math
import time
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from wiregrad.data.dataset import Dataset
from wiregrad.graph.check import analyze
from wiregrad.graph.document import BlockDefinition, GraphDocument, NodeDocument
from wiregrad.graph.report import Problem
from wiregrad.training.binding import BindingError
from wiregrad.training.events import Finite
from wiregrad.training.preparation import Preparation, prepare
from wiregrad.training.recording import finite
from wiregrad.training.spec import RunSpec
from wiregrad.training.threads import blas_threads

SMOOTHING = 0.9
"""How much of the average so far stays when the next loss comes."""

WORSE_BY = 4.0
"""The sweep ends when the smoothed loss exceeds the lowest one by so many times the fall that led to it."""

FEWEST_STEPS = 10

Array = NDArray[Any]


class RateSearch(BaseModel):
    """What to try: from `lowest` to `highest`, each rate the same factor above the one before.

    `optimizer` is the one whose rate is swept; empty: the first that steps. `seconds` bound the whole search.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    optimizer: Annotated[str, Field(max_length=256)] = ""
    lowest: Annotated[float, Field(gt=0, le=1e3)] = 1e-6
    highest: Annotated[float, Field(gt=0, le=1e6)] = 10.0
    steps: Annotated[int, Field(ge=FEWEST_STEPS, le=1_000)] = 100
    seconds: Annotated[float, Field(gt=0, le=300)] = 30.0


class RateCurve(BaseModel):
    """The loss of each step by the rate that it was made after, and what follows from it.

    `steepest` is the rate at which the smoothed loss fell fastest, `careful` a tenth of the rate at which it
    was lowest. `suggestion` is the smaller one; all are null if the loss never fell. `reason` says why the
    sweep ended before `highest`, if it did.
    """

    model_config = ConfigDict(frozen=True)

    optimizer: str
    rates: tuple[float, ...]
    losses: tuple[Finite, ...]
    smoothed: tuple[Finite, ...]
    steepest: float | None
    careful: float | None
    suggestion: float | None
    reason: str


def search_rate(spec: RunSpec, dataset: Dataset | None, search: RateSearch) -> RateCurve:
    """Sweep one Optimizer's learning rate, without its schedule, over batches of the training samples.

    Raises:
        BindingError: the graph cannot be trained, or has no such Optimizer, or the range is empty.

    """
    name = _optimizer(spec.graph, search)
    run = prepare(spec.model_copy(update={"graph": _without_schedules(spec.graph)}), dataset, None)
    sweep = _Sweep(run, name, search)
    try:
        with blas_threads(run.multiply_adds_per_step):
            sweep.run()
    finally:
        run.close()
    return sweep.curve()


class _Sweep:
    def __init__(self, run: Preparation, optimizer: str, search: RateSearch) -> None:
        self._run = run
        self._optimizer = optimizer
        self._search = search
        self._losses: list[float] = []
        self._smoothed: list[float] = []
        self._rates = np.geomspace(search.lowest, search.highest, search.steps)
        self._reason = ""

    def run(self) -> None:
        started, average = time.perf_counter(), 0.0
        for number, loss in enumerate(self._step_losses(), 1):
            self._losses.append(loss)
            average = SMOOTHING * average + (1 - SMOOTHING) * loss
            self._smoothed.append(average / (1 - SMOOTHING**number))
            self._reason = self._why_to_end(time.perf_counter() - started)
            if self._reason:
                return

    def _step_losses(self) -> Iterator[float]:
        """The loss before each step, and after the last one that was made with a rate."""
        session, feed = self._run.session, self._run.feed
        for rate in self._rates.tolist():
            session.set_learning_rate(self._optimizer, rate)
            batch = feed.batch(session.step_count) if feed is not None else None
            yield session.step(batch).losses[self._optimizer]

    def _why_to_end(self, seconds: float) -> str:
        if not math.isfinite(self._losses[-1]):
            return "The loss was no longer a finite number."
        lowest = min(self._smoothed)
        fall = self._smoothed[0] - lowest
        if len(self._losses) > FEWEST_STEPS and self._smoothed[-1] > lowest + WORSE_BY * max(fall, 1e-12):
            return "The loss rose far above its lowest value."
        if seconds > self._search.seconds:
            return f"The time of {self._search.seconds:g} seconds was over."
        return ""

    def curve(self) -> RateCurve:
        rates = self._rates[: len(self._losses)].tolist()
        steepest, careful = suggestions(rates, self._smoothed)
        return RateCurve(
            optimizer=self._optimizer,
            rates=tuple(rates),
            losses=tuple(map(finite, self._losses)),
            smoothed=tuple(map(finite, self._smoothed)),
            steepest=steepest,
            careful=careful,
            suggestion=None if steepest is None or careful is None else min(steepest, careful),
            reason=self._reason,
        )


def suggestions(rates: Sequence[float], smoothed: Sequence[float]) -> tuple[float | None, float | None]:
    """The rate of the steepest descent before the lowest loss, and a tenth of the rate of the lowest loss."""
    losses = np.array([loss for loss in smoothed if math.isfinite(loss)])
    if len(losses) < FEWEST_STEPS:
        return None, None
    lowest = int(losses.argmin())
    if lowest == 0:
        return None, None
    slopes = np.gradient(losses, np.log(rates[: len(losses)]))[: lowest + 1]
    return float(rates[int(slopes.argmin())]), rates[lowest] / 10


def _optimizer(document: GraphDocument, search: RateSearch) -> str:
    names = [end.name for end in analyze(document).ends.optimizers]
    if search.lowest >= search.highest:
        raise BindingError((_empty_range(search),))
    if search.optimizer and names and search.optimizer not in names:
        raise BindingError((_unknown(search.optimizer, names),))
    return search.optimizer or next(iter(names), "")


def _without_schedules(document: GraphDocument) -> GraphDocument:
    graph = analyze(document)
    drawn = graph.resolution.expansion.drawn
    unscheduled = {drawn(end.resolved.id): end.role.unscheduled for end in graph.ends.optimizers}

    def changed(definition: str, node: NodeDocument) -> NodeDocument:
        settings = {**node.settings, **unscheduled.get((definition, node.id), {})}
        return node.model_copy(update={"settings": settings})

    def changed_block(block: BlockDefinition) -> BlockDefinition:
        return block.model_copy(update={"nodes": tuple(changed(block.id, node) for node in block.nodes)})

    nodes = tuple(changed("", node) for node in document.nodes)
    return document.model_copy(update={"nodes": nodes, "blocks": tuple(map(changed_block, document.blocks))})


def _unknown(name: str, names: list[str]) -> Problem:
    return Problem(
        code="unknown_optimizer",
        message=f"The graph has no Optimizer called {name!r}.",
        expected=f"one of: {', '.join(names)}",
        got=repr(name),
        remedy="Name one of them, or none for the first that steps.",
    )


def _empty_range(search: RateSearch) -> Problem:
    return Problem(
        code="range",
        message="There is no learning rate between the lowest and the highest one.",
        expected="a lowest rate below the highest one",
        got=f"from {search.lowest:g} to {search.highest:g}",
        remedy="Swap them, or widen the range.",
    )
