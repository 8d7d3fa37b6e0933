"""Normalized targets: what a person reads is in the units of the data again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.graph.drawing import draw
from tests.training.drawing import ALL_FOR_TRAINING, run, with_settings
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.normalization import Scale
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, Normalization, TrainingSettings
from wiregrad.training.binding import training_problems
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.events import EpochEvent, Event, MessageEvent, ResultEvent
from wiregrad.training.judging import Judgment
from wiregrad.training.model import Details, Model, Totals
from wiregrad.training.plateau import PlateauMemory

SIZE = 40
Array = NDArray[Any]


def houses() -> Dataset:
    """What a house is like, its `price`, and its `bills` of two very different sizes."""
    generator = np.random.default_rng(4)
    likes = generator.normal(5, 2, (SIZE, 3))
    brightest = np.array([1, 0.2, 0.5]).reshape(3, 1, 1)
    arrays: dict[str, Array] = {
        "house": likes.astype(np.float32),
        "price": (200_000 + 30_000 * likes.sum(1)).astype(np.float32),
        "bills": np.stack([900 + 100 * likes[:, 0], 2 + 0.1 * likes[:, 1]], 1).astype(np.float32),
        "picture": generator.uniform(0, brightest, (SIZE, 3, 4, 4)).astype(np.float32),
    }
    columns = [Column(name, "float32", array.shape[1:]) for name, array in arrays.items()]
    return Dataset(
        id="houses", name="Houses", description="", columns=columns, size=SIZE, load=arrays.__getitem__
    )


def rows(name: str) -> Array:
    return houses().take(np.arange(SIZE), [name])[name].astype(np.float64)


def document(
    target: str,
    shape: list[int],
    *,
    method: str = "standardize",
    loss: Mapping[str, object] = {"loss_function": "mse"},
    output: Mapping[str, object] = {},
    metric: Mapping[str, object] = {},
) -> GraphDocument:
    """A line from the house to the target, which does not move."""
    graph = draw(
        {
            "x": ("Input", {"name": "house", "shape": [3]}),
            "y": ("Input", {"name": target, "shape": shape}),
            "line": ("Linear", {"units": shape[0] if shape else 1}),
            "corner": "Reroute",
            "sgd": ("Optimizer", {"learning_rate": 0.0, **loss}),
            "mae": ("Metric", {"metric": "mae", **metric}),
            "rmse": ("Metric", {"metric": "rmse", **metric}),
            "r2": ("Metric", {"metric": "r2", **metric}),
            "out": ("Output", {"name": "answer", **output}),
        },
        ["x -> line", "line -> corner", "line -> sgd.loss", "y -> sgd.target", "corner -> out"]
        + [f"{source} -> {name}.{port}" for name in ("mae", "rmse", "r2")
           for source, port in (("line", "prediction"), ("y", "target"))],
    )  # fmt: skip
    scaled = [Normalization.model_validate({"column": name, "method": method}) for name in ("house", target)]
    settings = TrainingSettings(
        split=ALL_FOR_TRAINING, epochs=1, batch_size=16, dtype="float64", normalization=tuple(scaled)
    )
    return with_settings(graph.document, settings)


def trained(drawn: GraphDocument) -> tuple[Model, list[Event]]:
    kept: list[Model] = []
    events = list(run(drawn, houses(), kept=kept))
    return kept[-1], events


def scale_of(numbers: Array, method: str) -> tuple[Array, Array]:
    if method == "standardize":
        return numbers.mean(0), numbers.std(0)
    return numbers.min(0), numbers.max(0) - numbers.min(0)


def scaled_answer(model: Model, method: str) -> Array:
    """What the line computes, in its own units."""
    offset, size = scale_of(rows("house"), method)
    weights = {name.removeprefix("tensor/"): array for name, array in model.tensors.items()}
    answer: Array = (rows("house") - offset) / size @ weights["line.weight"].T + weights["line.bias"]
    return answer


def answer_of(model: Model) -> Array:
    return np.array(Evaluator(model).evaluate({"house": rows("house").tolist()})["answer"].value)


@pytest.mark.parametrize("method", ["standardize", "min_max"])
@pytest.mark.parametrize(("target", "shape"), [("price", [1]), ("price", []), ("bills", [2])])
def test_outputs_and_errors_are_in_the_units_of_the_target(
    target: str, shape: list[int], method: str
) -> None:
    model, events = trained(document(target, shape, method=method))
    wanted = rows(target).reshape(SIZE, -1)
    offset, size = scale_of(wanted, method)
    answer = scaled_answer(model, method) * size + offset
    np.testing.assert_allclose(answer_of(model), answer, rtol=1e-6)
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    figures = epoch.metrics["train"]
    assert figures["mae"] == pytest.approx(np.abs(answer - wanted).mean(), rel=1e-6)
    assert figures["rmse"] == pytest.approx(np.sqrt(((answer - wanted) ** 2).mean()), rel=1e-6)
    variance = ((wanted - wanted.mean(0)) ** 2).sum(0)
    assert figures["r2"] == pytest.approx((1 - ((answer - wanted) ** 2).sum(0) / variance).mean(), rel=1e-6)
    assert f"mae is measured in the units of the column {target!r}" in told(events)


def told(events: list[Event]) -> str:
    return " ".join(event.text for event in events if isinstance(event, MessageEvent))


def test_who_wants_the_units_of_the_graph_gets_them() -> None:
    model, events = trained(document("price", [1], output={"units": "scaled"}, metric={"units": "scaled"}))
    answer = scaled_answer(model, "standardize")
    np.testing.assert_allclose(answer_of(model), answer, rtol=1e-6, atol=1e-6)
    wanted = (rows("price") - rows("price").mean()) / rows("price").std()
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    assert epoch.metrics["train"]["mae"] == pytest.approx(np.abs(answer[:, 0] - wanted).mean(), rel=1e-5)
    assert "measured in the units" not in told(events)


def test_a_loss_that_compares_no_amounts_says_nothing_about_units() -> None:
    drawn = document("price", [1], method="min_max", loss={"loss_function": "binary_cross_entropy"})
    without = drawn.model_copy(update={"nodes": tuple(n for n in drawn.nodes if n.kind != "Metric"),
                                       "wires": tuple(w for w in drawn.wires if w.target.node in
                                                      ("line", "corner", "sgd", "out"))})  # fmt: skip
    model, _ = trained(without)
    np.testing.assert_allclose(answer_of(model), scaled_answer(model, "min_max"), rtol=1e-6, atol=1e-6)


def test_an_output_may_name_the_column_that_it_stands_for() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "house", "shape": [3]}),
            "y": ("Input", {"name": "price", "shape": [1]}),
            "line": ("Linear", {"units": 1}),
            "error": "Sub",
            "square": "Mul",
            "sgd": ("Optimizer", {"learning_rate": 0.0}),
            "out": ("Output", {"name": "answer", "units_column": "price"}),
            "plain": ("Output", {"name": "plain"}),
            "read": ("Output", {"name": "read"}),
        },
        ["x -> line", "line -> error.a", "y -> error.b", "error -> square.a", "error -> square.b",
         "square -> sgd.loss", "line -> out", "line -> plain", "y -> read"],
    ).document  # fmt: skip
    settings = document("price", [1]).training
    model, _ = trained(with_settings(graph, settings))
    given = {"house": rows("house")[3].tolist(), "price": [123_456.0]}
    found = {name: value.value for name, value in Evaluator(model).evaluate(given).items()}
    plain = np.array(found["plain"])
    assert found["answer"] == pytest.approx(plain * rows("price").std() + rows("price").mean(), rel=1e-6)
    assert found["read"] == pytest.approx([123_456.0], rel=1e-6)
    assert plain == pytest.approx(scaled_answer(model, "standardize")[3], rel=1e-6)


@pytest.mark.parametrize(
    ("column", "got"), [("rent", "no such column in Houses"), ("house", "samples of shape (3,)")]
)
def test_units_of_a_column_that_does_not_suit_are_refused(column: str, got: str) -> None:
    drawn = document("price", [1], output={"units_column": column})
    (problem,) = training_problems(analyze(drawn), drawn.training, houses())
    assert (problem.code, problem.node, problem.got) == ("units", "out", got)


def test_pictures_come_back_channel_by_channel() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "picture", "shape": [3, 4, 4]}),
            "conv": ("Conv2D", {"filters": 3, "kernel": 1}),
            "loss": "Loss",
            "sgd": ("Optimizer", {"learning_rate": 0.0}),
            "out": ("Output", {"name": "answer"}),
            "plain": ("Output", {"name": "plain", "units": "scaled"}),
        },
        ["x -> conv", "conv -> loss.prediction", "x -> loss.target", "loss -> sgd.loss", "conv -> out",
         "conv -> plain"],
    ).document  # fmt: skip
    settings = TrainingSettings(
        split=ALL_FOR_TRAINING, epochs=1, normalization=(Normalization(column="picture"),)
    )
    model, _ = trained(with_settings(graph, settings))
    found = Evaluator(model).evaluate({"picture": rows("picture")[:2].tolist()})
    mean = rows("picture").mean((0, 2, 3)).reshape(3, 1, 1)
    deviation = rows("picture").std((0, 2, 3)).reshape(3, 1, 1)
    np.testing.assert_allclose(
        np.array(found["answer"].value),
        np.array(found["plain"].value) * deviation + mean,
        rtol=1e-4,
        atol=1e-5,
    )


@pytest.mark.parametrize("offset", [(3.0,), (3.0, -1.0)])
@pytest.mark.parametrize("shape", [(2,), (2, 3, 3)])
def test_undoing_a_scale_is_the_opposite_of_applying_it(
    offset: tuple[float, ...], shape: tuple[int, ...]
) -> None:
    scale = Scale(column="x", method="min_max", offset=offset, size=tuple(2.0 * abs(n) for n in offset))
    samples = np.random.default_rng(0).normal(0, 5, (4, *shape)).astype(np.float32)
    back = scale.undo(scale.apply(samples))
    assert back.dtype == samples.dtype
    np.testing.assert_allclose(back, samples, rtol=1e-5, atol=1e-5)


def test_a_result_that_needs_no_input_is_in_the_units_of_the_data_too() -> None:
    graph = draw(
        {
            "w": ("Parameter", {"values": 0.5}),
            "y": ("Input", {"name": "price", "shape": []}),
            "sgd": ("Optimizer", {"learning_rate": 0.0, "loss_function": "mae"}),
            "out": ("Output", {"name": "answer"}),
        },
        ["w -> sgd.loss", "y -> sgd.target", "w -> out"],
    ).document
    _, events = trained(with_settings(graph, document("price", []).training))
    (result,) = (event for event in events if isinstance(event, ResultEvent))
    expected = 0.5 * rows("price").std() + rows("price").mean()
    assert result.outputs["answer"] == pytest.approx(expected, rel=1e-6)


def test_bypassed_nodes_between_do_not_matter() -> None:
    """The answer of the line goes to the loss and to the Output by ways of their own."""
    graph = draw(
        {
            "x": ("Input", {"name": "house", "shape": [3]}),
            "y": ("Input", {"name": "price", "shape": [1]}),
            "line": ("Linear", {"units": 1}),
            "off": "Dropout",
            "wobble": ("Activation", {"function": "tanh"}),
            "sgd": ("Optimizer", {"learning_rate": 0.0}),
            "out": ("Output", {"name": "answer"}),
        },
        ["x -> line", "line -> off", "off -> sgd.loss", "y -> wobble", "wobble -> sgd.target",
         "line -> out"],
    ).document  # fmt: skip
    nodes = tuple(node.model_copy(update={"bypassed": node.id in ("off", "wobble")}) for node in graph.nodes)
    drawn = with_settings(graph.model_copy(update={"nodes": nodes}), document("price", [1]).training)
    model, _ = trained(drawn)
    answer = scaled_answer(model, "standardize") * rows("price").std() + rows("price").mean()
    np.testing.assert_allclose(answer_of(model), answer, rtol=1e-6)


def checkpoint_in_scaled_units(monitor: str, *, noted: bool) -> Model:
    """After one epoch, with small figures; not `noted` as an earlier version would have written it."""
    model, _ = trained(judged(1, monitor))
    figures = {"mae": 1e-3, "r2": 0.5}
    details = model.details.model_copy(
        update={
            "judgment": Judgment(epoch=1, step=3, value=1e-3, reference=1e-3, metrics={"train": figures}),
            "plateaus": {"sgd": PlateauMemory(best=1e-3, waited=5)},
            "totals": Totals(metrics={"mae": (1e15, 1.0)}),
        }
    )
    kept = details.model_dump(exclude=set() if noted else {"metrics_in_data_units"})
    return replace(model, details=Details.model_validate(kept))


def judged(epochs: int, monitor: str) -> GraphDocument:
    plateau = {"loss_function": "mse", "schedule": "plateau", "patience": 0, "name": "sgd"}
    drawn = document("price", [1], loss=plateau)
    settings = drawn.training.model_copy(update={"epochs": epochs, "monitor": monitor})
    return with_settings(drawn, settings)


def gone_on(checkpoint: Model, monitor: str) -> tuple[EpochEvent, list[Event], Model]:
    kept: list[Model] = []
    events = list(run(judged(2, monitor), houses(), kept=kept, continue_from=checkpoint))
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    return epoch, events, kept[-1]


@pytest.mark.parametrize("noted", [True, False])
def test_a_best_epoch_in_scaled_units_does_not_outdo_all_that_come_after_it(noted: bool) -> None:
    epoch, events, last = gone_on(checkpoint_in_scaled_units("mae", noted=noted), "mae")
    mae = epoch.metrics["train"]["mae"]
    assert mae is not None
    assert (epoch.best, mae < 1e7) == (not noted, not noted)
    assert ("Measured in scaled units up to step 3: mae, rmse." in told(events)) == (not noted)
    assert last.details.metrics_in_data_units
    assert last.details.plateaus["sgd"].best == (1e-3 if noted else None)


def test_where_the_loss_is_monitored_the_best_epoch_stays_without_figures_in_scaled_units() -> None:
    epoch, events, last = gone_on(checkpoint_in_scaled_units("", noted=False), "")
    assert not epoch.best
    assert last.details.judgment is not None
    assert last.details.judgment.metrics == {"train": {"r2": 0.5}}
    assert last.details.plateaus["sgd"].best == 1e-3
    assert "judged afresh" not in told(events)
