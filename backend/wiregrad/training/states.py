"""The states of a run and the ways between them. Nothing else in the product decides what may follow what."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

from wiregrad.training.events import RunState

TERMINAL: frozenset[RunState] = frozenset({"completed", "stopped", "failed", "interrupted"})

SUCCESSORS: Mapping[RunState, frozenset[RunState]] = MappingProxyType(
    {
        "queued": frozenset({"starting", "stopped", "failed", "interrupted"}),
        "starting": frozenset({"running", "paused", "stopped", "failed", "interrupted"}),
        "running": frozenset({"paused", "completed", "stopped", "failed", "interrupted"}),
        "paused": frozenset({"running", "completed", "stopped", "failed", "interrupted"}),
        "completed": frozenset(),
        "stopped": frozenset(),
        "failed": frozenset({"queued"}),
        "interrupted": frozenset({"queued"}),
    }
)

RunCommand = Literal[
    "pause", "resume", "step", "stop", "learning_rate", "checkpoint", "continue", "move", "probe"
]

OBEYED_IN: Mapping[RunCommand, frozenset[RunState]] = MappingProxyType(
    {
        "pause": frozenset({"starting", "running"}),
        "resume": frozenset({"paused"}),
        "step": frozenset({"running", "paused"}),
        "stop": frozenset({"queued", "starting", "running", "paused"}),
        "learning_rate": frozenset({"starting", "running", "paused"}),
        "checkpoint": frozenset({"running", "paused"}),
        "continue": frozenset({"interrupted", "failed"}),
        "move": frozenset({"queued"}),
        "probe": frozenset({"starting", "running", "paused"}),
    }
)

_IN_WORDS: Mapping[RunState, str] = MappingProxyType(
    {
        "queued": "is waiting for its turn",
        "starting": "is starting",
        "running": "is running",
        "paused": "is paused",
        "completed": "is completed",
        "stopped": "was stopped",
        "failed": "has failed",
        "interrupted": "was interrupted",
    }
)

_WISH: Mapping[RunCommand, str] = MappingProxyType(
    {
        "pause": "be paused",
        "resume": "be resumed",
        "step": "make a single step",
        "stop": "be stopped",
        "learning_rate": "take another learning rate",
        "checkpoint": "save a checkpoint",
        "continue": "be continued",
        "move": "be moved in the queue",
        "probe": "be looked into",
    }
)


class IllegalTransition(ValueError):  # noqa: N818 - named for the person who reads it
    """What was asked is not possible in the state that the run is in; the message says why, and what is."""


def is_terminal(state: RunState) -> bool:
    return state in TERMINAL


def advance(current: RunState, wanted: RunState) -> RunState:
    """`wanted`, if a run that is `current` may become it.

    Raises:
        IllegalTransition: it may not.

    """
    if wanted in SUCCESSORS[current]:
        return wanted
    if not SUCCESSORS[current]:
        raise IllegalTransition(f"This run {_IN_WORDS[current]}; it cannot become {wanted}. Start a new run.")
    possible = " or ".join(sorted(SUCCESSORS[current]))
    raise IllegalTransition(f"This run {_IN_WORDS[current]}; it can become {possible}, but not {wanted}.")


def require_obeyed(current: RunState, command: RunCommand) -> None:
    """Pass if a run that is `current` obeys `command`.

    Raises:
        IllegalTransition: it does not.

    """
    if current in OBEYED_IN[command]:
        return
    if is_terminal(current):
        raise IllegalTransition(
            f"This run {_IN_WORDS[current]}, so it can no longer {_WISH[command]}. Start a new run."
        )
    when = " or ".join(sorted(OBEYED_IN[command]))
    raise IllegalTransition(
        f"This run {_IN_WORDS[current]}; it can {_WISH[command]} only while it is {when}."
    )
