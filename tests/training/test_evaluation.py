"""Asking a trained graph: what it takes, what it answers, and what it says to what it cannot take."""

import asyncio
import base64
import io
import os
import signal
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.graph.drawing import draw
from tests.training.drawing import ALL_FOR_TRAINING, classifier_document, clouds, parameter_document, run
from wiregrad.graph import Graph, GraphDocument, compile_graph
from wiregrad.graph.document import TrainingSettings
from wiregrad.training.evaluation import Evaluator, bound_sample, evaluate
from wiregrad.training.executors import EvaluatorProcess
from wiregrad.training.given import EvaluationError
from wiregrad.training.model import Details, Model
from wiregrad.training.questions import Evaluated, Question, Refused, Reply, SampleQuestion


@pytest.fixture(scope="module")
def trained() -> Model:
    kept: list[Model] = []
    list(run(classifier_document(epochs=15), clouds(), kept=kept))
    return kept[-1].without_optimizers()


def untrained(document: GraphDocument, **labels: tuple[str, ...]) -> Model:
    """A model as it is before the first step."""
    program = compile_graph(Graph(document))
    details = Details(contents="model", step=0, seed=0, training=document.training, labels=labels)
    return Model(document, program.init(0).arrays(), details)


def through(shape: list[int], dtype: str = "float32", output: dict[str, object] | None = None) -> Model:
    """An Input that goes straight to an Output."""
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": shape, "dtype": dtype}),
            "out": ("Output", {"name": "y", **(output or {})}),
        },
        ["x -> out"],
    )
    return untrained(graph.document)


def only(error: pytest.ExceptionInfo[EvaluationError]) -> tuple[str, str | None, str | None]:
    (problem,) = error.value.problems
    return problem.code, problem.expected, problem.got


# What comes out


def test_one_sample_gives_one_answer(trained: Model) -> None:
    output = evaluate(trained, {"x": [2, 0, 0, 0, 0, 0]})["prediction"]
    assert (output.shape, output.batched, output.dtype) == ((3,), False, "float32")
    probabilities = np.array(output.value)
    assert probabilities.argmax() == 0  # the class whose points lie about (2, 0, 0, ...)
    assert probabilities.sum() == pytest.approx(1)


def test_a_batch_gives_a_batch_and_the_same_answers(trained: Model) -> None:
    samples = clouds().take(np.arange(5), ["x"])["x"]
    evaluator = Evaluator(trained)
    batch = evaluator.evaluate({"x": samples.tolist()})["prediction"]
    single = [evaluator.evaluate({"x": sample.tolist()})["prediction"].value for sample in samples]
    assert (batch.shape, batch.batched) == ((5, 3), True)
    assert np.array(batch.value) == pytest.approx(np.array(single), rel=1e-5)


def test_more_samples_than_are_computed_at_once(trained: Model) -> None:
    samples = np.random.default_rng(0).standard_normal((2_500, 6)).astype(np.float32)
    whole = Evaluator(trained).evaluate({"x": samples})["prediction"]
    assert whole.shape == (2_500, 3)
    last = Evaluator(trained).evaluate({"x": samples[-1]})["prediction"]
    assert np.array(whole.value)[-1] == pytest.approx(np.array(last.value), rel=1e-5)


def test_evaluation_needs_no_target_and_ignores_one(trained: Model) -> None:
    without = evaluate(trained, {"x": [0] * 6})
    assert evaluate(trained, {"x": [0] * 6, "y": 2}) == without


def test_labels_of_the_dataset_come_with_probabilities(trained: Model) -> None:
    assert trained.details.labels == {"prediction": ("red", "green", "blue")}
    shown = trained.graph.model_dump()
    for node in shown["nodes"]:
        if node["id"] == "out":
            node["settings"]["display"] = "probabilities"
    model = Model(GraphDocument.model_validate(shown), trained.tensors, trained.details)
    output = evaluate(model, {"x": [0] * 6})["prediction"]
    assert (output.display, output.labels) == ("probabilities", ("red", "green", "blue"))


@pytest.mark.parametrize(
    ("shape", "output", "display"),
    [
        ([], {}, "number"),
        ([1], {}, "number"),
        ([3], {}, "table"),
        ([3], {"labels": ["a", "b", "c"]}, "probabilities"),
        ([3, 8, 8], {}, "image"),
        ([1, 8, 8], {}, "image"),
        ([4, 8, 8], {}, "table"),
        ([8, 8], {"display": "image"}, "image"),
        ([3, 8, 8], {"display": "table"}, "table"),
    ],
)
def test_how_outputs_would_like_to_be_shown(
    shape: list[int], output: dict[str, object], display: str
) -> None:
    assert evaluate(through(shape, output=output), {"x": np.zeros(shape)})["y"].display == display


def test_outputs_without_inputs_need_none() -> None:
    model = untrained(parameter_document())
    assert evaluate(model)["value"].value == 5.0


def test_numbers_that_are_not_finite_are_null() -> None:
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [2]}),
            "zero": ("Constant", {"values": 0}),
            "d": "Div",
            "o": "Output",
        },
        ["x -> d.a", "zero -> d.b", "d -> o"],
    )
    assert evaluate(untrained(graph.document), {"x": [1, 0]})["output"].value == [None, None]


def test_integers_and_booleans_keep_their_type() -> None:
    assert evaluate(through([2], "int64"), {"x": [3, 2**40]})["y"].value == [3, 2**40]
    assert evaluate(through([2], "bool"), {"x": [True, False]})["y"].value == [True, False]
    assert evaluate(through([2]), {"x": [True, 2]})["y"].value == [1.0, 2.0]


# What cannot be taken


@pytest.mark.parametrize(
    ("value", "got"),
    [
        ([1, 2], "(2,)"),
        (1, "()"),
        ([[1, 2, 3, 4, 5]], "(1, 5)"),
        ([[1, 2], [3]], "lists of different lengths"),
        ("hello", "something that is not a number"),
        ([1, 2, 3, 4, 5, "6"], "something that is not a number"),
        ([1, 2, 3, 4, 5, None], "something that is not a number"),
        ([1, 2, 3, 4, 5, 10**400], "something that is not a number"),
        ([1, 2, 3, 4, 5, float("nan")], "a number that is infinite or not a number"),
        (np.zeros((0, 6)), "0 samples"),
    ],
)
def test_values_that_do_not_fit(trained: Model, value: object, got: str) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(trained, {"x": value})
    assert only(error) == (
        "input_shape",
        "finite numbers of shape (6,), or several samples with a leading axis",
        got,
    )
    assert "Give one sample as a list of 6 numbers." in str(error.value)
    assert error.value.problems[0].node == "x"


def test_fractions_are_no_whole_numbers() -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(through([2], "int64"), {"x": [1.5, 2]})
    assert only(error) == ("input_dtype", "whole numbers", "numbers with a fraction")


def test_unknown_inputs_are_named_with_those_that_exist(trained: Model) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(trained, {"x": [0] * 6, "picture": 1})
    assert only(error) == ("unknown_input", "one of: x, y", "'picture'")


def test_all_problems_at_once(trained: Model) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(trained, {"x": 1, "z": 1})
    assert [problem.code for problem in error.value.problems] == ["input_shape", "unknown_input"]


def test_too_few_inputs_say_what_each_output_needs(trained: Model) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(trained, {"y": 1})
    assert only(error) == ("missing_input", "prediction needs x", "y")


def test_numbers_of_samples_have_to_agree(trained: Model) -> None:
    with pytest.raises(EvaluationError) as error:
        evaluate(trained, {"x": np.zeros((3, 6)), "y": 1})
    assert only(error)[2] == "x: a batch of 3, y: one sample"


def test_a_graph_without_output_has_nothing_to_return() -> None:
    graph = draw({"w": "Parameter", "sgd": "Optimizer"}, ["w -> sgd.loss"])
    with pytest.raises(EvaluationError, match="The graph has no Output"):
        evaluate(untrained(graph.document))


# Pictures and samples


def picture(size: tuple[int, int], color: tuple[int, int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, format=kind)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_pictures_are_resized_to_what_the_input_takes(kind: str) -> None:
    evaluator = Evaluator(through([3, 4, 6]))
    value = np.array(evaluator.evaluate(pictures={"x": picture((60, 40), (255, 0, 51), kind)})["y"].value)
    assert value.shape == (3, 4, 6)
    assert value.mean(axis=(1, 2)) == pytest.approx([1.0, 0.0, 0.2], abs=0.01)


def test_a_color_picture_becomes_grey_for_one_channel() -> None:
    evaluator = Evaluator(through([1, 2, 2]))
    value = np.array(evaluator.evaluate(pictures={"x": picture((8, 8), (255, 255, 255))})["y"].value)
    assert value.tolist() == [[[1.0, 1.0], [1.0, 1.0]]]


@pytest.mark.parametrize("content", [b"", b"GIF89a", picture((8, 8), (1, 2, 3))[:45]])
def test_what_is_no_picture(content: bytes) -> None:
    with pytest.raises(EvaluationError) as error:
        Evaluator(through([3, 4, 4])).evaluate(pictures={"x": content})
    assert error.value.problems[0].code == "input_picture"


def test_an_input_of_numbers_takes_no_picture(trained: Model) -> None:
    with pytest.raises(EvaluationError, match="does not take a picture"):
        Evaluator(trained).evaluate(pictures={"x": picture((8, 8), (0, 0, 0))})


def test_a_sample_fills_the_inputs_that_nothing_else_fills(trained: Model) -> None:
    evaluator = Evaluator(trained)
    sample = bound_sample(evaluator.program, clouds(), 3)
    row = clouds().take(np.array([3]), ["x"])["x"][0]
    assert evaluator.evaluate(sample=sample) == evaluator.evaluate({"x": row})
    assert evaluator.evaluate({"x": [0] * 6}, sample=sample) == evaluator.evaluate({"x": [0] * 6})


@pytest.mark.parametrize("index", [-1, 60])
def test_a_sample_that_does_not_exist(trained: Model, index: int) -> None:
    with pytest.raises(EvaluationError) as error:
        bound_sample(Evaluator(trained).program, clouds(), index)
    assert only(error) == ("sample_index", "a number from 0 to 59", str(index))


# The evaluator process


def ask(*questions: Question, kill_before: int | None = None) -> list[Reply]:
    """The answers of one evaluator process, which is killed before the question of that number."""

    async def asking() -> list[Reply]:
        evaluator = EvaluatorProcess()
        answers = []
        for number, question in enumerate(questions):
            if number == kill_before and evaluator.pid is not None:
                os.kill(evaluator.pid, signal.SIGKILL)
            answers.append(await evaluator.ask(question))
        await evaluator.close()
        return answers

    return asyncio.run(asking())


def test_a_process_answers_as_the_library_does(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    trained.save(path)
    answer, refusal = ask(
        Question(model=str(path), inputs={"x": [1, 2, 3, 4, 5, 6]}),
        Question(model=str(path), inputs={"x": [1, 2]}),
    )
    assert isinstance(answer, Evaluated)
    assert answer.outputs == evaluate(trained, {"x": [1, 2, 3, 4, 5, 6]})
    assert answer.step == trained.details.step
    assert isinstance(refusal, Refused)
    assert (refusal.code, refusal.problems[0].got) == ("bad_input", "(2,)")


def test_a_process_takes_pictures_and_samples(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    graph = draw(
        {"x": ("Input", {"name": "image", "shape": [1, 8, 8]}), "out": ("Output", {"name": "y"})},
        ["x -> out"],
    )
    untrained(graph.document).save(path)
    encoded = base64.b64encode(picture((20, 20), (255, 255, 255)))
    white, sample, unknown = ask(
        Question(model=str(path), pictures={"image": encoded}),
        Question(model=str(path), sample=SampleQuestion(datasets=str(tmp_path), dataset="digits", index=0)),
        Question(model=str(path), sample=SampleQuestion(datasets=str(tmp_path), dataset="nope", index=0)),
    )
    assert isinstance(white, Evaluated)
    assert np.array(white.outputs["y"].value).min() == 1.0
    assert isinstance(sample, Evaluated)
    assert 0 < np.array(sample.outputs["y"].value).mean() < 1
    assert isinstance(unknown, Refused)
    assert unknown.code == "unknown_dataset"


def test_numbers_come_before_a_picture_for_the_same_input() -> None:
    graph = draw(
        {"x": ("Input", {"name": "image", "shape": [1, 2, 2]}), "out": ("Output", {"name": "y"})},
        ["x -> out"],
    )
    white = picture((2, 2), (255, 255, 255))
    numbers = [[[0.0, 0.25], [0.5, 0.75]]]
    outputs = Evaluator(untrained(graph.document)).evaluate({"image": numbers}, {"image": white})
    assert outputs["y"].value == numbers


def test_a_process_sees_a_new_checkpoint_under_the_old_name(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    fresh = untrained(classifier_document())

    async def asking() -> tuple[object, object]:
        evaluator = EvaluatorProcess()
        fresh.save(path)
        before = await evaluator.ask(Question(model=str(path), inputs={"x": [1] * 6}))
        trained.save(path)
        after = await evaluator.ask(Question(model=str(path), inputs={"x": [1] * 6}))
        await evaluator.close()
        return before, after

    before, after = asyncio.run(asking())
    assert isinstance(before, Evaluated)
    assert isinstance(after, Evaluated)
    assert (before.step, after.step) == (0, trained.details.step)
    assert before.outputs != after.outputs


def test_a_process_that_is_killed_is_started_again(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    trained.save(path)
    question = Question(model=str(path), inputs={"x": [1] * 6})
    answers = ask(question, question, question, kill_before=1)
    assert isinstance(answers[0], Evaluated)
    assert answers[2] == answers[0]


def test_an_answer_that_is_too_large_is_refused_and_not_given_to_the_next_question(
    trained: Model, tmp_path: Path
) -> None:
    large = draw({"p": ("Parameter", {"shape": [2_000, 2_000]}), "out": "Output"}, ["p -> out"])
    untrained(large.document).save(tmp_path / "large")
    trained.save(tmp_path / "small")
    refusal, answer = ask(
        Question(model=str(tmp_path / "large")),
        Question(model=str(tmp_path / "small"), inputs={"x": [1] * 6}),
    )
    assert isinstance(refusal, Refused)
    assert refusal.code == "bad_input"
    assert isinstance(answer, Evaluated)
    assert answer.outputs == evaluate(trained, {"x": [1] * 6})


def test_a_file_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("nothing")
    missing, wrong = ask(Question(model=str(tmp_path / "none")), Question(model=str(tmp_path / "model")))
    for answer in (missing, wrong):
        assert isinstance(answer, Refused)
        assert answer.code == "bad_model"


def test_questions_may_come_all_at_once(trained: Model, tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    trained.save(path)

    async def asking() -> list[Reply]:
        evaluator = EvaluatorProcess()
        questions = [Question(model=str(path), inputs={"x": [number] * 6}) for number in range(20)]
        answers = await asyncio.gather(*(evaluator.ask(question) for question in questions))
        await evaluator.close()
        return list(answers)

    library = Evaluator(trained)
    for number, answer in enumerate(asyncio.run(asking())):
        assert isinstance(answer, Evaluated)
        assert answer.outputs == library.evaluate({"x": [number] * 6})


def test_training_data_is_not_needed_to_evaluate(trained: Model) -> None:
    settings = TrainingSettings(dataset="gone", split=ALL_FOR_TRAINING)
    details = trained.details.model_copy(update={"training": settings})
    assert evaluate(Model(trained.graph, trained.tensors, details), {"x": [0] * 6})
