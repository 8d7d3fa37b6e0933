"""A step function with numbers to try it on: fresh weights, and a batch that is made up."""

from dataclasses import dataclass

import numpy as np

from wiregrad.engine.backends.precision import Precision
from wiregrad.engine.ir import Function
from wiregrad.graph.check import CheckedGraph
from wiregrad.graph.interface import InputInfo
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import FloatDType
from wiregrad.graph.program import Program, compile_checked
from wiregrad.graph.session import Session

CLASSES = 2
"""Integers are 0 or 1, which are classes of every graph that has some."""


@dataclass(frozen=True)
class Trial:
    """`carry` is loaded before the first step, `feed` given to every one."""

    function: Function
    carry: dict[str, Array]
    feed: dict[str, Array]


def trial_of(
    checked: CheckedGraph,
    batch_size: int | None,
    dtype: FloatDType,
    seed: int = 0,
    *,
    precision: Precision = "full",
) -> Trial:
    """Raises GraphError with every problem if the graph is not legal."""
    program = compile_checked(checked, batch_size, "numpy", dtype, precision=precision)
    session = Session(program, program.init(seed))
    session.set_horizon(1_000, 100)
    generator = np.random.default_rng(seed)
    batch = {name: _drawn(info, program, generator) for name, info in program.inputs.items()}
    carry = program.carry_of(session.state())
    return Trial(program.step_function_for(program.batch_size), carry, session.feed_of(batch))


def _drawn(info: InputInfo, program: Program, generator: np.random.Generator) -> Array:
    type_ = info.value.tensor(program.batch_size, program.dtype)
    if info.value.is_float:
        return generator.normal(size=type_.shape).astype(type_.dtype)
    return generator.integers(0, CLASSES, type_.shape).astype(type_.dtype)
