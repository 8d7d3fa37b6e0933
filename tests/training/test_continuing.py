"""Runs that begin with weights of others, and two workers that want the same folder."""

from pathlib import Path

import numpy as np
import pytest

from tests.training.drawing import classifier_document, clouds, parameter_document, run
from tests.training.test_worker import FOREVER, close, read_until, start_by_hand
from wiregrad.training.commands import Control, Interrupt
from wiregrad.training.events import MessageEvent, StartedEvent
from wiregrad.training.locks import StillHeld, held
from wiregrad.training.loop import train
from wiregrad.training.model import Model, ModelError
from wiregrad.training.spec import CHECKPOINT_FILE, LOCK_FILE, RunSpec


def spec(start_from: Path, **settings: object) -> RunSpec:
    document = classifier_document(**settings)
    return RunSpec.of(document, start_from=start_from)


def test_a_warm_start_begins_with_the_weights_of_the_file_and_says_so(tmp_path: Path) -> None:
    kept: list[Model] = []
    list(run(classifier_document(), clouds(), kept=kept))
    path = tmp_path / "earlier.safetensors"
    kept[-1].without_optimizers().save(path)
    control, begun = Control(), list[Model]()
    control.send(Interrupt())
    events = list(train(spec(path, seed=9), clouds(), control, begun.append))
    for name, array in kept[-1].tensors.items():
        if name.startswith("tensor/"):
            np.testing.assert_array_equal(begun[-1].tensors[name], array)
        elif name.startswith("optimizer/"):
            assert not begun[-1].tensors[name].any()
    (message,) = (event for event in events if isinstance(event, MessageEvent))
    assert message.text.startswith("Took 4 of 4 tensors")


def test_a_run_that_goes_on_does_not_start_afresh_from_other_weights(tmp_path: Path) -> None:
    """The file to start from may even be gone by then."""
    control, kept = Control(), list[Model]()
    control.send(Interrupt())
    list(run(classifier_document(), clouds(), control=control, kept=kept))
    events = list(train(spec(tmp_path / "gone"), clouds(), Control(), kept.append, kept[-1]))
    assert not any(isinstance(event, MessageEvent) for event in events)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no-model").write_bytes(b"something else")
    with pytest.raises(ModelError, match="not a Wiregrad model"):
        train(spec(tmp_path / "no-model"), clouds(), Control())


def test_a_worker_waits_for_the_one_before_it_and_goes_on_where_that_one_ended(tmp_path: Path) -> None:
    first = start_by_hand(tmp_path, parameter_document(steps=FOREVER))
    read_until(first, "steps")
    second = start_by_hand(tmp_path, parameter_document(steps=FOREVER))
    assert first.stdin is not None
    first.stdin.close()
    assert first.stdout is not None
    assert b'"interrupted"' in first.stdout.read().splitlines()[-1]
    saved = Model.load(tmp_path / CHECKPOINT_FILE).details.step
    assert second.stdout is not None
    started = next(
        event
        for event in (
            StartedEvent.model_validate_json(line) for line in second.stdout if b'"started"' in line
        )
    )
    assert started.step == saved > 0
    close(first)
    close(second)


def test_a_file_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / LOCK_FILE
    with held(path, 1.0), pytest.raises(StillHeld), held(path, 0.0):
        pass
    with held(path, 0.0):
        pass
