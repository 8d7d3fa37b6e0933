"""A run says that it compiles, how far it is, and not too often."""

import os
from pathlib import Path

import pytest

from tests.training.drawing import classifier_document, clouds, parameter_document
from tests.training.test_worker import execute
from wiregrad.engine.backends.llvm.cache import DIRECTORY_VARIABLE
from wiregrad.training.commands import Control
from wiregrad.training.compiling import CompilingNews
from wiregrad.training.events import EVENT, CompilingEvent, Event, StartedEvent, StateEvent
from wiregrad.training.loop import train
from wiregrad.training.spec import RunSpec


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the first compilation is one."""
    monkeypatch.setenv(DIRECTORY_VARIABLE, str(tmp_path / "cache"))


def told_while_training(backend: str) -> list[Event]:
    """What is told and what is yielded, in one order."""
    document = classifier_document(backend=backend, epochs=1)
    together: list[Event] = []
    together.extend(train(RunSpec.of(document), clouds(), Control(), tell=together.append))
    return together


def compiling(events: list[Event]) -> list[CompilingEvent]:
    return [event for event in events if isinstance(event, CompilingEvent)]


def test_news_come_at_once_and_then_five_times_a_second_at_most() -> None:
    seconds = iter(number / 100 for number in range(1_000))
    told: list[Event] = []
    news = CompilingNews(told.append, lambda: next(seconds))
    for done in range(1, 301):
        news(done, 300)
    assert compiling(told)[0].done == 1
    assert all(event.total == 300 for event in compiling(told))
    assert 12 <= len(told) <= 16  # three seconds


def test_a_native_run_tells_of_compiling_before_it_starts_and_of_nothing_the_second_time() -> None:
    events = told_while_training("llvm")
    started = next(number for number, event in enumerate(events) if isinstance(event, StartedEvent))
    before = compiling(events[:started])
    assert before
    assert all(0 < event.done <= event.total for event in before)
    assert not compiling(told_while_training("llvm"))


def test_a_backend_that_compiles_at_once_tells_nothing() -> None:
    assert not compiling(told_while_training("numpy"))


@pytest.mark.skipif(os.name == "nt", reason="the executor's tests are those of POSIX")
def test_a_worker_passes_on_that_it_compiles(tmp_path: Path) -> None:
    events, _ = execute(tmp_path / "run", parameter_document(steps=20, backend="llvm"))
    kinds = [event.state if isinstance(event, StateEvent) else event.type for event in events]
    assert (
        kinds.index("starting") < kinds.index("compiling") < kinds.index("started") < kinds.index("running")
    )
    assert kinds[-1] == "completed"


def test_an_event_survives_the_log() -> None:
    event = CompilingEvent(time=1.0, done=12, total=40)
    assert EVENT.validate_json(EVENT.dump_json(event)) == event
