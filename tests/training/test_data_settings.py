"""Split, normalization, augmentation and one-hot classes: what a graph is fed, and what is refused."""

import dataclasses
import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, losses_of, run, with_settings
from wiregrad.data.augmentation import Chain
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.graph.check import analyze
from wiregrad.graph.document import (
    Augmentation,
    GraphDocument,
    Normalization,
    SplitSettings,
    TrainingSettings,
)
from wiregrad.graph.report import Problem
from wiregrad.training import feed as feeding
from wiregrad.training.binding import Binding, bind, training_problems
from wiregrad.training.evaluation import Evaluator, bound_sample
from wiregrad.training.events import Event, ResultEvent, StartedEvent, StateEvent
from wiregrad.training.feed import Feed, Samples, in_order
from wiregrad.training.model import Model

FLIP_AND_NOISE = (
    Augmentation(kind="Flip", column="picture"),
    Augmentation(kind="Noise", column="picture", settings={"deviation": 0.2}),
)
MIXUP = Augmentation(kind="Mixup", column="picture", settings={"alpha": 1.0})
SIZE = 50


def pictures() -> Dataset:
    generator = np.random.default_rng(13)
    kinds = generator.integers(0, 3, SIZE)
    shown = generator.random((SIZE, 1, 6, 6), dtype=np.float32) * 0.5
    shown[np.arange(SIZE), 0, kinds] += 0.5
    arrays: dict[str, NDArray[Any]] = {"picture": shown, "kind": kinds.astype(np.int64)}
    return Dataset(
        id="pictures",
        name="Pictures",
        description="",
        columns=[Column("picture", "float32", (1, 6, 6)), Column("kind", "int64", (), ("a", "b", "c"))],
        size=SIZE,
        load=arrays.__getitem__,
    )


def document(*, one_hot: bool = False, **settings: object) -> GraphDocument:
    target: dict[str, object] = (
        {"dtype": "float32", "shape": [3]} if one_hot else {"dtype": "int64", "shape": []}
    )
    graph = draw(
        {
            "x": ("Input", {"name": "picture", "shape": [1, 6, 6]}),
            "y": ("Input", {"name": "kind", **target}),
            "flat": "Flatten",
            "logits": ("Linear", {"units": 3}),
            "loss": ("Loss", {"loss": "cross_entropy"}),
            "sgd": ("Optimizer", {"algorithm": "sgd", "learning_rate": 0.1, "name": "loss"}),
            "out": ("Output", {"name": "prediction"}),
        },
        ["x -> flat", "flat -> logits", "logits -> loss.prediction", "y -> loss.target", "loss -> sgd.loss",
         "logits -> out"],
    )  # fmt: skip
    chosen = {"batch_size": 8, "epochs": 2, "seed": 3, **settings}
    return with_settings(graph.document, TrainingSettings.model_validate(chosen))


def bound(drawn: GraphDocument, dataset: Dataset) -> Binding:
    binding = bind(analyze(drawn), drawn.training, dataset)
    assert binding is not None
    return binding


def feed_of(drawn: GraphDocument) -> Feed:
    binding = bound(drawn, pictures())
    return Feed(Samples(binding, binding.split.train, "float32"), drawn.training)


def problems_of(drawn: GraphDocument, dataset: Dataset | None = None) -> list[Problem]:
    return list(training_problems(analyze(drawn), drawn.training, dataset or pictures()))


def as_lists(batch: Any) -> dict[str, Any]:  # noqa: ANN401
    return {name: array.tolist() for name, array in batch.items()}


AUGMENTED = [
    document(augmentation=FLIP_AND_NOISE),
    document(augmentation=FLIP_AND_NOISE, normalization=[Normalization(column="picture")]),
    document(one_hot=True, augmentation=(*FLIP_AND_NOISE, MIXUP)),
]


# The feed


@pytest.mark.parametrize("drawn", AUGMENTED)
def test_batches_are_the_same_ahead_or_not_resident_or_not_and_in_any_order(
    drawn: GraphDocument, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = feed_of(drawn)
    steps = 2 * resident.steps_per_epoch
    wanted = [as_lists(resident.made(step)) for step in range(steps)]
    assert [as_lists(resident.batch(step)) for step in range(steps)] == wanted
    assert [as_lists(resident.batch(step)) for step in reversed(range(steps))] == wanted[::-1]
    resident.close()
    monkeypatch.setattr(feeding, "RESIDENT_BYTES", 0)
    streaming = feed_of(drawn)
    assert [as_lists(streaming.batch(step)) for step in range(steps)] == wanted
    streaming.close()


def test_every_epoch_changes_the_same_samples_anew() -> None:
    feed = feed_of(document(augmentation=FLIP_AND_NOISE, shuffle=False))
    first, second = (feed.made(epoch * feed.steps_per_epoch) for epoch in range(2))
    feed.close()
    assert np.array_equal(first["kind"], second["kind"])
    assert not np.array_equal(first["picture"], second["picture"])


def test_only_training_samples_are_changed() -> None:
    binding = bound(document(augmentation=FLIP_AND_NOISE), pictures())
    measured = Samples(binding, binding.split.validation, "float32")
    (batch,) = in_order(measured, 100)
    assert np.array_equal(batch["picture"], pictures().take(binding.split.validation, ["picture"])["picture"])


def test_a_mixture_has_pictures_and_targets_in_the_same_proportion() -> None:
    drawn = document(one_hot=True, augmentation=(MIXUP,), shuffle=False)
    feed = feed_of(drawn)
    binding = bound(drawn, pictures())
    batch = feed.made(1)
    feed.close()
    samples = binding.split.train[8:16]
    chain = Chain.of(pictures(), drawn.training.augmentation, drawn.training.seed)
    places, shares = chain.partners(samples, 0, len(binding.split.train))
    partners = binding.split.train[places]
    data = pictures().take(np.arange(SIZE), ["picture", "kind"])
    for row, (sample, partner, share) in enumerate(zip(samples, partners, shares, strict=True)):
        mixed = (1 - share) * data["picture"][sample] + share * data["picture"][partner]
        np.testing.assert_allclose(batch["picture"][row], mixed, atol=1e-6)
        target = np.zeros(3)
        target[data["kind"][sample]] += 1 - share
        target[data["kind"][partner]] += share
        np.testing.assert_allclose(batch["kind"][row], target, atol=1e-6)
    np.testing.assert_allclose(batch["kind"].sum(axis=1), 1, atol=1e-6)
    assert 0.1 < shares.mean() < 0.4


def test_classes_are_read_as_one_hot_by_an_input_with_a_number_for_each() -> None:
    binding = bound(document(one_hot=True), pictures())
    taken = Samples(binding, np.arange(SIZE), "float64").take(np.arange(SIZE))["kind"]
    assert taken.dtype == np.float64
    assert np.array_equal(taken, np.eye(3)[pictures().take(np.arange(SIZE), ["kind"])["kind"]])


def test_training_on_one_hot_classes_equals_training_on_class_numbers() -> None:
    numbers = losses_of(run(document(), pictures()))
    one_hot = losses_of(run(document(one_hot=True), pictures()))
    np.testing.assert_allclose(np.array(numbers, float), np.array(one_hot, float), rtol=1e-5)


# Runs


@pytest.mark.parametrize("drawn", AUGMENTED)
def test_a_run_that_goes_on_takes_the_same_steps_and_keeps_its_scales(drawn: GraphDocument) -> None:
    whole = list(run(drawn, pictures()))
    kept: list[Model] = []
    cut = with_settings(drawn, drawn.training.model_copy(update={"steps": 7}))
    first = losses_of(run(cut, pictures(), kept=kept))
    rest = list(run(drawn, pictures(), continue_from=kept[-1], kept=kept))
    assert first + losses_of(rest) == losses_of(whole)
    assert started(rest).normalization == started(whole).normalization == kept[-1].details.normalization


def started(events: list[Event]) -> StartedEvent:
    (event,) = (event for event in events if isinstance(event, StartedEvent))
    return event


def batch_threads() -> int:
    return sum(thread.name == "batches" for thread in threading.enumerate())


def test_the_thread_ends_with_the_run_however_it_ends() -> None:
    before = batch_threads()
    list(run(AUGMENTED[0], pictures()))
    assert batch_threads() == before
    abandoned = run(document(augmentation=FLIP_AND_NOISE, epochs=1000), pictures())
    while not isinstance(next(abandoned), StateEvent):
        pass
    next(abandoned)
    assert batch_threads() == before + 1
    assert isinstance(abandoned, Iterator)
    abandoned.close()  # type: ignore[attr-defined]
    assert batch_threads() == before


def test_data_that_cannot_be_read_any_more_ends_the_run_with_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(feeding, "RESIDENT_BYTES", 0)
    dataset = pictures()
    calls = iter(range(1_000))
    load = dataset._load

    def failing(name: str) -> NDArray[Any]:
        if next(calls) > 12:
            raise DataError("The file is gone.", remedy="Import the data again.")
        return load(name)

    dataset._load = failing
    before = batch_threads()
    with pytest.raises(DataError, match="The file is gone"):
        list(run(document(), dataset))
    assert batch_threads() == before


@pytest.mark.parametrize("method", ["standardize", "min_max"])
def test_a_normalized_model_is_asked_in_the_units_of_the_data(method: Any) -> None:  # noqa: ANN401
    kept: list[Model] = []
    wanted = [Normalization(column="x", method=method)]
    result = list(run(classifier_document(normalization=wanted), clouds(), kept=kept))
    assert any(isinstance(event, ResultEvent) for event in result)
    model = kept[-1].without_optimizers()
    (scale,) = model.details.normalization
    assert len(scale.offset) == 6

    plain = Model(model.graph, model.tensors, model.details.model_copy(update={"normalization": ()}))
    raw = clouds().take(np.arange(20), ["x"])["x"]
    asked = Evaluator(model).evaluate({"x": raw.tolist()})["prediction"].value
    by_hand = Evaluator(plain).evaluate({"x": scale.apply(raw).tolist()})["prediction"].value
    np.testing.assert_allclose(np.array(asked), np.array(by_hand), atol=1e-6)
    ignored = Evaluator(plain).evaluate({"x": raw.tolist()})["prediction"].value
    assert np.abs(np.array(asked) - np.array(ignored)).max() > 1e-2

    sample = bound_sample(Evaluator(model).program, clouds(), 7)
    (of_sample,) = [Evaluator(model).evaluate(sample=sample)["prediction"].value]
    np.testing.assert_allclose(np.array(of_sample), np.array(asked)[7], atol=1e-6)


def test_scales_survive_the_model_file(tmp_path: Any) -> None:  # noqa: ANN401
    kept: list[Model] = []
    list(run(classifier_document(normalization=[Normalization(column="x")]), clouds(), kept=kept))
    kept[-1].save(tmp_path / "model.safetensors")
    assert Model.load(tmp_path / "model.safetensors").details.normalization == kept[-1].details.normalization


def test_validation_is_scaled_by_what_training_showed() -> None:
    drawn = classifier_document(normalization=[Normalization(column="x")])
    binding = bound(drawn, clouds())
    (batch,) = in_order(Samples(binding, binding.split.validation, "float32"), 100)
    (scale,) = binding.scales
    raw = clouds().take(binding.split.validation, ["x"])["x"]
    assert np.array_equal(batch["x"], scale.apply(raw))
    (trained,) = in_order(Samples(binding, binding.split.train, "float64"), 100)
    np.testing.assert_allclose(trained["x"].mean(axis=0), 0, atol=1e-9)


# What is refused


def only_problem(drawn: GraphDocument) -> Problem:
    (problem,) = problems_of(drawn)
    assert problem.remedy
    return problem


def test_mixup_needs_targets_that_can_be_mixed_and_offers_them() -> None:
    problem = only_problem(document(augmentation=(MIXUP,)))
    assert (problem.code, problem.node) == ("mixup", "y")
    assert problem.fix is not None
    assert problem.fix.settings == {"dtype": "float32", "shape": [3]}
    assert problems_of(document(one_hot=True, augmentation=(MIXUP,))) == []


@pytest.mark.parametrize(
    ("settings", "code", "words"),
    [
        ({"split": SplitSettings(method="column", column="kind")}, "split", "got also: a, b, c"),
        ({"split": SplitSettings(method="column", column="part")}, "split", "got 'part'"),
        (
            {"split": SplitSettings(method="stratified", column="picture")},
            "split",
            "needs a column with classes",
        ),
        ({"normalization": [Normalization(column="kind")]}, "normalization", "names, not amounts"),
        ({"augmentation": [Augmentation(kind="Flip", column="kind")]}, "augmentation", "changes pictures"),
    ],
)
def test_settings_that_do_not_fit_the_data_are_problems(
    settings: dict[str, Any], code: str, words: str
) -> None:
    problems = problems_of(document(**settings))
    assert code in {problem.code for problem in problems}
    assert any(words in problem.message for problem in problems)
    assert all(problem.remedy for problem in problems)


def test_a_normalized_column_is_not_read_as_whole_numbers() -> None:
    drawn = classifier_document(normalization=[Normalization(column="count")])
    nodes = tuple(
        node.model_copy(update={"settings": {**node.settings, "column": "count", "shape": [6]}})
        if node.id == "y"
        else node
        for node in drawn.nodes
    )
    changed = drawn.model_copy(update={"nodes": nodes})
    found = [problem for problem in problems_of(changed, clouds()) if problem.code == "normalization"]
    assert [problem.node for problem in found] == ["y"]


def test_a_stratified_run_measures_every_class() -> None:
    drawn = document(split=SplitSettings(method="stratified", train=0.6, validation=0.2, test=0.2))
    binding = bound(drawn, pictures())
    kinds = pictures().take(np.arange(SIZE), ["kind"])["kind"]
    for part in dataclasses.astuple(binding.split):
        assert set(kinds[part]) == {0, 1, 2}
