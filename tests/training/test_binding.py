"""Columns for Inputs: what fits, and what is said where it does not."""

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, parameter_document
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, SplitSettings, TrainingSettings
from wiregrad.graph.report import Problem
from wiregrad.training.binding import BindingError, bind, output_labels, training_problems
from wiregrad.training.feed import Samples

SETTINGS = TrainingSettings()


def with_node(node_id: str, **settings: object) -> GraphDocument:
    """The classifier with some settings of one node changed."""
    document = classifier_document()
    nodes = [node.model_dump() for node in document.nodes]
    for node in nodes:
        if node["id"] == node_id:
            node["settings"] |= settings
    return GraphDocument.model_validate(document.model_dump() | {"nodes": nodes})


def only_problem(document: GraphDocument) -> Problem:
    (problem,) = training_problems(analyze(document), SETTINGS, clouds())
    with pytest.raises(BindingError) as error:
        bind(analyze(document), SETTINGS, clouds())
    assert error.value.problems == (problem,)
    return problem


def test_a_graph_that_fits_has_no_problems() -> None:
    assert training_problems(analyze(classifier_document()), SETTINGS, clouds()) == ()


def test_no_dataset_is_a_problem_of_every_input() -> None:
    problems = training_problems(analyze(classifier_document()), SETTINGS, None)
    assert [(problem.node, problem.code, problem.got) for problem in problems] == [
        ("x", "no_dataset", "no dataset"),
        ("y", "no_dataset", "no dataset"),
    ]


def test_a_graph_without_inputs_needs_no_dataset() -> None:
    assert training_problems(analyze(parameter_document()), SETTINGS, None) == ()
    assert bind(analyze(parameter_document()), SETTINGS, clouds()) is None


def test_missing_column_names_those_that_exist_and_the_only_one_that_fits() -> None:
    problem = only_problem(with_node("x", column="point", dtype="float32"))
    assert (problem.node, problem.got) == ("x", "'point'")
    assert problem.expected == "one of the columns x, y, height, count"
    assert problem.fix is None  # x and count both fit


def test_missing_column_with_one_candidate_offers_it() -> None:
    problem = only_problem(with_node("y", column="label"))
    assert problem.fix is not None
    assert problem.fix.settings == {"column": "y"}


def test_wrong_shape() -> None:
    problem = only_problem(with_node("x", shape=[5]))
    assert (problem.node, problem.code) == ("x", "column_shape")
    assert (problem.expected, problem.got) == (
        "samples of shape (5,), as the Input says",
        "samples of shape (6,) in the column",
    )
    assert problem.fix is not None
    assert problem.fix.settings == {"shape": [6]}


def test_wrong_dtype() -> None:
    problem = only_problem(with_node("y", column="height"))
    assert (problem.node, problem.expected, problem.got) == (
        "y",
        "int64, as the Input says",
        "float32 in the column",
    )


def test_graph_errors_come_with_the_binding_problems() -> None:
    document = classifier_document()
    without_wire = document.model_copy(
        update={"wires": tuple(wire for wire in document.wires if wire.target.node != "relu")}
    )
    codes = {problem.code for problem in training_problems(analyze(without_wire), SETTINGS, None)}
    assert codes == {"missing_input", "no_dataset"}


def test_a_graph_without_optimizer_cannot_be_trained() -> None:
    document = draw({"w": "Parameter", "out": "Output"}, ["w -> out"]).document
    (problem,) = training_problems(analyze(document), SETTINGS, None)
    assert problem.code == "no_optimizer"


def test_no_samples() -> None:
    (problem,) = training_problems(analyze(classifier_document()), SETTINGS, clouds(0))
    assert (problem.node, problem.code) == ("x", "too_few_samples")


def test_shares_above_one() -> None:
    settings = TrainingSettings(split=SplitSettings(train=0.9, validation=0.2, test=0.2))
    (problem,) = training_problems(analyze(classifier_document()), settings, clouds())
    assert problem.code == "split"
    assert "1.3" in problem.message


def test_whole_numbers_are_cast_and_single_numbers_become_rows() -> None:
    document = with_node("x", column="count")
    binding = bind(analyze(document), SETTINGS, clouds())
    assert binding is not None
    batch = Samples(binding, np.arange(5), "float32").take(np.array([1, 4]))
    assert batch["x"].dtype == np.float32
    assert batch["x"].tolist() == [[1.0] * 6, [4.0] * 6]

    row = draw(
        {"x": ("Input", {"name": "height", "shape": [1]}), "line": "Linear", "sgd": "Optimizer"},
        ["x -> line", "line -> sgd.loss"],
    ).document
    bound = bind(analyze(row), SETTINGS, clouds())
    assert bound is not None
    assert Samples(bound, np.arange(5), "float64").take(np.array([0]))["height"].shape == (1, 1)
    assert Samples(bound, np.arange(5), "float64").take(np.array([0]))["height"].dtype == np.float64


def test_output_labels_are_those_of_the_labeled_column_with_as_many_classes() -> None:
    binding = bind(analyze(classifier_document()), SETTINGS, clouds())
    assert output_labels(analyze(classifier_document()), binding) == {"prediction": ("red", "green", "blue")}
