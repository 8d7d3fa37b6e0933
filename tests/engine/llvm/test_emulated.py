"""What ARM64 processors would compute, by an emulator, against the plain interpreter."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import cast

import numpy as np
import pytest

from tests.engine.examples import EXAMPLES
from tests.engine.llvm import emulating
from tests.engine.llvm.classifier import classifier, classifier_feed
from tests.engine.llvm.compiling import interpreted
from wiregrad.engine import ops
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import DType, Function, Value

TOLERANCES = {"float32": 1e-5, "float64": 1e-12}


def _every_primitive(dtype: str) -> tuple[Function, dict[str, Array]]:
    """All examples side by side in one program."""
    inputs: dict[str, Value] = {}
    feed: dict[str, Array] = {}
    outputs: dict[str, Value] = {}
    for number, example in enumerate(EXAMPLES):
        if example.primitive == "cast" and dtype == "float32":
            continue  # the example itself goes through both types
        operands = []
        for name, array in example.fed(dtype).items():
            key = f"{number}.{name}"
            inputs[key] = ops.input(key, cast(DType, array.dtype.name), array.shape)
            feed[key] = array
            operands.append(inputs[key])
        outputs[f"{number}.{example}"] = example.build(*operands)
    return Function("examples", inputs, outputs), feed


def _assert_alike(got: dict[str, Array], expected: dict[str, Array]) -> None:
    for name, array in expected.items():
        tolerance = TOLERANCES.get(array.dtype.name, 0)
        np.testing.assert_allclose(got[name], array, rtol=tolerance, atol=tolerance, err_msg=name)


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_every_primitive(dtype: str, tmp_path: Path) -> None:
    function, feed = _every_primitive(dtype)
    expected = dict(zip(function.outputs, evaluate(function.outputs.values(), feed), strict=True))
    _assert_alike(emulating.run(function, feed, 1, tmp_path), expected)


SMOOTH: dict[str, Callable[[Value], Value]] = {
    name: getattr(ops, name) for name in ("exp", "log", "tanh", "erf", "sin", "cos", "sqrt")
}


@pytest.mark.parametrize("dtype", TOLERANCES)
def test_vector_functions(dtype: str, tmp_path: Path) -> None:
    x = ops.input("x", cast(DType, dtype), (3, 1001))
    feed = {"x": np.linspace(1e-3, 60, 3003).reshape(3, 1001).astype(dtype)}
    function = Function("smooth", {"x": x}, {name: apply(x) for name, apply in SMOOTH.items()})
    expected = dict(zip(function.outputs, evaluate(function.outputs.values(), feed), strict=True))
    got = emulating.run(function, feed, 1, tmp_path)
    for name, array in expected.items():
        np.testing.assert_allclose(got[name], array, rtol=TOLERANCES[dtype], err_msg=name)


def test_training_steps(tmp_path: Path) -> None:
    function, feed = classifier(), classifier_feed()
    got = emulating.run(function, feed, 3, tmp_path)
    expected = interpreted(function, feed, 3)[-1]
    assert np.isfinite(expected["loss"])
    np.testing.assert_allclose(got["loss"], expected["loss"], rtol=1e-4)
