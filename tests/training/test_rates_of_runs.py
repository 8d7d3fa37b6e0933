"""The learning rates that a run really takes its steps with: schedules know its epochs and its length."""

from typing import Any

import pytest

from tests.graph.drawing import classifier, draw
from tests.training.drawing import classifier_document, clouds, rates_of, run, with_settings
from wiregrad.graph.document import GraphDocument
from wiregrad.training.binding import BindingError
from wiregrad.training.commands import Control, Interrupt, SaveCheckpoint, SingleStep
from wiregrad.training.events import EpochEvent, LearningRateEvent
from wiregrad.training.model import Model

RATE = 0.1
STEPS_PER_EPOCH = 6
"""42 training samples in batches of 8."""


def document_with(epochs: int, **optimizer: Any) -> GraphDocument:  # noqa: ANN401 - settings
    drawn = classifier(optimizer={"learning_rate": RATE, **optimizer}).document
    return with_settings(drawn, classifier_document(epochs=epochs).training)


def interrupted_after(steps: int) -> Control:
    control = Control()
    for _ in range(steps):
        control.send(SingleStep())
    control.send(SaveCheckpoint())
    control.send(Interrupt())
    return control


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
    control, kept = interrupted_after(7), list[Model]()
    first = rates_of(run(document, clouds(), control=control, kept=kept))
    rest = rates_of(run(document, clouds(), continue_from=kept[-1]))
    assert len(first) == 7
    assert first + rest == whole


# ---- Plateau ----

PLATEAU: dict[str, Any] = {"schedule": "plateau", "factor": 0.5, "patience": 0, "minimum_rate": 0.02}


def test_the_rate_drops_after_each_epoch_that_does_not_improve() -> None:
    """No epoch can halve the loss, so each one but the first is too little; the smallest rate ends it."""
    document = document_with(6, **PLATEAU, minimum_change=0.99)
    events = list(run(document, clouds()))
    by_epoch = [RATE, RATE, RATE / 2, RATE / 4, 0.02, 0.02]
    expected = [rate for rate in by_epoch for _ in range(STEPS_PER_EPOCH)]
    assert rates_of(events) == pytest.approx(expected)
    told = [(event.step, event.value) for event in events if isinstance(event, LearningRateEvent)]
    assert told == [(12, RATE / 2), (18, RATE / 4), (24, 0.02)]


def test_an_interrupted_run_remembers_its_plateau() -> None:
    document = document_with(6, **{**PLATEAU, "patience": 1}, minimum_change=0.99, warm_up=3)
    whole = rates_of(run(document, clouds()))
    control, kept = interrupted_after(2 * STEPS_PER_EPOCH + 2), list[Model]()
    first = rates_of(run(document, clouds(), control=control, kept=kept))
    rest = rates_of(run(document, clouds(), continue_from=kept[-1]))
    assert len(first) == 2 * STEPS_PER_EPOCH + 2
    assert first + rest == whole
    assert whole[-1] == pytest.approx(RATE / 4)


def test_a_plateau_follows_a_metric_that_is_better_when_higher() -> None:
    document = document_with(4, **PLATEAU, minimum_change=0.0)
    training = document.training.model_copy(update={"monitor": "accuracy"})
    events = list(run(with_settings(document, training), clouds()))
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    rate, best, rates = RATE, -1.0, []
    for epoch in epochs:
        rates += [rate] * STEPS_PER_EPOCH
        figure = epoch.metrics["validation"]["accuracy"]
        assert figure is not None
        rate = rate if figure > best else max(rate / 2, 0.02)
        best = max(best, figure)
    assert rates_of(events) == pytest.approx(rates)
    assert rates[-1] < RATE


def test_a_plateau_without_epochs_is_refused_on_its_node() -> None:
    graph = draw({"w": "Parameter", "sgd": ("Optimizer", {"schedule": "plateau"})}, ["w -> sgd.loss"])
    with pytest.raises(BindingError) as refused:
        list(run(graph.document))
    (problem,) = refused.value.problems
    assert (problem.code, problem.node) == ("no_epochs", "sgd")
