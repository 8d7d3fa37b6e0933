"""Long logs for short charts: `steps` events with no more losses than somebody can see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from wiregrad.training.events import StepsEvent, Told

STEPS = '"type":"steps"'

GAPS = ("[null", ",null")
"""How a list says in the log that a number is not finite: searching its text is faster than its numbers."""

KEPT_COPIES = 2
"""Of a fresh event, in different lengths: all pages ask for the same."""

BYTES_OF_A_NUMBER = 32
"""In the memory of Python: a float, and the place that refers to it."""

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class LoggedText:
    """An event of the log as it is stored: JSON, seldom parsed again on its way to a client."""

    seq: int
    body: str

    def __str__(self) -> str:
        return f'{{"seq":{self.seq},"event":{self.body}}}'

    @property
    def memory(self) -> int:
        """The most bytes that it will take, but for a constant."""
        return len(self.body)

    def thinned(self, most: int) -> "LoggedText":
        """The event with every so many losses left out, if it holds more than `most` of each Optimizer.

        `stride` then says how many steps lie between one loss and the next. The last loss is told in place of
        the first one of its part, so that a client shows where the run is; and so is the first that is not
        finite, whose step is `diverged_at`. Rates are thinned alike.
        """
        if STEPS not in self.body[:200]:
            return self
        told = from_json(self.body)
        changes = _changes(told, self.body, most)
        return LoggedText(self.seq, to_json(told | changes).decode()) if changes else self


@dataclass(frozen=True, slots=True)
class FreshText(LoggedText):
    """Steps that were just committed: thinned without parsing, and once for all who follow the run."""

    event: StepsEvent = field(compare=False, repr=False)
    _copies: dict[int, LoggedText] = field(default_factory=dict, init=False, compare=False, repr=False)

    @property
    def memory(self) -> int:
        """A copy has about half of the losses, or fewer."""
        series = (*self.event.losses.values(), *self.event.learning_rates.values())
        numbers = sum(len(told) for told in series if isinstance(told, Sequence))
        return (2 + KEPT_COPIES) * len(self.body) // 2 + numbers * BYTES_OF_A_NUMBER

    def thinned(self, most: int) -> LoggedText:
        if most in self._copies:
            return self._copies[most]
        changes = _changes(dict(self.event), self.body, most)
        if not changes:
            return self
        while len(self._copies) >= KEPT_COPIES:
            del self._copies[next(iter(self._copies))]
        thin = self.event.model_copy(update=changes)
        return self._copies.setdefault(most, LoggedText(self.seq, thin.model_dump_json()))


def fresh(seq: int, told: Told) -> LoggedText:
    """An event that was just committed."""
    if isinstance(told.event, StepsEvent):
        return FreshText(seq, told.text, told.event)
    return LoggedText(seq, told.text)


def _changes(told: Mapping[str, Any], body: str, most: int) -> dict[str, Any]:
    """The fields that a thinned event has of its own; none if it is short enough. `body` is its text."""
    losses: Mapping[str, Numbers] = told["losses"]
    rates: Mapping[str, Numbers | float | None] = told["learning_rates"]
    count = max(map(len, losses.values()), default=0)
    if count <= most:
        return {}
    stride = -(-count // most)
    has_gaps = any(gap in body for gap in GAPS)
    gaps = [values.index(None) for values in losses.values() if None in values] if has_gaps else []
    return {
        "losses": {name: _every(values, stride, has_gaps=has_gaps) for name, values in losses.items()},
        "learning_rates": {
            name: _every(values, stride, has_gaps=has_gaps) if isinstance(values, Sequence) else values
            for name, values in rates.items()
        },
        "stride": stride,
        "count": count,
        "diverged_at": told["first_step"] + min(gaps) if gaps else None,
    }


def _every(values: Numbers, stride: int, *, has_gaps: bool) -> Numbers:
    kept = [*values[::stride][:-1], *values[-1:]]
    if has_gaps and None in values:
        kept[values.index(None) // stride] = None
    return tuple(kept)
