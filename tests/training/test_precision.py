"""The setting `precision`: where it is accepted, and that a run then trains with rounded products."""

import numpy as np
import pytest

from tests.training.drawing import classifier_document, clouds, losses_of, run
from wiregrad.engine.backends import get_backend
from wiregrad.engine.backends.precision import UnsupportedPrecision
from wiregrad.graph import Graph, Program, compile_graph
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.report import Problem
from wiregrad.training.binding import BindingError, training_problems


def problem_of(**settings: object) -> Problem:
    document = classifier_document(precision="bfloat16", **settings)
    (problem,) = training_problems(analyze(document), document.training, clouds())
    with pytest.raises(BindingError) as error:
        list(run(document, clouds()))
    assert error.value.problems == (problem,)
    return problem


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """A processor with the instructions, as far as settings go; without them the numbers are the same."""
    monkeypatch.setattr(get_backend("llvm"), "without_bfloat16", None)


def test_a_backend_that_cannot_is_a_problem() -> None:
    problem = problem_of(backend="numpy")
    assert (problem.code, problem.expected) == (
        "unsupported_precision",
        "a backend that multiplies bfloat16 on this machine",
    )
    assert problem.got == "“numpy”: NumPy multiplies in float32 and float64 only"
    assert problem.remedy.startswith("Choose full precision, or train on a machine")


def test_a_processor_that_cannot_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(get_backend("llvm"), "without_bfloat16", "this processor is too old")
    assert problem_of(backend="llvm").got == "“llvm”: this processor is too old"


@pytest.mark.usefixtures("able")
def test_double_precision_is_a_problem() -> None:
    problem = problem_of(backend="llvm", dtype="float64")
    assert (problem.expected, problem.got) == ("float32 numbers where products read bfloat16", "float64")


def test_graphs_compile_for_backends_that_can_alone() -> None:
    with pytest.raises(UnsupportedPrecision, match="got “numpy”: NumPy multiplies in float32"):
        compile_graph(Graph(classifier_document()), backend="numpy", precision="bfloat16")


def test_documents_from_before_are_trained_as_before() -> None:
    document = classifier_document().to_json()
    del document["training"]["precision"]
    assert GraphDocument.model_validate(document).training == classifier_document().training
    assert TrainingSettings().precision == "full"


@pytest.mark.usefixtures("able")
def test_a_run_trains_with_rounded_products() -> None:
    plain, rounded = (
        np.array(losses_of(run(classifier_document(backend="llvm", epochs=2, precision=chosen), clouds())))
        for chosen in ("full", "bfloat16")
    )
    assert (rounded != plain).any()
    np.testing.assert_allclose(rounded, plain, rtol=0.02)


def program(precision: str) -> Program:
    checked = analyze(classifier_document())
    return Program(checked, get_backend("numpy"), "float32", 8, precision=precision)  # type: ignore[arg-type]


def test_traces_are_those_of_the_rounded_step_and_evaluation_is_exact() -> None:
    batch = clouds().take(np.arange(8), ("x", "y"))
    plain, rounded = program("full"), program("bfloat16")
    state = plain.init(0)
    assert rounded.trace(state, batch).loss == rounded.step(state, batch)[1]["Optimizer"]
    assert rounded.trace(state, batch).loss != plain.trace(state, batch).loss
    for name, array in plain.evaluate(state, {"x": batch["x"]}).items():
        np.testing.assert_array_equal(rounded.evaluate(state, {"x": batch["x"]})[name], array)
