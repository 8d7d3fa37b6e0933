"""The figures that each example promises, through Python and through the command line."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import wiregrad
from tests.examples.running import train_example, wiregrad_command
from tests.examples.test_lessons import LESSONS
from wiregrad.data.catalogue import builtin
from wiregrad.training.evaluation import Evaluator


@dataclass(frozen=True)
class Figures:
    """`outputs` are reached within half a unit of the last digit given; test accuracy at least."""

    outputs: dict[str, float] = field(default_factory=dict)
    tolerance: dict[str, float] = field(default_factory=dict)
    accuracy: float | None = None


PROMISED = {
    "lower-a-parameter": Figures({"value": -5.0}, {"value": 1e-4}),
    "raise-a-parameter": Figures({"value": 15.0}, {"value": 1e-4}),
    "rosenbrock": Figures(
        {"x1": 1.00884, "x2": 1.02139, "y": 9.134e-05}, {"x1": 5e-6, "x2": 5e-6, "y": 5e-8}
    ),
    "rosenbrock-too-fast": Figures(
        {"x1": 0.740778, "x2": 0.892324, "y": 0.185238}, {"x1": 5e-6, "x2": 5e-6, "y": 5e-6}
    ),
    "rosenbrock-decay": Figures(
        {"x1": 0.997680, "x2": 0.994403, "y": 6.3086e-06}, {"x1": 1e-6, "x2": 1e-6, "y": 5e-9}
    ),
    "digits-mlp": Figures(accuracy=0.95),
    "digits-cnn": Figures(accuracy=0.98),
    "two-classes": Figures(accuracy=0.95),
}
REFUSED = {
    "constant-cannot-train": ("A Constant has nothing to change", "Parameter"),
    "compare-loses-gradients": ("Compare", "booleans"),
}


def test_every_example_is_tested() -> None:
    assert {*PROMISED, *REFUSED, *LESSONS, "line-fit", "xor-by-hand"} == set(wiregrad.examples)


@pytest.mark.parametrize("name", PROMISED)
def test_numbers_in_python(name: str) -> None:
    finished = train_example(name)
    assert finished.state == "completed"
    check(PROMISED[name], finished.result.outputs, finished.result.metrics)


@pytest.mark.parametrize("name", PROMISED)
def test_numbers_on_the_command_line(name: str, tmp_path: Path) -> None:
    answer = wiregrad_command("train", name, "--json", folder=tmp_path)
    assert (answer.code, answer.complaints) == (0, "")
    assert answer.last["state"] == "completed"
    assert list(answer.last["losses"]) == ["loss"]
    check(PROMISED[name], answer.last["outputs"], answer.last["metrics"])


def check(promised: Figures, outputs: Mapping[str, Any], metrics: Mapping[Any, Mapping[str, Any]]) -> None:
    assert set(promised.outputs) == set(outputs)
    for name, value in promised.outputs.items():
        assert outputs[name] == pytest.approx(value, rel=0, abs=promised.tolerance[name])
    if promised.accuracy is not None:
        assert metrics["test"]["accuracy"] >= promised.accuracy


@pytest.mark.parametrize("name", ["lower-a-parameter", "rosenbrock"])
def test_numbers_with_the_compiled_program(name: str) -> None:
    """The same figures with what a notebook would type, without the training loop."""
    program = wiregrad.compile(wiregrad.examples[name])
    session = program.session(program.init(seed=0))
    session.steps(100)
    outputs = program.evaluate(session.state())
    check(PROMISED[name], {key: float(value) for key, value in outputs.items()}, {})


def test_first_gradients_of_rosenbrock() -> None:
    program = wiregrad.compile(wiregrad.examples["rosenbrock"])
    gradients = program.trace(program.init()).gradients
    assert (float(gradients["x1.output"]), float(gradients["x2.output"])) == (18.0, -4.0)


def test_wires_of_raise_a_parameter() -> None:
    report = wiregrad.examples["raise-a-parameter"].check()
    blue = {wire.source.node: wire.value.carries_gradient for wire in report.wires if wire.value}
    assert blue == {"parameter": True, "negative": True, "minus-one": False}


def test_wires_around_compare() -> None:
    report = wiregrad.examples["compare-loses-gradients"].check()
    blue = {wire.target.node: wire.value.carries_gradient for wire in report.wires if wire.value}
    into_compare = [w.value for w in report.wires if w.target.node == "compare" and w.source.node == "layer"]
    assert [value.carries_gradient for value in into_compare if value] == [True]
    assert blue["optimizer"] is False


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_on_purpose_in_python(name: str) -> None:
    (problem,) = wiregrad.examples[name].check().errors
    assert problem.node == "optimizer"
    for word in REFUSED[name]:
        assert word in f"{problem.message} {problem.remedy}"


@pytest.mark.parametrize("name", REFUSED)
def test_wrong_on_purpose_on_the_command_line(name: str, tmp_path: Path) -> None:
    answer = wiregrad_command("train", name, "--json", folder=tmp_path)
    assert answer.code == 1
    assert answer.last["state"] == "failed"
    assert "[optimizer.loss" in answer.complaints
    for word in REFUSED[name]:
        assert word in answer.complaints


def least_squares() -> tuple[float, float]:
    """Weight and bias by the normal equations, in double precision, from the bundled file itself."""
    text = files("wiregrad.data.builtin").joinpath("line.csv").read_text(encoding="utf-8")
    rows = [(float(row["x"]), float(row["y"])) for row in csv.DictReader(text.splitlines())]
    x, y = np.array(rows).T
    weight = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    return float(weight), float(y.mean() - weight * x.mean())


def test_line_fit_reaches_least_squares_in_python() -> None:
    evaluator = Evaluator(train_example("line-fit").model)
    weight, bias = least_squares()
    heights = np.array(evaluator.evaluate({"x": [[0.0], [1.0]]})["prediction"].value)
    assert heights.ravel().tolist() == pytest.approx([bias, weight + bias], rel=1e-4)


def test_line_fit_reaches_least_squares_on_the_command_line(tmp_path: Path) -> None:
    trained = wiregrad_command("train", "line-fit", "--json", "--out", "line.safetensors", folder=tmp_path)
    assert trained.code == 0
    answer = wiregrad_command("evaluate", "line.safetensors", "--input", "x=[2]", "--json", folder=tmp_path)
    weight, bias = least_squares()
    assert answer.last["outputs"]["prediction"]["value"] == [pytest.approx(2 * weight + bias, rel=1e-4)]


NUMBER = r"-?\d+(?:\.\d+)?"
VALUE = rf"(?:\([-\d., ()]*\)|{NUMBER})"


def worked_numbers(text: str, name: str) -> list[float]:
    """Every number that the explanation gives for `name`, in order; pairs flattened."""
    plain = text.replace("\N{MINUS SIGN}", "-")
    found = re.findall(rf"(?<![\w∂]){re.escape(name)} = (?:[^,;\n()]*? = )?({VALUE})", plain)
    return [float(number) for match in found for number in re.findall(NUMBER, match)]


def test_xor_first_step_equals_the_worked_table() -> None:
    """Every value and gradient of the first step, as the explanation on the canvas has them."""
    graph = wiregrad.examples["xor-by-hand"]
    notes = {note.id: note.text for note in graph.document.notes}
    cases = builtin()["xor"]().take(np.arange(4), ["x", "y"])
    program = wiregrad.compile(graph, dtype="float64")
    trace = program.trace(program.init(), cases)

    def assert_worked(note: str, name: str, computed: npt.ArrayLike) -> None:
        assert worked_numbers(note, name) == pytest.approx(np.ravel(computed).tolist(), abs=6e-7), name

    for node in ("x", "z", "h", "o", "p"):
        assert_worked(notes["forward"], node, trace.values[f"{node}.output"])
    assert_worked(notes["forward"], "y)² over the four cases", trace.loss)
    table = notes["backward"].partition("∂p = 2 (p")[0]
    for node in ("p", "o", "h", "z"):
        assert_worked(table, f"∂{node}", trace.gradients[f"{node}.output"])
    for node in ("W", "b", "w", "c"):
        assert_worked(notes["gradients"], f"∂{node}", trace.gradients[f"{node}.output"])


def test_xor_notes_are_in_its_description() -> None:
    document = wiregrad.examples["xor-by-hand"].document
    for note in document.notes:
        assert note.text in document.description


def test_xor_is_learned() -> None:
    evaluator = Evaluator(train_example("xor-by-hand").model)
    answers = evaluator.evaluate({"x": [[0, 0], [0, 1], [1, 0], [1, 1]]})["prediction"].value
    assert np.round(np.array(answers).ravel()).tolist() == [0, 1, 1, 0]
    assert np.abs(np.array(answers).ravel() - [0, 1, 1, 0]).max() < 0.1


def test_same_seed_same_result_bit_for_bit() -> None:
    first, second = (train_example("digits-mlp").model.tensors for _ in range(2))
    assert {name: array.tobytes() for name, array in first.items()} == {
        name: array.tobytes() for name, array in second.items()
    }
