"""What a training needs, by arithmetic, and that it is refused with numbers where there is less."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import wiregrad
from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, run
from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Column, Dataset
from wiregrad.graph import Graph
from wiregrad.graph.check import CheckedGraph, analyze
from wiregrad.graph.document import GraphDocument, SplitSettings, TrainingSettings
from wiregrad.training.binding import BindingError, training_problems
from wiregrad.training.memory import available_bytes, estimate, memory_problems, planned_estimate


def perceptron(algorithm: str = "sgd") -> GraphDocument:
    graph = draw(
        {
            "x": ("Input", {"name": "x", "shape": [6]}),
            "hidden": ("Linear", {"units": 10}),
            "sum": "Sum",
            "sgd": ("Optimizer", {"algorithm": algorithm}),
        },
        ["x -> hidden.input", "hidden -> sum.input", "sum -> sgd.loss"],
    )
    return graph.document.model_copy(update={"training": classifier_document(batch_size=20).training})


def named_parts(*parts: str) -> Dataset:
    """A sample for each part, in a column of that name."""
    labels = tuple(sorted(set(parts)))
    arrays: dict[str, NDArray[Any]] = {
        "x": np.zeros((len(parts), 6), np.float32),
        "part": np.array([labels.index(part) for part in parts], np.int64),
    }
    columns = [Column("x", "float32", (6,)), Column("part", "int64", (), labels)]
    return Dataset(
        id="parts",
        name="Parts",
        description="",
        columns=columns,
        size=len(parts),
        load=arrays.__getitem__,
    )


def test_the_estimate_is_the_sum_of_what_is_there() -> None:
    document = perceptron("adam")
    found = estimate(analyze(document), document.training, clouds(100))
    weights = 6 * 10 + 10
    assert found.parameters == found.gradients == 4 * weights
    assert found.optimizers == 2 * 4 * weights
    assert found.activations == 4 * 20 * (6 + 10 + 1)
    assert found.samples == 70 * 6 * 4
    assert found.total == 4 * (4 * weights + 20 * 17 + 420)


def test_a_split_by_column_keeps_the_samples_that_it_names_for_training() -> None:
    document = perceptron()
    by_column = SplitSettings(method="column", column="part", train=0.9, validation=0.1, test=0.0)
    settings = document.training.model_copy(update={"split": by_column})
    found = estimate(analyze(document), settings, named_parts("train", "test", "train", "validation", "test"))
    assert found.samples == 2 * 6 * 4


def test_a_split_that_cannot_be_made_does_not_hide_that_memory_is_short() -> None:
    document = classifier_document(batch_size=20)
    graph, missing = analyze(document), SplitSettings(method="column", column="part")
    settings = document.training.model_copy(update={"split": missing})
    assert estimate(graph, settings, clouds()).samples == 0
    problems = training_problems(graph, settings, clouds())
    assert [problem.code for problem in problems] == ["split"]
    assert list(memory_problems(graph, settings, clouds(), free=1))


def test_double_precision_needs_twice_as_much() -> None:
    document = perceptron()
    graph, single = analyze(document), document.training
    double = single.model_copy(update={"dtype": "float64"})
    assert estimate(graph, double, None).total == 2 * estimate(graph, single, None).total


def test_a_graph_that_says_double_precision_itself_needs_twice_as_much_not_four_times() -> None:
    single = perceptron()
    settings = single.training.model_copy(update={"dtype": "float64"})
    double = single.model_copy(update={"training": settings})
    needed = estimate(analyze(double), settings, None).activations
    assert needed == 2 * estimate(analyze(single), single.training, None).activations


def test_what_does_not_fit_is_refused_with_numbers_and_a_remedy() -> None:
    document = classifier_document(batch_size=20, backend="numpy")
    graph = analyze(document)
    needed = estimate(graph, document.training, clouds()).total
    assert not list(memory_problems(graph, document.training, clouds(), free=needed))
    (problem,) = memory_problems(graph, document.training, clouds(), free=needed - 1)
    assert problem.code == "memory"
    assert "needs about" in problem.message
    assert problem.remedy == "Lower the batch size, or make the layers smaller."


def classifier_on(backend: str) -> tuple[CheckedGraph, TrainingSettings]:
    document = classifier_document(batch_size=20, backend=backend)
    return analyze(document), document.training


def test_native_code_says_itself_what_it_needs() -> None:
    graph, settings = classifier_on("llvm")
    program = wiregrad.compile(Graph(graph.document), 20, "llvm")
    found = planned_estimate(graph, settings, clouds())
    assert found is not None
    held = found.total - found.samples
    # The plan has the threads' scratch besides what the executable counts.
    assert program.compile_step(20).memory_bytes <= held <= program.compile_step(20).memory_bytes + (1 << 20)
    assert planned_estimate(*classifier_on("numpy"), clouds()) is None


def test_native_code_is_refused_by_what_it_really_needs() -> None:
    graph, settings = classifier_on("llvm")
    planned = planned_estimate(graph, settings, clouds())
    assert planned is not None
    assert planned.total != estimate(graph, settings, clouds()).total
    assert not list(memory_problems(graph, settings, clouds(), free=planned.total))
    (problem,) = memory_problems(graph, settings, clouds(), free=planned.total - 1)
    assert problem.got == f"about {in_words(planned.total)}"


def test_a_run_that_no_machine_can_hold_is_refused_before_it_starts() -> None:
    size = 90_000_000
    graph = draw(
        {
            "a": ("Parameter", {"shape": [size, 1]}),
            "b": ("Parameter", {"shape": [1, 2_000]}),
            "product": "Mul",
            "sum": "Sum",
            "sgd": "Optimizer",
        },
        ["a -> product.a", "b -> product.b", "product -> sum.input", "sum -> sgd.loss"],
    )
    with pytest.raises(BindingError) as error:
        run(graph.document)
    assert "does not fit into memory" in str(error.value) or "too large" in str(error.value)


def test_this_machine_says_how_much_is_free() -> None:
    free = available_bytes()
    assert free is None or free > 1 << 20
