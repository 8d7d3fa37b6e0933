"""Long logs for short charts: `steps` events with no more losses than somebody can see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json

from wiregrad.training.events import Event, StepsEvent

STEPS = '"type":"steps"'

Numbers = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class LoggedText:
    """An event of the log as it is stored: JSON, seldom parsed again on its way to a client."""

    seq: int
    body: str

    def __str__(self) -> str:
        return f'{{"seq":{self.seq},"event":{self.body}}}'

    def thinned(self, most: int) -> "LoggedText":
        """The event with every so many losses left out, if it holds more than `most` of each Optimizer.

        `stride` then says how many steps lie between one loss and the next. The first loss that is not finite
        stays, in place of the one that would have been told for its part.
        """
        if STEPS not in self.body[:200]:
            return self
        body = from_json(self.body)
        changes = _changes(body["losses"], body["learning_rates"], most, has_gaps=body.get("diverged", True))
        return LoggedText(self.seq, to_json(body | changes).decode()) if changes else self


@dataclass(frozen=True, slots=True)
class FreshText(LoggedText):
    """An event that was just committed: thinned without parsing, and once for all who follow the run."""

    event: Event = field(compare=False, repr=False)
    _thinned: dict[int, LoggedText] = field(default_factory=dict, init=False, compare=False, repr=False)

    def thinned(self, most: int) -> LoggedText:
        event = self.event
        if most in self._thinned or not isinstance(event, StepsEvent):
            return self._thinned.get(most, self)
        changes = _changes(event.losses, event.learning_rates, most, has_gaps=event.diverged)
        if not changes:
            return self
        thin = event.model_copy(update=changes)
        return self._thinned.setdefault(most, LoggedText(self.seq, thin.model_dump_json()))


def _changes(
    losses: Mapping[str, Numbers], rates: Mapping[str, Numbers | float | None], most: int, *, has_gaps: bool
) -> dict[str, Any]:
    """The fields that a thinned event has of its own; none if it is short enough."""
    count = max(map(len, losses.values()), default=0)
    if count <= most:
        return {}
    stride = -(-count // most)
    return {
        "losses": {name: _every(values, stride, has_gaps=has_gaps) for name, values in losses.items()},
        "learning_rates": {
            name: _every(told, stride, has_gaps=has_gaps) if isinstance(told, Sequence) else told
            for name, told in rates.items()
        },
        "stride": stride,
        "count": count,
    }


def _every(values: Numbers, stride: int, *, has_gaps: bool) -> Numbers:
    kept = tuple(values[::stride])
    if has_gaps and None in values:
        gap = values.index(None) // stride
        kept = (*kept[:gap], None, *kept[gap + 1 :])
    return kept
