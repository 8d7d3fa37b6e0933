"""The loop itself: what it tells, what it obeys, and that it always computes the same."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.training.drawing import (
    ALL_FOR_TRAINING,
    classifier_document,
    clouds,
    exploding_document,
    losses_of,
    parameter_document,
    rates_of,
    run,
)
from wiregrad.data.batching import batches, epoch_order
from wiregrad.data.splits import split
from wiregrad.engine.backends import get_backend
from wiregrad.graph import Graph, GraphDocument, compile_graph
from wiregrad.graph.document import SplitSettings
from wiregrad.training.binding import BindingError
from wiregrad.training.commands import (
    Command,
    Control,
    Interrupt,
    Pause,
    Resume,
    SaveCheckpoint,
    SetLearningRate,
    SingleStep,
    Stop,
)
from wiregrad.training.digits import shortened
from wiregrad.training.events import (
    CheckpointEvent,
    EpochEvent,
    Event,
    LearningRateEvent,
    MessageEvent,
    ResultEvent,
    StartedEvent,
    StateEvent,
    StepsEvent,
)
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec


def states_of(events: list[Event]) -> list[str]:
    return [event.state for event in events if isinstance(event, StateEvent)]


def result_of(events: list[Event]) -> ResultEvent:
    (result,) = (event for event in events if isinstance(event, ResultEvent))
    return result


def test_events_of_a_whole_run_come_in_order() -> None:
    events = list(run(classifier_document(), clouds()))
    kinds = [event.type for event in events]
    assert kinds[:2] == ["started", "state"]
    assert kinds[-3:] == ["checkpoint", "result", "state"]
    assert states_of(events) == ["running", "completed"]


def test_started_says_what_will_happen() -> None:
    (started,) = (e for e in run(classifier_document(), clouds()) if isinstance(e, StartedEvent))
    assert started.samples == {"train": 42, "validation": 9, "test": 9}
    # 42 samples in batches of 8: five whole ones and a short one
    assert (started.steps_per_epoch, started.total_steps) == (6, 18)
    assert (started.backend, started.dtype) == (get_backend().name, "float32")
    assert started.device
    assert started.parameters == 6 * 8 + 8 + 8 * 3 + 3
    assert (started.optimizers, started.metrics) == (("Optimizer",), ("accuracy",))


def test_every_step_is_told_once() -> None:
    losses = losses_of(run(classifier_document(epochs=20), clouds()))
    assert len(losses) == 120


def test_every_epoch_is_measured_however_fast_they_are() -> None:
    events = list(run(classifier_document(epochs=30), clouds()))
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert [event.epoch for event in epochs] == list(range(1, 31))
    assert all("validation" in event.losses for event in epochs)


def test_steps_are_those_of_the_documented_order() -> None:
    """The loop's losses equal a session stepped by hand over the seeded split, order and batches."""
    document = classifier_document(epochs=2, seed=5)
    dataset = clouds()
    program = compile_graph(Graph(document), batch_size=8)
    session = program.session(program.init(seed=5))
    training = split(dataset.size, 0.7, 0.15, 0.15, 0).train
    expected = [
        session.step(dataset.take(training[positions], ["x", "y"])).losses["Optimizer"]
        for epoch in range(2)
        for positions in batches(epoch_order(len(training), 5, epoch, shuffle=True), 8)
    ]
    assert losses_of(run(document, dataset)) == shortened(expected)


def test_short_last_batch_counts_less_in_the_averages_of_the_epoch() -> None:
    document = classifier_document(epochs=1, split=ALL_FOR_TRAINING, batch_size=50)
    events = list(run(document, clouds(60)))
    first, second = losses_of(events)
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    assert first is not None
    assert second is not None
    assert epoch.losses["train"]["Optimizer"] == pytest.approx((50 * first + 10 * second) / 60)


def test_epochs_have_validation_and_the_result_has_the_test() -> None:
    events = list(run(classifier_document(epochs=12), clouds(200)))
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert epochs[-1].epoch == 12
    assert all(set(epoch.losses) == {"train", "validation"} for epoch in epochs)
    result = result_of(events)
    assert set(result.metrics) == {"train", "validation", "test"}
    assert (result.metrics["test"]["accuracy"] or 0) > 0.8


def test_validation_is_measured_in_evaluation_mode_over_all_its_samples() -> None:
    document, dataset = classifier_document(epochs=1), clouds()
    kept: list[Model] = []
    events = list(run(document, dataset, kept=kept))
    program = compile_graph(Graph(document))
    state = program.restore(kept[-1].tensors)
    samples = dataset.take(split(dataset.size, 0.7, 0.15, 0.15, 0).validation, ["x", "y"])
    measured = program.measure(state, samples)
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    total, count = measured.losses["Optimizer"]
    assert epoch.losses["validation"]["Optimizer"] == pytest.approx(total / count, rel=1e-6)
    right, samples_count = measured.metrics["accuracy"]
    assert epoch.metrics["validation"]["accuracy"] == pytest.approx(right / samples_count)


def test_a_loss_that_adds_up_its_batch_is_measured_in_batches_as_in_training() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "height", "shape": []}),
            "zero": ("Parameter", {"values": 0}),
            "nothing": "Mul",
            "one": ("Constant", {"values": 1}),
            "loss": ("Loss", {"reduction": "sum"}),
            "sgd": ("Optimizer", {"learning_rate": 0, "name": "loss"}),
        },
        [
            "x -> nothing.a",
            "zero -> nothing.b",
            "nothing -> loss.prediction",
            "one -> loss.target",
            "loss -> sgd.loss",
        ],
    )
    split = SplitSettings(train=0.6, validation=0.4, test=0)
    training = graph.document.training.model_copy(update={"batch_size": 8, "epochs": 1, "split": split})
    events = run(graph.document.model_copy(update={"training": training}), clouds(40))
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    assert epoch.losses == {"train": {"loss": 8.0}, "validation": {"loss": 8.0}}


def test_steps_instead_of_epochs_may_end_within_an_epoch() -> None:
    events = list(run(classifier_document(steps=10), clouds()))
    assert len(losses_of(events)) == 10
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert (epochs[-1].epoch, epochs[-1].step) == (2, 10)


def test_without_data_the_outputs_that_need_no_input_are_in_the_result() -> None:
    result = result_of(list(run(parameter_document(steps=100))))
    assert result.outputs == {"value": pytest.approx(-5.0, abs=1e-4)}
    assert (result.step, result.metrics) == (100, {})


def test_an_output_too_large_for_the_log_is_named_and_left_out() -> None:
    graph = draw(
        {
            "small": ("Parameter", {"values": 3}),
            "large": ("Parameter", {"shape": [1_000, 1_000], "trainable": False}),
            "sgd": "Optimizer",
            "small-now": ("Output", {"name": "small"}),
            "large-now": ("Output", {"name": "large"}),
        },
        ["small -> sgd.loss", "large -> large-now", "small -> small-now"],
    )
    training = graph.document.training.model_copy(update={"steps": 1})
    events = list(run(graph.document.model_copy(update={"training": training})))
    assert set(result_of(events).outputs) == {"small"}
    (message,) = (event for event in events if isinstance(event, MessageEvent))
    assert "large" in message.text
    assert states_of(events)[-1] == "completed"


def test_losses_without_data_are_one_for_each_step() -> None:
    losses = losses_of(run(parameter_document(steps=2_345)))
    assert losses == pytest.approx([5 - 0.1 * step for step in range(2_345)], abs=0.05)


def test_a_graph_that_cannot_be_trained_yields_nothing() -> None:
    with pytest.raises(BindingError) as error:
        run(classifier_document(), None)
    assert {problem.node for problem in error.value.problems} == {"x", "y"}


# Commands


def after_the_first_steps(control: Control, wish: Command, events: Iterator[Event]) -> list[Event]:
    """Everything that is told, if the wish is sent when the first steps are."""
    told: list[Event] = []
    for event in events:
        if isinstance(event, StepsEvent) and not losses_of(told):
            control.send(wish)
        told.append(event)
    return told


def test_pause_holds_after_the_step_and_resume_goes_on() -> None:
    control = Control()
    control.send(Pause())
    events = run(parameter_document(steps=50), control=control)
    told = list(itertools.islice(events, 3))
    assert states_of(told) == ["running", "paused"]
    control.send(Resume())
    rest = list(events)
    assert states_of(rest) == ["running", "completed"]
    assert len(losses_of(rest)) == 50


@pytest.mark.parametrize("document", [parameter_document(steps=50), classifier_document()])
def test_commands_are_obeyed_in_the_order_in_which_they_were_sent(document: GraphDocument) -> None:
    control = Control()
    for command in (SingleStep(), SingleStep(), SaveCheckpoint(), SingleStep(), Stop()):
        control.send(command)
    kept: list[Model] = []
    events = list(run(document, clouds(), control=control, kept=kept))
    assert states_of(events) == ["running", "paused", "stopped"]
    assert len(losses_of(events)) == 3
    assert [model.details.step for model in kept] == [2, 3]


def test_single_steps_one_after_another() -> None:
    control = Control()
    control.send(Pause())
    events = run(parameter_document(steps=50), control=control)
    assert states_of(list(itertools.islice(events, 3))) == ["running", "paused"]
    for expected in (5.0, 4.9, 4.8):
        control.send(SingleStep())
        event = next(events)
        assert isinstance(event, StepsEvent)
        assert event.losses["Optimizer"] == pytest.approx((expected,))
    control.send(Stop())
    rest = list(events)
    assert states_of(rest) == ["stopped"]
    assert result_of(rest).outputs == {"value": pytest.approx(4.7)}


def test_stop_keeps_the_weights() -> None:
    control = Control()
    kept: list[Model] = []
    events = run(parameter_document(steps=10**8), control=control, kept=kept)
    told = after_the_first_steps(control, Stop(), events)
    assert states_of(told) == ["running", "stopped"]
    done = len(losses_of(told))
    assert 0 < done < 10**8
    assert result_of(told).step == done == kept[-1].details.step
    assert result_of(told).outputs["value"] == float(kept[-1].tensors["tensor/w.value"])


def test_interrupt_keeps_a_checkpoint_and_gives_no_result() -> None:
    control = Control()
    kept: list[Model] = []
    events = run(parameter_document(steps=10**8), control=control, kept=kept)
    told = after_the_first_steps(control, Interrupt(reason="Gone."), events)
    last = told[-1]
    assert isinstance(last, StateEvent)
    assert (last.state, last.reason) == ("interrupted", "Gone.")
    assert not [event for event in told if isinstance(event, ResultEvent)]
    assert kept[-1].details.contents == "checkpoint"


def test_learning_rate_changes_from_the_next_step_on() -> None:
    control = Control()
    control.send(Pause())
    events = run(parameter_document(steps=4), control=control)
    list(itertools.islice(events, 3))
    control.send(SingleStep())
    next(events)
    control.send(SetLearningRate(optimizer="Optimizer", value=2.0))
    changed = next(events)
    assert isinstance(changed, LearningRateEvent)
    assert (changed.step, changed.optimizer, changed.value) == (1, "Optimizer", 2.0)
    control.send(Resume())
    rest = list(events)
    assert rates_of(rest) == [2.0, 2.0, 2.0]
    assert result_of(rest).outputs["value"] == pytest.approx(5 - 0.1 - 3 * 2.0)


def test_learning_rate_of_an_unknown_optimizer_is_answered_in_words() -> None:
    control = Control()
    control.send(SetLearningRate(optimizer="adam", value=2.0))
    told = list(run(parameter_document(steps=4), control=control))
    (message,) = (event for event in told if isinstance(event, MessageEvent))
    assert message.text == "There is no Optimizer called 'adam', so nothing was changed. There is: Optimizer."
    assert states_of(told) == ["running", "completed"]


def test_checkpoint_on_demand_is_of_the_step_that_it_tells() -> None:
    control = Control()
    control.send(SaveCheckpoint())
    kept: list[Model] = []
    told = list(run(parameter_document(steps=10), control=control, kept=kept))
    checkpoints = [event.step for event in told if isinstance(event, CheckpointEvent)]
    assert checkpoints == [0, 10] == [model.details.step for model in kept]


def test_weights_that_cannot_be_saved_pause_the_run_with_the_reason() -> None:
    control = Control()
    control.send(SaveCheckpoint())
    attempts: list[Model] = []

    def keep(model: Model) -> None:
        attempts.append(model)
        if len(attempts) == 1:
            raise OSError(28, "No space left on device")

    events = train(RunSpec.of(parameter_document(steps=10)), None, control, keep)
    told = list(itertools.islice(events, 4))
    paused = told[-1]
    assert isinstance(paused, StateEvent)
    assert paused.state == "paused"
    assert "No space left on device" in paused.reason
    control.send(Resume())
    assert states_of(list(events)) == ["running", "completed"]


class FullDisk:
    """Keeps nothing until there is room."""

    def __init__(self) -> None:
        self.has_room = False
        self.kept: list[Model] = []

    def keep(self, model: Model) -> None:
        if not self.has_room:
            raise OSError(28, "No space left on device")
        self.kept.append(model)


def test_a_run_whose_last_weights_cannot_be_saved_waits_for_room() -> None:
    control, disk = Control(), FullDisk()
    told: list[Event] = []
    for event in train(RunSpec.of(parameter_document(steps=10)), None, control, disk.keep):
        told.append(event)
        if isinstance(event, StateEvent) and event.state == "paused":
            disk.has_room = True
            control.send(Resume())
    assert states_of(told) == ["running", "paused", "running", "completed"]
    assert [model.details.step for model in disk.kept] == [10]
    assert len(losses_of(told)) == 10


def test_a_run_stopped_while_nothing_can_be_saved_fails_in_words() -> None:
    control = Control()
    events = train(RunSpec.of(parameter_document(steps=10)), None, control, FullDisk().keep)
    while not isinstance(event := next(events), StateEvent) or event.state != "paused":
        pass
    control.send(Stop())
    with pytest.raises(OSError, match="No space left"):
        next(events)


# Sameness


def test_same_seed_same_everything() -> None:
    runs = []
    for _ in range(2):
        kept: list[Model] = []
        losses = losses_of(run(classifier_document(), clouds(), kept=kept))
        runs.append((losses, {name: array.tobytes() for name, array in kept[-1].tensors.items()}))
    assert runs[0] == runs[1]


def test_another_seed_is_another_run() -> None:
    first, second = (losses_of(run(classifier_document(seed=seed), clouds())) for seed in (0, 1))
    assert first != second


@pytest.mark.parametrize("at", [1, 4, 6, 11])
def test_a_run_that_goes_on_from_a_checkpoint_equals_one_that_never_stopped(at: int) -> None:
    """Bit for bit, also in the middle of an epoch, losses and averages of the epoch included."""
    whole_kept: list[Model] = []
    whole = list(run(classifier_document(), clouds(), kept=whole_kept))

    part_kept: list[Model] = []
    cut = classifier_document(steps=at)
    first_part = list(run(cut, clouds(), kept=part_kept))
    kept: list[Model] = []
    second_part = list(run(classifier_document(), clouds(), kept=kept, continue_from=part_kept[-1]))

    assert losses_of(first_part) + losses_of(second_part) == losses_of(whole)
    assert {name: array.tobytes() for name, array in kept[-1].tensors.items()} == {
        name: array.tobytes() for name, array in whole_kept[-1].tensors.items()
    }
    assert result_of(second_part).metrics == result_of(whole).metrics


def interrupted_while_measuring(document: GraphDocument) -> Model:
    """By a command between two batches of validation: the epoch's averages are complete, but not told."""
    control = Control()
    kept: list[Model] = []
    part: list[Event] = []
    for event in run(document, clouds(), control=control, kept=kept):
        part.append(event)
        if isinstance(event, StepsEvent) and len(losses_of(part)) == 21:  # told when the epoch ends
            control.send(Interrupt())
    assert kept[-1].details.step == 21
    assert not [event for event in part if isinstance(event, EpochEvent)]
    return kept[-1]


def test_an_epoch_whose_measuring_was_interrupted_is_told_when_the_run_goes_on() -> None:
    document = classifier_document(epochs=2, batch_size=2)
    whole = list(run(document, clouds()))
    rest = list(run(document, clouds(), continue_from=interrupted_while_measuring(document)))
    epochs = [event for event in rest if isinstance(event, EpochEvent)]
    expected = [event for event in whole if isinstance(event, EpochEvent)]
    assert [(event.epoch, event.losses, event.metrics) for event in epochs] == [
        (event.epoch, event.losses, event.metrics) for event in expected
    ]


@pytest.mark.parametrize(("command", "state"), [(Stop(), "stopped"), (Interrupt(), "interrupted")])
def test_a_run_that_is_ended_before_it_goes_on_measures_nothing(command: Command, state: str) -> None:
    document = classifier_document(epochs=2, batch_size=2)
    control, kept = Control(), list[Model]()
    control.send(command)
    checkpoint = interrupted_while_measuring(document)
    events = list(run(document, clouds(), control=control, kept=kept, continue_from=checkpoint))
    assert not [event for event in events if isinstance(event, EpochEvent)]
    assert states_of(events)[-1] == state
    assert kept[-1].details.totals == checkpoint.details.totals


def test_a_changed_learning_rate_survives_a_checkpoint() -> None:
    control = Control()
    for command in (SetLearningRate(optimizer="Optimizer", value=0.5), SaveCheckpoint(), Interrupt()):
        control.send(command)
    kept: list[Model] = []
    list(run(parameter_document(steps=10), control=control, kept=kept))
    result = result_of(list(run(parameter_document(steps=10), continue_from=kept[-1])))
    assert result.outputs["value"] == pytest.approx(5 - 10 * 0.5)


# Divergence


def test_a_diverged_loss_is_null_with_a_flag_and_the_run_goes_on() -> None:
    told = list(run(exploding_document(steps=40)))
    losses = losses_of(told)
    assert len(losses) == 40
    first = losses.index(None)
    assert all(loss is not None and math.isfinite(loss) for loss in losses[:first])
    assert any(event.diverged for event in told if isinstance(event, StepsEvent))
    (message,) = (event for event in told if isinstance(event, MessageEvent))
    assert f"The loss of step {first + 1} is not a finite number" in message.text
    assert states_of(told) == ["running", "completed"]


def test_a_diverged_run_stops_if_that_is_wished() -> None:
    told = list(run(exploding_document(steps=10**7), stop_on_divergence=True))
    last = told[-1]
    assert isinstance(last, StateEvent)
    assert last.state == "stopped"
    assert "learning rate is too high" in last.reason


def test_nothing_that_is_not_finite_leaves_as_a_number() -> None:
    for event in run(exploding_document(steps=40)):
        assert "NaN" not in event.model_dump_json()
        assert "Infinity" not in event.model_dump_json()


# What a graph may look like


def test_a_batch_larger_than_the_data_is_one_short_batch() -> None:
    document = classifier_document(batch_size=1000, epochs=3, split=ALL_FOR_TRAINING)
    assert len(losses_of(run(document, clouds()))) == 3


def test_float64_is_computed_in_float64() -> None:
    kept: list[Model] = []
    list(run(classifier_document(dtype="float64"), clouds(), kept=kept))
    weights = [array for name, array in kept[-1].tensors.items() if name.startswith("tensor/")]
    assert weights
    assert all(array.dtype == np.float64 for array in weights)


def test_several_optimizers_are_recorded_by_name() -> None:
    graph = draw(
        {
            "a": ("Parameter", {"values": 1}),
            "b": ("Parameter", {"values": 2}),
            "first": ("Optimizer", {"name": "first", "learning_rate": 0.1}),
            "second": ("Optimizer", {"name": "second", "learning_rate": 0.2, "order": 1}),
        },
        ["a -> first.loss", "b -> second.loss"],
    )
    document = graph.document.model_copy(update={"training": parameter_document(steps=3).training})
    result = result_of(list(run(document)))
    assert result.losses == {"first": pytest.approx(0.8), "second": pytest.approx(1.6)}
