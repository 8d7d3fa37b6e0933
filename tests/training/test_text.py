"""Continued texts: which graphs write, what they are shown, how characters are drawn."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, run
from tests.training.writing import model_of, round_text, table_model, writer_document
from wiregrad.training.ending import SAMPLE_LENGTH
from wiregrad.training.evaluation import Evaluator
from wiregrad.training.events import MessageEvent, ResultEvent
from wiregrad.training.given import EvaluationError
from wiregrad.training.model import Model
from wiregrad.training.text import TextModel, continue_text

NEXT = 20 * np.eye(4, dtype=np.float32)[[1, 2, 3, 0]]
"""Scores that leave no doubt: after each character comes the next, and after the last the first."""


def writer(model: Model) -> TextModel:
    found = Evaluator(model).text
    assert found is not None
    return found


def refused(model: TextModel, start: str, temperature: float = 0.0) -> tuple[str, str | None, str | None]:
    with pytest.raises(EvaluationError) as error:
        continue_text(model, start, 5, temperature)
    (problem,) = error.value.problems
    assert problem.remedy
    return problem.code, problem.expected, problem.got


# What the model is shown


@pytest.mark.parametrize("temperature", [0, 0.5, 1e-300])
def test_a_model_that_knows_the_next_letter_writes_it(temperature: float) -> None:
    model = writer(table_model(NEXT, "abcd", 3))
    assert (model.window, model.characters) == (3, tuple("abcd"))
    assert continue_text(model, "b", 9, temperature) == "cdabcdabc"


def test_scores_are_read_where_the_text_ends_and_the_window_slides_when_it_is_full() -> None:
    """This graph says at which place it was read: at its first place `a`, at its second `b`, ..."""
    graph = draw(
        {
            "text": ("Input", {"name": "text", "dtype": "int64", "shape": [4]}),
            "nothing": ("Embedding", {"vocabulary": 4, "width": 4}),
            "place": ("Parameter", {"shape": [4, 4], "values": np.eye(4).tolist()}),
            "sum": "Add",
            "out": "Output",
        },
        ["text -> nothing", "nothing -> sum.a", "place -> sum.b", "sum -> out"],
    )
    model = model_of(graph, {"tensor/nothing.weight": np.zeros((4, 4), np.float32)}, "abcd")
    assert continue_text(writer(model), "d", 7, 0) == "abcdddd"
    assert continue_text(writer(model), "dd", 3, 0) == "bcd"
    assert continue_text(writer(model), "dddddddd", 3, 0) == "ddd"


def test_the_last_characters_of_a_long_text_are_those_that_count() -> None:
    """This graph repeats what stands three places back, which only the right window has there."""
    graph = draw(
        {
            "text": ("Input", {"name": "text", "dtype": "int64", "shape": [4]}),
            "table": ("Embedding", {"vocabulary": 4, "width": 4}),
            "early": ("Slice", {"axis": 0, "start": 0, "stop": 1}),
            "zeros": ("Pad", {"before": [3, 0], "after": [0, 0]}),
            "out": "Output",
        },
        ["text -> table", "table -> early", "early -> zeros", "zeros -> out"],
    )
    model = model_of(graph, {"tensor/table.weight": np.eye(4, dtype=np.float32)}, "abcd")
    assert continue_text(writer(model), "aaaadbca", 6, 0) == "dbcadb"


@pytest.mark.parametrize(
    ("end", "after"),
    [
        ("turned", ["table -> turned"]),
        ("softmax", ["table -> softmax"]),
        ("turned", ["table -> softmax", "softmax -> turned"]),
    ],
)
def test_scores_may_be_turned_and_may_be_probabilities(end: str, after: list[str]) -> None:
    scores = np.random.default_rng(0).standard_normal((5, 5)).astype(np.float32)
    plain = continue_text(writer(table_model(scores, "abcde", 3)), "ab", 60, 0.7)
    model = writer(table_model(scores, "abcde", 3, *after, end=end))
    assert continue_text(model, "ab", 60, 0.7) == plain
    assert len(set(plain)) == 5


# How characters are drawn


@pytest.mark.parametrize(
    ("temperature", "weights"), [(1.0, [7, 2, 1]), (0.5, [49, 4, 1]), (2.0, [7**0.5, 2**0.5, 1])]
)
def test_characters_come_as_often_as_their_scores_say(temperature: float, weights: list[float]) -> None:
    scores = np.log(np.array([[7, 2, 1]] * 3)).astype(np.float32)
    count = 3_000
    text = continue_text(writer(table_model(scores, "abc", 2)), "a", count, temperature)
    expected = np.array(weights) / sum(weights)
    found = np.array([text.count(character) for character in "abc"]) / count
    assert np.abs(found - expected).max() < 4 * np.sqrt(0.25 / count)


def test_the_same_seed_gives_the_same_text_and_a_longer_one_goes_on() -> None:
    model = writer(table_model(np.zeros((4, 4), np.float32), "abcd", 3))
    short, long = (continue_text(model, "a", length, 1.0, seed=7) for length in (20, 50))
    assert long.startswith(short)
    assert continue_text(model, "a", 50, 1.0, seed=8) != long
    assert len({continue_text(model, "a", 50, 0.0, seed=seed) for seed in range(3)}) == 1


# What is learned and kept


def test_a_trained_model_writes_and_its_file_knows_the_characters(tmp_path: Path) -> None:
    kept: list[Model] = []
    document = writer_document(5, 6, epochs=30, batch_size=4)
    list(run(document, round_text("ab\ncd", 6, 20), kept=kept))
    kept[-1].without_optimizers().save(tmp_path / "writer")
    model = Model.load(tmp_path / "writer")
    assert model.details.input_labels == {"text": tuple("ab\ncd"), "next": tuple("ab\ncd")}
    assert continue_text(writer(model), "b\nc", 12, 0) == "dab\ncdab\ncda"


def test_a_run_ends_with_a_sample_of_what_it_writes() -> None:
    document = writer_document(5, 6, epochs=30, batch_size=4)
    events = list(run(document, round_text("ab\ncd", 6, 20)))
    assert isinstance(events[-2], ResultEvent)
    message = events[-3]
    assert isinstance(message, MessageEvent)
    said, text = message.text.split("\n", 1)
    assert said == "It writes by now:"
    assert len(text) == 6 + SAMPLE_LENGTH
    assert text in "ab\ncd" * 30


# What cannot be continued


def test_unknown_characters_are_named_with_the_known_ones() -> None:
    model = writer(table_model(NEXT, "a\n b", 3))
    assert refused(model, "aß€ß b") == (
        "unknown_character",
        r"a text of these characters: a \n space b",
        "ß €",
    )


def test_a_text_has_to_begin_with_something() -> None:
    assert refused(writer(table_model(NEXT, "abcd", 3)), "")[0] == "empty_start"


@pytest.mark.parametrize("temperature", [-0.1, float("nan"), float("inf")])
def test_temperatures_that_are_none(temperature: float) -> None:
    assert refused(writer(table_model(NEXT, "abcd", 3)), "a", temperature)[0] == "temperature"


def test_a_model_that_diverged() -> None:
    broken = np.full((4, 4), np.nan, np.float32)
    assert refused(writer(table_model(broken, "abcd", 3)), "a")[0] == "scores_not_finite"


def labels_replaced(model: Model, *labels: str) -> Model:
    details = model.details.model_copy(update={"input_labels": {"text": labels} if labels else {}})
    return Model(model.graph, model.tensors, details)


@pytest.mark.parametrize(
    "labels", [(), ("a", "b", "c"), ("red", "green", "blue", "grey"), ("a", "a", "b", "c")]
)
def test_a_model_whose_labels_are_no_vocabulary_does_not_write(labels: tuple[str, ...]) -> None:
    assert Evaluator(labels_replaced(table_model(NEXT, "abcd", 3), *labels)).text is None


def test_a_classifier_does_not_write() -> None:
    kept: list[Model] = []
    list(run(classifier_document(epochs=1), clouds(), kept=kept))
    assert kept[-1].details.input_labels == {"y": ("red", "green", "blue")}
    assert Evaluator(kept[-1]).text is None


def test_an_output_that_needs_two_inputs_does_not_write() -> None:
    graph = draw(
        {
            "text": ("Input", {"name": "text", "dtype": "int64", "shape": [3]}),
            "other": ("Input", {"name": "other", "shape": [3, 4]}),
            "table": ("Embedding", {"vocabulary": 4, "width": 4}),
            "sum": "Add",
            "out": "Output",
        },
        ["text -> table", "table -> sum.a", "other -> sum.b", "sum -> out"],
    )
    tensors: dict[str, NDArray[np.float32]] = {"tensor/table.weight": NEXT}
    assert Evaluator(model_of(graph, tensors, "abcd")).text is None
