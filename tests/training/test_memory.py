"""What a training needs, by arithmetic, and that it is refused with numbers where there is less."""

import pytest

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, run
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument
from wiregrad.training.binding import BindingError
from wiregrad.training.memory import available_bytes, estimate, memory_problems


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


def test_the_estimate_is_the_sum_of_what_is_there() -> None:
    document = perceptron("adam")
    found = estimate(analyze(document), document.training, clouds(100))
    weights = 6 * 10 + 10
    assert found.parameters == found.gradients == 4 * weights
    assert found.optimizers == 2 * 4 * weights
    assert found.activations == 4 * 20 * (6 + 10 + 1)
    assert found.samples == 70 * 6 * 4
    assert found.total == 4 * (4 * weights + 20 * 17 + 420)


def test_double_precision_needs_twice_as_much() -> None:
    document = perceptron()
    graph, single = analyze(document), document.training
    double = single.model_copy(update={"dtype": "float64"})
    assert estimate(graph, double, None).total == 2 * estimate(graph, single, None).total


def test_what_does_not_fit_is_refused_with_numbers_and_a_remedy() -> None:
    document = classifier_document(batch_size=20)
    needed = estimate(analyze(document), document.training, clouds()).total
    graph = analyze(document)
    assert not list(memory_problems(graph, document.training, clouds(), free=needed))
    (problem,) = memory_problems(graph, document.training, clouds(), free=needed - 1)
    assert problem.code == "memory"
    assert "needs about" in problem.message
    assert problem.remedy == "Lower the batch size, or make the layers smaller."


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
