"""Long logs for short charts: `steps` events with no more losses than somebody can see."""

import json
from dataclasses import dataclass
from typing import Any

STEPS = '"type":"steps"'


@dataclass(frozen=True, slots=True)
class LoggedText:
    """An event of the log as it is stored: JSON, seldom parsed again on its way to a client."""

    seq: int
    body: str

    def __str__(self) -> str:
        return f'{{"seq":{self.seq},"event":{self.body}}}'


def thinned(event: LoggedText, most: int) -> LoggedText:
    """The event with every so many losses left out, if it holds more than `most` of each Optimizer.

    `stride` then says how many steps lie between one loss and the next. The first loss that is not finite
    stays, in place of the one that would have been told for its part.
    """
    if STEPS not in event.body[:200]:
        return event
    body = json.loads(event.body)
    count = max((len(losses) for losses in body["losses"].values()), default=0)
    if count <= most:
        return event
    stride = -(-count // most)
    body["losses"] = {name: _every(values, stride) for name, values in body["losses"].items()}
    body["learning_rates"] = {name: _every(values, stride) for name, values in body["learning_rates"].items()}
    body |= {"stride": stride, "count": count}
    return LoggedText(event.seq, json.dumps(body, ensure_ascii=False, separators=(",", ":")))


def _every(values: Any, stride: int) -> Any:  # noqa: ANN401 - a list or a number of JSON
    if not isinstance(values, list):
        return values
    kept = values[::stride]
    if None in values:
        gap = values.index(None)
        kept[gap // stride] = None
    return kept
