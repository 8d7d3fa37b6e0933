"""What Watch nodes show of a run, and the nodes that a person looks into while it runs.

Looking computes the step that comes next without taking it, so it is done seldom: a few times a second, and
never for more than a small part of the time.
"""

import time
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from wiregrad.graph import Trace
from wiregrad.training.events import Event, MessageEvent, Watched, WatchEvent
from wiregrad.training.preparation import Preparation
from wiregrad.training.recording import finite

SECONDS_BETWEEN_LOOKS = 0.25
SHARE_OF_TIME = 0.05
BINS = 32
MOST_PIXELS = 64
"""Of a side of a picture; a larger one is shown by every other pixel, every third, and so on."""

Array = NDArray[Any]
What = Literal["value", "gradient"]
Shown = Literal["number", "histogram", "picture"]


class Watching:
    """`probe` chooses the nodes that are looked into beside the Watch nodes."""

    def __init__(self, run: Preparation) -> None:
        self._run = run
        self._watches = run.program.ends.watches
        self._probed: tuple[str, ...] = ()
        self._last_step = run.session.step_count
        self._due = 0.0
        self._tracer = run.program.tracer(self._nodes())

    def _nodes(self) -> tuple[str, ...]:
        return (*(end.resolved.id for end in self._watches), *self._probed)

    def probe(self, nodes: Sequence[str]) -> Iterator[Event]:
        """Look into these nodes from now on, and into none if there are none; says which do not exist."""
        known = self._run.program.node_ids
        unknown = [node for node in nodes if node not in known]
        if unknown:
            text = f"There is no node {unknown[0]!r} in this run's graph, so nothing was changed."
            yield MessageEvent(time=time.time(), level="error", text=text)
            return
        self._probed = tuple(dict.fromkeys(nodes))
        self._tracer, self._due = self._run.program.tracer(self._nodes()), 0.0

    def look(self, now: float) -> Iterator[Event]:
        """What the next step computes, if it is time to tell."""
        if not (self._watches or self._probed) or now < self._due:
            return
        step = self._run.session.step_count + 1
        watches = [end for end in self._watches if self._is_turn(end.role.steps_between, step)]
        if not watches and not self._probed:
            return
        started = time.perf_counter()
        feed = self._run.feed
        trace = self._tracer(self._run.session.state(), feed.batch(step - 1) if feed is not None else None)
        told = [
            _watched(end.name, f"{end.resolved.id}.output", "value", end.role.shown_as, trace)
            for end in watches
        ]
        told += [entry for node in self._probed for entry in _probed(node, trace)]
        self._last_step = step
        spent = time.perf_counter() - started
        self._due = now + spent + max(SECONDS_BETWEEN_LOOKS, spent / SHARE_OF_TIME)
        yield WatchEvent(time=time.time(), step=step, watched=tuple(filter(None, told)))

    def _is_turn(self, every: int, step: int) -> bool:
        """Whether a multiple of `every` has come since the last look: many steps may be taken in one go."""
        return step // every > self._last_step // every


def _probed(node: str, trace: Trace) -> Iterator[Watched | None]:
    sides: tuple[tuple[What, dict[str, Array]], ...] = (
        ("value", trace.values),
        ("gradient", trace.gradients),
    )
    for what, arrays in sides:
        for key in arrays:
            if key.rpartition(".")[0] == node:
                yield _watched(key, key, what, "histogram", trace)


def _watched(name: str, key: str, what: What, shown: Shown, trace: Trace) -> Watched | None:
    array = (trace.values if what == "value" else trace.gradients).get(key)
    node, _, port = key.rpartition(".")
    if array is None or not array.size:
        return None
    numbers = array.astype(np.float64, copy=False).ravel()
    good = numbers[np.isfinite(numbers)]
    low, high = (float(good.min()), float(good.max())) if good.size else (0.0, 0.0)
    counts: list[int] = []
    if shown == "histogram":
        counts = np.histogram(good, BINS, (low, high if high > low else low + 1))[0].tolist()
    return Watched(
        name=name,
        node=node,
        port=port,
        what=what,
        shown_as=shown,
        shape=array.shape,
        mean=finite(float(good.mean())) if good.size else None,
        deviation=finite(float(good.std())) if good.size else None,
        lowest=low if good.size else None,
        highest=high if good.size else None,
        zeros=float((numbers == 0).mean()),
        not_finite=1 - good.size / numbers.size,
        histogram=tuple(counts),
        picture=_picture(array) if shown == "picture" else None,
    )


def _picture(array: Array) -> tuple[tuple[tuple[float | None, ...], ...], ...]:
    """(channels, height, width) of the first sample, with at most so many pixels to a side."""
    channels = array[0] if array.ndim > 3 or (array.ndim == 3 and array.shape[0] not in (1, 3, 4)) else array  # noqa: PLR2004
    channels = channels[np.newaxis] if channels.ndim == 2 else channels  # noqa: PLR2004
    stride = max(1, *(-(-side // MOST_PIXELS) for side in channels.shape[1:]))
    small = channels[:, ::stride, ::stride].astype(np.float64)
    return tuple(
        tuple(tuple(finite(float(f"{pixel:.4g}")) for pixel in row) for row in channel) for channel in small
    )
