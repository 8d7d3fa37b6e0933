"""What is said when numbers are no longer finite: which node made the first one, and in which step."""

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.training.drawing import clouds, exploding_document, run, with_settings
from wiregrad.data.dataset import Column, Dataset
from wiregrad.graph import Graph, GraphDocument
from wiregrad.graph.document import SplitSettings, TrainingSettings
from wiregrad.training.events import MessageEvent


def said(document: GraphDocument, dataset: Dataset | None = None) -> str:
    (message,) = (event for event in run(document, dataset) if isinstance(event, MessageEvent))
    assert message.level == "warning"
    return message.text


def sinking(kind: str, settings: dict[str, object], wires: list[str], start: float = 0.35) -> GraphDocument:
    """A parameter that loses 0.1 with each step on its way into a function that does not bear zero."""
    graph: Graph = draw(
        {
            "level": ("Parameter", {"values": start}),
            "one": ("Constant", {"values": 1}),
            "danger": (kind, settings),
            "none": ("Constant", {"values": 0}),
            "mute": "Mul",
            "both": "Add",
            "sgd": ("Optimizer", {"learning_rate": 0.1, "name": "loss"}),
        },
        [
            *wires,
            "danger -> mute.a",
            "none -> mute.b",
            "mute -> both.a",
            "level -> both.b",
            "both -> sgd.loss",
        ],
    )
    return with_settings(graph.document, TrainingSettings(steps=20))


def test_the_logarithm_of_a_negative_number_is_named_with_its_step() -> None:
    """The level is 0.35, 0.25, 0.15, 0.05 and then -0.05, in step 5."""
    text = said(sinking("Function", {"function": "log"}, ["level -> danger.input"]))
    assert text.startswith("The loss of step 5 is not a finite number. It began in step 5 at ")
    assert "(danger): the number of its output is not finite." in text
    assert "away from zero" in text


def test_a_division_by_zero_is_named() -> None:
    text = said(sinking("Div", {}, ["one -> danger.a", "none -> danger.b"]))
    assert "The loss of step 1 is not a finite number. It began in step 1 at Divide (danger)" in text


def test_a_rate_that_explodes_is_named_as_the_reason() -> None:
    text = said(exploding_document(40))
    assert "(square)" in text
    assert "numbers as large as" in text
    assert "learning rate is too high" in text


def with_nan(size: int = 40) -> Dataset:
    numbers = np.linspace(0, 1, size, dtype=np.float32)
    numbers[27] = np.nan
    return Dataset(
        id="gap",
        name="Gap",
        description="",
        columns=[Column("height", "float32", ())],
        size=size,
        load={"height": numbers}.__getitem__,
    )


def test_data_that_is_not_finite_is_named_with_the_input() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "height", "shape": []}),
            "place": ("Parameter", {"values": 0}),
            "loss": "Loss",
            "sgd": ("Optimizer", {"name": "loss"}),
        },
        ["place -> loss.prediction", "x -> loss.target", "loss -> sgd.loss"],
    )
    settings = TrainingSettings(
        batch_size=4,
        epochs=1,
        shuffle=False,
        split=SplitSettings(method="in_order", train=1, validation=0, test=0),
    )
    text = said(with_settings(graph.document, settings), with_nan())
    assert "The loss of step 7 is not" in text
    assert "(x): 1 of 4 numbers" in text
    assert "The data itself" in text


def test_a_gradient_that_is_not_finite_is_named_before_it_spoils_the_weights() -> None:
    """The root of zero is fine, its slope is not."""
    graph = draw(
        {
            "level": ("Parameter", {"shape": [2], "values": [0.0, 4.0]}),
            "root": ("Function", {"function": "sqrt"}),
            "sum": "Sum",
            "sgd": ("Optimizer", {"learning_rate": 0.1, "name": "loss"}),
        },
        ["level -> root.input", "root -> sum.input", "sum -> sgd.loss"],
    )
    text = said(with_settings(graph.document, TrainingSettings(steps=5)))
    assert "It began in step 1 at" in text
    assert "(root): 1 of 2 numbers of the gradient at its input are not finite." in text


@pytest.mark.parametrize("steps", [3_000])
def test_the_step_is_exact_after_many_steps_and_the_run_goes_on_as_if_nobody_had_looked(steps: int) -> None:
    document = sinking("Function", {"function": "log"}, ["level -> danger.input"], start=0.1 * 2_000 + 0.05)
    document = with_settings(document, TrainingSettings(steps=steps, dtype="float64"))
    text = said(document)
    assert "It began in step 2002 at" in text


def test_finite_training_says_nothing() -> None:
    document = sinking("Function", {"function": "log"}, ["one -> danger.input"])
    assert not [event for event in run(document, clouds()) if isinstance(event, MessageEvent)]
