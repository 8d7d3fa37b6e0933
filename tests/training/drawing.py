"""Graphs, datasets and runs for tests of training."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.graph.drawing import classifier, draw, lowered_parameter
from wiregrad.data.dataset import Column, Dataset
from wiregrad.graph.document import GraphDocument, SplitSettings, TrainingSettings
from wiregrad.training.commands import Control
from wiregrad.training.events import Event, StepsEvent
from wiregrad.training.loop import train
from wiregrad.training.model import Model
from wiregrad.training.spec import RunSpec

ALL_FOR_TRAINING = SplitSettings(train=1.0, validation=0.0, test=0.0)


def clouds(size: int = 60) -> Dataset:
    """Three clouds of points in six dimensions: `x` (6,), their class `y`, and columns that do not fit."""
    generator = np.random.default_rng(7)
    classes = generator.integers(0, 3, size)
    points = generator.standard_normal((size, 6)) + 2 * np.eye(6)[classes]
    arrays: dict[str, NDArray[Any]] = {
        "x": points.astype(np.float32),
        "y": classes.astype(np.int64),
        "height": points[:, 0].astype(np.float32),
        "count": np.arange(size, dtype=np.int64)[:, np.newaxis] * np.ones(6, np.int64),
    }
    return Dataset(
        id="clouds",
        name="Clouds",
        description="",
        columns=[
            Column("x", "float32", (6,)),
            Column("y", "int64", (), ("red", "green", "blue")),
            Column("height", "float32", ()),
            Column("count", "int64", (6,)),
        ],
        size=size,
        load=arrays.__getitem__,
    )


def classifier_document(**settings: object) -> GraphDocument:
    """The small classifier that learns the clouds."""
    chosen = {"batch_size": 8, "epochs": 3, **settings}
    return with_settings(classifier().document, TrainingSettings.model_validate(chosen))


def parameter_document(**settings: object) -> GraphDocument:
    """A parameter that starts at 5 and loses 0.1 with each step."""
    return with_settings(lowered_parameter().document, TrainingSettings.model_validate(settings))


def exploding_document(steps: int) -> GraphDocument:
    """The square of a parameter with a learning rate so high that it soon exceeds every float32."""
    graph = draw(
        {
            "w": ("Parameter", {"values": 2}),
            "square": "Mul",
            "sgd": ("Optimizer", {"learning_rate": 1e4, "name": "loss"}),
        },
        ["w -> square.a", "w -> square.b", "square -> sgd.loss"],
    )
    return with_settings(graph.document, TrainingSettings(steps=steps))


def with_settings(document: GraphDocument, settings: TrainingSettings) -> GraphDocument:
    return document.model_copy(update={"training": settings})


def run(
    document: GraphDocument,
    dataset: Dataset | None = None,
    *,
    control: Control | None = None,
    kept: list[Model] | None = None,
    continue_from: Model | None = None,
    stop_on_divergence: bool = False,
) -> Iterator[Event]:
    keep = [] if kept is None else kept
    chosen = RunSpec(graph=document, training=document.training, stop_on_divergence=stop_on_divergence)
    return train(chosen, dataset, control or Control(), keep.append, continue_from)


def rates_of(events: Iterable[Event], optimizer: str = "Optimizer") -> list[float | None]:
    """The rate of every step, in order."""
    rates: list[float | None] = []
    for event in events:
        if isinstance(event, StepsEvent):
            told, count = event.learning_rates[optimizer], len(next(iter(event.losses.values())))
            rates += told if isinstance(told, tuple) else [told] * count
    return rates


def losses_of(events: Iterable[Event]) -> list[float | None]:
    """Of all steps of the only optimizer, in order; asserts that no step is missing or told twice."""
    losses: list[float | None] = []
    first: int | None = None
    for event in events:
        if isinstance(event, StepsEvent):
            first = event.first_step if first is None else first
            assert event.first_step == first + len(losses)
            (values,) = event.losses.values()
            for rates in event.learning_rates.values():
                assert not isinstance(rates, tuple) or len(rates) == len(values)
            losses.extend(values)
    return losses
