"""Whole graphs on the executable of graphics processors: on NumPy's arrays, and on any processor's here."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import wiregrad
from wiregrad.engine.backends import available, get_backend
from wiregrad.engine.backends.array_module import ArrayModuleExecutable, Host
from wiregrad.engine.backends.backend import Progress
from wiregrad.engine.ir import Function
from wiregrad.engine.passes import optimize
from wiregrad.graph.check import analyze
from wiregrad.graph.program import Program
from wiregrad.graph.session import Horizon

BATCH = 8


class _OnArrays:
    """What the backend `cupy` is, on this computer."""

    name = "arrays"
    device = "NumPy"
    preference = 0
    missing = None

    def compile(
        self,
        function: Function,
        progress: Progress | None = None,  # noqa: ARG002 - as the protocol has it
    ) -> ArrayModuleExecutable:
        return ArrayModuleExecutable(optimize(function), Host())


BACKENDS = [_OnArrays(), *(backend for backend in available() if backend.name != "numpy")]


def _program(name: str, backend: Any) -> Program:  # noqa: ANN401 - two backends
    program = Program(analyze(wiregrad.examples[name].document), backend, "float64", BATCH)
    program.horizon = Horizon(total_steps=100, steps_per_epoch=10)
    return program


def _drawn(program: Program, seed: int) -> dict[str, Any]:
    generator = np.random.default_rng(seed)
    batch: dict[str, Any] = {}
    for name, info in program.inputs.items():
        tensor = info.value.tensor(BATCH, "float64")
        if info.value.is_float:
            batch[name] = generator.normal(size=tensor.shape).astype(tensor.dtype)
        else:
            batch[name] = generator.integers(0, 2, tensor.shape).astype(tensor.dtype)
    return batch


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
@pytest.mark.parametrize("name", list(wiregrad.examples))
def test_examples_take_the_same_steps_as_with_numpy(name: str, backend: Any) -> None:  # noqa: ANN401
    """Three steps, dropout and running statistics included.

    In float64: a bias before a BatchNorm has no effect, and Adam divides the rounding errors of its gradient
    by their own size.
    """
    programs = [_program(name, backend) for backend in (get_backend("numpy"), backend)]
    states = [program.init(seed=3) for program in programs]
    for step in range(3):
        batch = _drawn(programs[0], step)
        results = [program.step(state, batch) for program, state in zip(programs, states, strict=True)]
        states = [state for state, _ in results]
        (_, expected), (_, came) = results
        assert came == pytest.approx(expected, rel=1e-8, abs=1e-9)
    for tensor, array in states[0].parameters.items():
        np.testing.assert_allclose(
            states[1].parameters[tensor], array, rtol=1e-6, atol=1e-7, err_msg=f"{name}: {tensor}"
        )
