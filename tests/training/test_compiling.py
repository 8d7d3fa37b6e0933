"""A run says that it compiles, how far it is, and not too often."""

import os
from pathlib import Path

import pytest

from tests.training.drawing import classifier_document, clouds, parameter_document
from tests.training.test_worker import execute
from wiregrad.engine.backends.llvm.cache import DIRECTORY_VARIABLE
from wiregrad.training.commands import Control, Stop
from wiregrad.training.compiling import CompilingNews
from wiregrad.training.events import EVENT, CompilingEvent, Event, StartedEvent, StateEvent
from wiregrad.training.feed import in_order
from wiregrad.training.loop import train
from wiregrad.training.preparation import prepare
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


# ---- What the end of an epoch needs ----


def kept(folder: Path) -> int:
    """How many programs were compiled."""
    return len(list((folder / "cache").glob("*.bin")))


def test_an_epoch_compiles_nothing_that_was_compiled_ahead(tmp_path: Path) -> None:
    """42 samples in eights, the last two alone, and 12 for validation, the last four alone."""
    run = prepare(RunSpec.of(classifier_document(backend="llvm")), clouds(), None)
    run.compile()
    assert kept(tmp_path) == 1
    for compile_one in run.later_programs():
        compile_one()
    assert kept(tmp_path) == 4
    assert run.feed is not None
    for step in range(run.feed.steps_per_epoch):
        run.session.step(run.feed.batch(step))
    for batch in in_order(run.samples["validation"], 8):
        run.session.measure(batch)
    assert kept(tmp_path) == 4
    run.close()


def test_a_run_compiles_before_its_first_step_what_the_end_of_an_epoch_needs(tmp_path: Path) -> None:
    found: dict[str, int] = {}
    for event in train(RunSpec.of(classifier_document(backend="llvm", epochs=1)), clouds(), Control()):
        found[event.type] = kept(tmp_path)
    assert found["steps"] == found["epoch"] == 4


def test_a_run_that_is_stopped_does_not_compile_on(tmp_path: Path) -> None:
    control = Control()
    control.send(Stop())
    document = classifier_document(backend="llvm", epochs=1)
    *_, last = train(RunSpec.of(document), clouds(), control)
    assert isinstance(last, StateEvent)
    assert last.state == "stopped"
    assert kept(tmp_path) == 1


def test_nothing_is_compiled_for_a_last_batch_that_never_comes(tmp_path: Path) -> None:
    run = prepare(RunSpec.of(classifier_document(backend="llvm", steps=3, epochs=1)), clouds(), None)
    run.compile()
    for compile_one in run.later_programs():
        compile_one()
    assert kept(tmp_path) == 3
    run.close()


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
