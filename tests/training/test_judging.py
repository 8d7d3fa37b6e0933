"""Which epoch is the best, when a run stops early, and which weights it ends with."""

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, parameter_document, run, with_settings
from wiregrad.data.splits import split
from wiregrad.graph import Graph, GraphDocument, compile_graph
from wiregrad.graph.document import EarlyStopping, SplitSettings, TrainingSettings
from wiregrad.training.binding import BindingError
from wiregrad.training.commands import Control, Interrupt, Stop
from wiregrad.training.events import EpochEvent, Event, ResultEvent, StateEvent
from wiregrad.training.judging import EpochFigures, Judge, Monitored
from wiregrad.training.model import Model

LOSS = Monitored("loss", "loss", higher_is_better=False)


def judge(patience: int, minimum_change: float = 0.0, figure: Monitored = LOSS) -> Judge:
    stopping = EarlyStopping(patience=patience, minimum_change=minimum_change)
    return Judge(figure, TrainingSettings(early_stopping=stopping))


def epoch(number: int, value: float | None) -> EpochFigures:
    return EpochFigures(
        number,
        10 * number,
        losses={"train": {"loss": 0.0}, "validation": {"loss": value}},
        metrics={"validation": {"accuracy": value}},
    )


def judged(judge: Judge, values: list[float | None]) -> list[tuple[bool, bool]]:
    """Of each epoch: whether it was the best so far, and whether the run should end."""
    return [
        (judge.take(epoch(number, value)), bool(judge.verdict())) for number, value in enumerate(values, 1)
    ]


def test_patience_counts_epochs_without_improvement() -> None:
    told = judged(judge(2), [3.0, 2.0, 2.5, 1.0, 1.0, 1.5])
    assert [best for best, _ in told] == [True, True, False, True, False, False]
    assert [ends for _, ends in told] == [False, False, False, False, False, True]


def test_a_change_below_the_minimum_is_the_best_but_no_reason_to_wait_longer() -> None:
    told = judged(judge(2, minimum_change=0.5), [3.0, 2.9, 2.8, 2.7])
    assert told == [(True, False), (True, False), (True, True), (True, True)]


def test_small_changes_that_add_up_are_an_improvement() -> None:
    told = judged(judge(3, minimum_change=0.5), [3.0, 2.8, 2.6, 2.4, 2.2, 2.0, 1.8])
    assert not any(ends for _, ends in told)


def test_of_a_metric_the_higher_figure_is_better_where_its_node_says_so() -> None:
    accuracy = Monitored("metric", "accuracy", higher_is_better=True)
    told = judged(judge(1, figure=accuracy), [0.5, 0.7, 0.6])
    assert told == [(True, False), (True, False), (False, True)]


def test_what_is_not_finite_is_never_the_best() -> None:
    found = judge(2)
    assert judged(found, [None, 2.0, None, None]) == [
        (False, False),
        (True, False),
        (False, False),
        (False, True),
    ]
    assert found.judgment is not None
    assert (found.judgment.epoch, found.judgment.value) == (2, 2.0)


def swinging_document(**settings: object) -> GraphDocument:
    """A parameter on its way from 0 past the mean of the data: the loss falls, then rises forever."""
    graph = draw(
        {
            "x": ("Input", {"name": "height", "shape": []}),
            "place": ("Parameter", {"values": 0}),
            "slope": ("Constant", {"values": 1}),
            "loss": ("Loss", {}),
            "distance": ("Metric", {"metric": "mae", "name": "distance"}),
            "push": "Mul",
            "sgd": ("Optimizer", {"name": "push", "learning_rate": 0.05, "order": 1}),
            "still": ("Optimizer", {"name": "loss", "learning_rate": 0.0}),
            "out": ("Output", {"name": "place"}),
        },
        [
            "place -> loss.prediction",
            "x -> loss.target",
            "place -> distance.prediction",
            "x -> distance.target",
            "loss -> still.loss",
            "place -> push.a",
            "slope -> push.b",
            "push -> sgd.loss",
            "place -> out.input",
        ],
    )
    chosen = {
        "batch_size": 10,
        "epochs": 40,
        "split": SplitSettings(train=0.5, validation=0.5, test=0),
        "early_stopping": EarlyStopping(patience=3),
        **settings,
    }
    return with_settings(graph.document, TrainingSettings.model_validate(chosen))


def result_of(events: list[Event]) -> ResultEvent:
    (result,) = (event for event in events if isinstance(event, ResultEvent))
    return result


def last_state(events: list[Event]) -> StateEvent:
    last = events[-1]
    assert isinstance(last, StateEvent)
    return last


def epochs_of(events: list[Event]) -> list[EpochEvent]:
    return [event for event in events if isinstance(event, EpochEvent)]


def assert_stopped_early(events: list[Event], kept: list[Model]) -> None:
    epochs, result = epochs_of(events), result_of(events)
    figures = [event.losses["validation"]["loss"] for event in epochs]
    best = 1 + int(np.argmin(np.array(figures, float)))
    assert 1 <= best < epochs[-1].epoch < 40
    assert (result.best_epoch, result.best_step, result.kept) == (best, epochs[best - 1].step, "best")
    assert [event.epoch for event in epochs if event.best][-1] == best
    assert epochs[-1].epoch == best + 3
    assert result.metrics["validation"] == epochs[best - 1].metrics["validation"]
    assert result.step == epochs[-1].step
    assert last_state(events).state == "completed"
    assert f"The weights of epoch {best}, the best one" in last_state(events).reason
    assert kept[-1].details.step == result.best_step
    assert result.outputs["place"] == float(kept[-1].tensors["tensor/place.value"])
    assert not kept[-1].best_weights


def test_a_run_that_gets_worse_stops_and_ends_with_its_best_weights() -> None:
    kept: list[Model] = []
    document = swinging_document()
    events = list(run(document, clouds(), kept=kept))
    assert_stopped_early(events, kept)
    program = compile_graph(Graph(document), 10)
    samples = clouds().take(split(60, 0.5, 0.5, 0, 0).validation, ["height"])
    total, count = program.measure(program.restore(kept[-1].tensors), samples).losses["loss"]
    best = epochs_of(events)[(result_of(events).best_epoch or 0) - 1]
    assert total / count == pytest.approx(best.losses["validation"]["loss"], rel=1e-5)


def test_an_interrupted_run_still_knows_its_best_epoch_when_it_goes_on() -> None:
    whole = list(run(swinging_document(), clouds()))
    best = result_of(whole).best_epoch
    control, kept, part = Control(), list[Model](), list[Event]()
    for event in run(swinging_document(), clouds(), control=control, kept=kept):
        part.append(event)
        if isinstance(event, EpochEvent) and event.epoch == (best or 0) + 1:
            control.send(Interrupt())
    assert kept[-1].best_weights
    assert not kept[-1].without_optimizers().best_weights
    rest = list(run(swinging_document(), clouds(), kept=kept, continue_from=kept[-1]))
    assert result_of(rest).best_epoch == best
    assert result_of(rest).outputs == result_of(whole).outputs
    assert last_state(rest).reason == last_state(whole).reason


def test_without_early_stopping_the_best_epoch_is_marked_and_the_last_weights_are_kept() -> None:
    kept: list[Model] = []
    events = list(run(swinging_document(early_stopping=None), clouds(), kept=kept))
    result = result_of(events)
    assert epochs_of(events)[-1].epoch == 40
    assert (result.best_epoch or 40) < 40
    assert (result.kept, kept[-1].details.step, last_state(events).reason) == ("last", result.step, "")


def test_the_best_weights_are_kept_if_that_is_wished_also_by_a_run_that_is_stopped() -> None:
    document = swinging_document(early_stopping=None, keep="best", monitor="distance")
    control, kept = Control(), list[Model]()
    events: list[Event] = []
    for event in run(document, clouds(), control=control, kept=kept):
        events.append(event)
        if isinstance(event, EpochEvent) and event.epoch == 30:
            control.send(Stop())
    result = result_of(events)
    figures = [event.metrics["validation"]["distance"] for event in epochs_of(events)]
    assert result.best_epoch == 1 + int(np.argmin(np.array(figures, float))) < 30
    assert (result.kept, kept[-1].details.step) == ("best", result.best_step)
    assert last_state(events).state == "stopped"


def test_the_test_samples_are_measured_with_the_kept_weights() -> None:
    split_in_three = SplitSettings(train=0.4, validation=0.3, test=0.3)
    document, kept = swinging_document(split=split_in_three), list[Model]()
    result = result_of(list(run(document, clouds(), kept=kept)))
    program = compile_graph(Graph(document), 10)
    samples = clouds().take(split(60, 0.4, 0.3, 0.3, 0).test, ["height"])
    measured = program.measure(program.restore(kept[-1].tensors), samples)
    expected = program.metric("distance").summarize(measured.metrics["distance"])
    assert result.metrics["test"]["distance"] == pytest.approx(expected, rel=1e-5)


def test_a_figure_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(BindingError) as error:
        run(classifier_document(monitor="accurracy"), clouds())
    (problem,) = error.value.problems
    assert problem.code == "unknown_monitor"
    assert problem.expected == "a loss (Optimizer) or a metric (accuracy)"
    assert problem.got == "accurracy"


@pytest.mark.parametrize("settings", [{"keep": "best"}, {"early_stopping": EarlyStopping()}])
def test_without_data_there_is_no_best_epoch_to_keep(settings: dict[str, object]) -> None:
    with pytest.raises(BindingError) as error:
        run(parameter_document(steps=3, **settings))
    assert [problem.code for problem in error.value.problems] == ["no_epochs"]
