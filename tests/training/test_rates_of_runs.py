"""The learning rates that a run really takes its steps with: schedules know its epochs and its length."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.graph.drawing import classifier
from tests.training.drawing import classifier_document, clouds, run, with_settings
from wiregrad.graph.document import GraphDocument
from wiregrad.training.commands import Control, Interrupt, SaveCheckpoint, SingleStep
from wiregrad.training.events import Event, StepsEvent
from wiregrad.training.model import Model

RATE = 0.1
STEPS_PER_EPOCH = 6
"""42 training samples in batches of 8."""


def document_with(epochs: int, **optimizer: Any) -> GraphDocument:  # noqa: ANN401 - settings
    drawn = classifier(optimizer={"learning_rate": RATE, **optimizer}).document
    return with_settings(drawn, classifier_document(epochs=epochs).training)


def rates_of(events: Iterable[Event]) -> list[float | None]:
    steps = (event for event in events if isinstance(event, StepsEvent))
    return [rate for event in steps for rate in event.learning_rates["Optimizer"]]


def test_a_line_over_the_whole_run_ends_with_it() -> None:
    rates = rates_of(run(document_with(3, schedule="polynomial"), clouds()))
    steps = 3 * STEPS_PER_EPOCH
    assert rates == pytest.approx([RATE * (1 - step / steps) for step in range(steps)], rel=1e-6)


def test_a_schedule_by_epochs_changes_when_one_is_over() -> None:
    rates = rates_of(run(document_with(3, schedule="step", drop_every=1, schedule_unit="epoch"), clouds()))
    assert rates == pytest.approx(
        [RATE] * STEPS_PER_EPOCH + [RATE / 10] * STEPS_PER_EPOCH + [RATE / 100] * STEPS_PER_EPOCH
    )


def test_a_run_that_goes_on_goes_on_along_its_schedule() -> None:
    document = document_with(2, schedule="cosine", accumulate=5)
    whole = rates_of(run(document, clouds()))
    control, kept = Control(), list[Model]()
    for command in (*[SingleStep()] * 7, SaveCheckpoint(), Interrupt()):
        control.send(command)
    first = rates_of(run(document, clouds(), control=control, kept=kept))
    rest = rates_of(run(document, clouds(), continue_from=kept[-1]))
    assert len(first) == 7
    assert first + rest == whole
