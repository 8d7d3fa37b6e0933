"""Every metric of a run: for each split, from the first epoch to the result."""

from pathlib import Path

import numpy as np
import pytest

from tests.graph.drawing import Settings, draw
from tests.training.drawing import clouds, run
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.training.commands import Control, Interrupt, Pause, SingleStep
from wiregrad.training.events import EVENT, EpochEvent, ResultEvent
from wiregrad.training.model import Model

METRICS = ("accuracy", "precision", "recall", "f1", "confusion_matrix")


def measured_document(**settings: object) -> GraphDocument:
    nodes: dict[str, str | tuple[str, Settings]] = {
        "x": ("Input", {"name": "x", "shape": [6]}),
        "y": ("Input", {"name": "y", "dtype": "int64", "shape": []}),
        "height": ("Input", {"name": "height", "shape": []}),
        "scores": ("Linear", {"units": 3}),
        "guess": ("Linear", {"units": 1}),
        "sgd": ("Optimizer", {"learning_rate": 0.5, "loss_function": "cross_entropy"}),
        "r2": ("Metric", {"metric": "r2"}),
    }
    nodes |= {name: ("Metric", {"metric": name}) for name in METRICS}
    wires = ["x -> scores", "x -> guess", "scores -> sgd.loss", "y -> sgd.target"]
    wires += ["guess -> r2.prediction", "height -> r2.target"]
    wires += [f"scores -> {name}.prediction" for name in METRICS] + [
        f"y -> {name}.target" for name in METRICS
    ]
    training = TrainingSettings.model_validate(
        {"dataset": "clouds", "batch_size": 8, "epochs": 4, **settings}
    )
    return draw(nodes, wires, training).document


def test_confusion_matrices_count_every_sample_of_each_split() -> None:
    events = list(run(measured_document(), clouds()))
    (*_, last) = (event for event in events if isinstance(event, EpochEvent))
    (result,) = (event for event in events if isinstance(event, ResultEvent))
    assert set(last.confusion) == {"train", "validation"}
    assert set(result.confusion) == {"train", "validation", "test"}
    for split, matrices in result.confusion.items():
        matrix = np.array(matrices["confusion_matrix"])
        assert matrix.shape == (3, 3)
        figure = matrix.trace() / matrix.sum()
        assert result.metrics[split]["confusion_matrix"] == pytest.approx(figure)
        assert result.metrics[split]["accuracy"] == pytest.approx(figure)
    assert sum(np.sum(result.confusion[split]["confusion_matrix"]) for split in result.confusion) == 60
    assert EVENT.validate_json(EVENT.dump_json(last)) == last


def test_figures_of_classes_follow_from_the_matrix() -> None:
    (result,) = (event for event in run(measured_document(), clouds()) if isinstance(event, ResultEvent))
    matrix = np.array(result.confusion["validation"]["confusion_matrix"])
    metrics = result.metrics["validation"]
    recall = matrix.diagonal() / matrix.sum(1)
    precision = matrix.diagonal() / matrix.sum(0)
    assert metrics["recall"] == pytest.approx(recall.mean())
    assert metrics["precision"] == pytest.approx(precision.mean())
    assert metrics["f1"] == pytest.approx((2 * precision * recall / (precision + recall)).mean())
    assert (metrics["r2"] or 0) < 0.5  # nothing trains the guess


def test_the_sums_of_an_unfinished_epoch_are_kept_with_the_weights(tmp_path: Path) -> None:
    """A run that is interrupted within an epoch tells of the whole epoch when it goes on."""
    document, dataset = measured_document(epochs=1, batch_size=7), clouds()
    (whole,) = (event for event in run(document, dataset) if isinstance(event, EpochEvent))
    control, kept = Control(), list[Model]()
    for command in (Pause(), SingleStep(), SingleStep(), Interrupt()):
        control.send(command)
    list(run(document, dataset, control=control, kept=kept))
    assert kept[-1].details.step == 2
    kept[-1].save(tmp_path / "checkpoint")
    resumed = run(document, dataset, continue_from=Model.load(tmp_path / "checkpoint"))
    (epoch,) = (event for event in resumed if isinstance(event, EpochEvent))
    assert epoch.confusion == whole.confusion
    assert epoch.metrics == whole.metrics
