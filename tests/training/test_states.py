"""The state machine of runs, exhaustively: there are few enough states."""

import itertools
from typing import get_args

import pytest

from wiregrad.training.events import RunState
from wiregrad.training.states import (
    OBEYED_IN,
    TERMINAL,
    IllegalTransition,
    RunCommand,
    advance,
    is_terminal,
    require_obeyed,
)

STATES: tuple[RunState, ...] = get_args(RunState)
COMMANDS: tuple[RunCommand, ...] = get_args(RunCommand)
LEGAL = {
    ("queued", "starting"),
    ("starting", "running"),
    ("starting", "paused"),
    ("running", "paused"),
    ("paused", "running"),
    ("running", "completed"),
    ("paused", "completed"),
    ("failed", "queued"),
    ("interrupted", "queued"),
    *itertools.product(("queued", "starting", "running", "paused"), ("stopped", "failed", "interrupted")),
}


@pytest.mark.parametrize(("current", "wanted"), list(itertools.product(STATES, STATES)))
def test_transitions(current: RunState, wanted: RunState) -> None:
    if (current, wanted) in LEGAL:
        assert advance(current, wanted) == wanted
    else:
        with pytest.raises(IllegalTransition, match=f"cannot become {wanted}|but not {wanted}"):
            advance(current, wanted)


def test_only_a_run_that_broke_off_can_go_on_after_its_end() -> None:
    assert {"completed", "stopped", "failed", "interrupted"} == TERMINAL
    assert {state for state in STATES if is_terminal(state)} == TERMINAL


@pytest.mark.parametrize(("state", "command"), list(itertools.product(STATES, COMMANDS)))
def test_commands(state: RunState, command: RunCommand) -> None:
    if state in OBEYED_IN[command]:
        require_obeyed(state, command)
    else:
        with pytest.raises(IllegalTransition) as refusal:
            require_obeyed(state, command)
        assert str(refusal.value).startswith("This run ")
        assert is_terminal(state) == ("Start a new run." in str(refusal.value))


def test_refusals_are_sentences_for_people() -> None:
    with pytest.raises(IllegalTransition, match="it can be paused only while it is running"):
        require_obeyed("paused", "pause")
    with pytest.raises(IllegalTransition, match="This run was stopped, so it can no longer be resumed"):
        require_obeyed("stopped", "resume")
