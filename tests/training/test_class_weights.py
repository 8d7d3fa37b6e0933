"""Balanced class weights: counted among the training samples, used by the loss, told, and refused."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.requirements import require_torch
from tests.training.drawing import ALL_FOR_TRAINING, clouds, losses_of, run, with_settings
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, SplitSettings, TrainingSettings
from wiregrad.training.binding import Binding, bind, training_problems
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.events import Event, MessageEvent
from wiregrad.training.model import Model

Target = tuple[str, dict[str, object]]

BALANCED = {"class_weights": "balanced"}
NUMBERS: Target = ("Input", {"name": "y", "dtype": "int64", "shape": []})
ONE_HOT: Target = ("Input", {"name": "y", "shape": [3]})


def document(
    loss: Mapping[str, object] = BALANCED,
    target: Target = NUMBERS,
    **settings: object,
) -> GraphDocument:
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [6]}),
            "y": target,
            "corner": "Reroute",
            "logits": ("Linear", {"units": 3}),
            "loss": ("Loss", {"loss": "cross_entropy", **loss}),
            "sgd": ("Optimizer", {"learning_rate": 0.0, "name": "loss"}),
            "scores": ("Output", {"name": "scores"}),
            "judged": ("Output", {"name": "judged"}),
        },
        ["x -> logits", "y -> corner", "logits -> loss.prediction", "corner -> loss.target",
         "loss -> sgd.loss", "logits -> scores", "loss -> judged"],
    )  # fmt: skip
    chosen = {"split": ALL_FOR_TRAINING, "batch_size": 60, "epochs": 1, **settings}
    return with_settings(graph.document, TrainingSettings.model_validate(chosen))


def only_of(*classes: int) -> Dataset:
    """Clouds of these classes alone."""
    whole = clouds()
    kept = np.flatnonzero(np.isin(whole.take(np.arange(60), ["y"])["y"], classes))
    arrays = whole.take(kept, list(whole.columns))
    return Dataset(
        id="some",
        name="Some",
        description="",
        columns=list(whole.columns.values()),
        size=len(kept),
        load=arrays.__getitem__,
    )


def bound(drawn: GraphDocument, dataset: Dataset) -> Binding:
    binding = bind(analyze(drawn), drawn.training, dataset)
    assert binding is not None
    return binding


def numbers(binding: Binding) -> np.ndarray[Any, np.dtype[np.int64]]:
    classes: np.ndarray[Any, np.dtype[np.int64]] = binding.dataset.take(binding.split.train, ["y"])["y"]
    return classes


@pytest.mark.parametrize("split", [ALL_FOR_TRAINING, SplitSettings(train=0.4, validation=0.3)])
@pytest.mark.parametrize("target", [NUMBERS, ONE_HOT], ids=["class numbers", "one-hot"])
def test_a_class_counts_by_its_samples_in_the_training_split(split: SplitSettings, target: Target) -> None:
    binding = bound(document(target=target, split=split), clouds())
    counts = np.bincount(numbers(binding), minlength=3)
    assert 0 < counts.min() < counts.max()
    assert binding.class_weights["loss"] == pytest.approx(counts.sum() / (3 * counts))


def test_an_ignored_class_is_not_counted() -> None:
    binding = bound(document({**BALANCED, "ignore": 1}), clouds())
    counts = np.bincount(numbers(binding), minlength=3)
    both = counts[0] + counts[2]
    assert binding.class_weights["loss"] == pytest.approx((both / (2 * counts[0]), 0, both / (2 * counts[2])))
    assert bound(document({**BALANCED, "ignore": 1}), only_of(0, 2)).class_weights["loss"][1] == 0


@pytest.mark.parametrize("target", [NUMBERS, ONE_HOT], ids=["class numbers", "one-hot"])
def test_the_loss_is_that_of_pytorch_with_these_weights(target: Target) -> None:
    torch = require_torch()
    kept: list[Model] = []
    drawn = document(target=target, dtype="float64")
    (trained,) = losses_of(run(drawn, clouds(), kept=kept))
    rows = clouds().take(np.arange(60), ["x", "y"])
    classes = rows["y"].tolist() if target is NUMBERS else np.eye(3)[rows["y"]].tolist()
    answer = Evaluator(kept[-1]).evaluate({"x": rows["x"].tolist(), "y": classes})
    counts = np.bincount(rows["y"])
    expected = torch.nn.functional.cross_entropy(
        torch.tensor(answer["scores"].value, dtype=torch.float64),
        torch.tensor(classes),
        weight=torch.tensor(60 / (3 * counts)),
    )
    assert trained == pytest.approx(float(expected), rel=1e-12)
    assert answer["judged"].value == pytest.approx(float(expected), rel=1e-12)


def test_an_optimizer_takes_them_as_well_and_so_does_a_loss_inside_a_block() -> None:
    inside = {
        "a": ("BlockInput", {"name": "a"}),
        "b": ("BlockInput", {"name": "b"}),
        "loss": ("Loss", {"loss": "cross_entropy", **BALANCED}),
        "out": ("BlockOutput", {"name": "out"}),
    }
    drawn = draw(
        {
            "x": ("Input", {"name": "x", "shape": [6]}),
            "y": NUMBERS,
            "logits": ("Linear", {"units": 3}),
            "judge": ("Block", {"block": "judging"}),
            "first": "Optimizer",
            "second": ("Optimizer", {"loss_function": "cross_entropy", **BALANCED}),
        },
        ["x -> logits", "logits -> judge.a", "y -> judge.b", "judge.out -> first.loss",
         "logits -> second.loss", "y -> second.target"],
        blocks={"judging": (inside, ["a -> loss.prediction", "b -> loss.target", "loss -> out"])},
    ).document  # fmt: skip
    weights = bound(drawn, clouds()).class_weights
    assert weights.keys() == {"judge/loss", "second"}
    assert weights["judge/loss"] == weights["second"]


def test_a_run_that_goes_on_keeps_its_weights() -> None:
    kept: list[Model] = []
    list(run(document(), clouds(), kept=kept))
    others = {"loss": (3.0, 0.0, 0.0)}
    details = kept[-1].details.model_copy(update={"class_weights": others})
    longer = document(epochs=2)
    again = dataclasses.replace(kept[-1], details=details)
    list(run(longer, clouds(), kept=kept, continue_from=again))
    assert kept[-1].details.class_weights == others


def test_the_log_tells_the_weights_by_the_names_of_the_classes() -> None:
    events: list[Event] = list(run(document(), clouds()))
    counts = np.bincount(clouds().take(np.arange(60), ["y"])["y"])
    weights = [f"{weight:.4g}" for weight in 60 / (3 * counts)]
    assert [event.text for event in events if isinstance(event, MessageEvent)][:1] == [
        f"Balanced class weights of Loss: red {weights[0]}, green {weights[1]}, blue {weights[2]}."
    ]


def test_a_class_without_training_samples_is_refused() -> None:
    with pytest.raises(DataError, match="no training sample is of the class green") as error:
        bound(document(), only_of(0, 2))
    assert "stratified" in str(error.value)


def test_a_target_that_is_computed_is_refused_at_its_port() -> None:
    drawn = draw(
        {
            "x": ("Input", {"name": "x", "shape": [6]}),
            "logits": ("Linear", {"units": 3}),
            "largest": ("ArgMax", {"axis": 0}),
            "sgd": ("Optimizer", {"loss_function": "cross_entropy", **BALANCED}),
        },
        ["x -> logits", "x -> largest", "logits -> sgd.loss", "largest -> sgd.target"],
    ).document
    (problem,) = training_problems(analyze(drawn), TrainingSettings(), clouds())
    assert (problem.node, problem.port, problem.code) == ("sgd", "target", "class_weights")


def test_without_a_target_or_with_another_loss_there_is_nothing_to_balance() -> None:
    drawn = document({"loss": "mse", **BALANCED}, ("Input", {"name": "y", "shape": [3]}))
    assert bound(drawn, clouds()).class_weights == {}
