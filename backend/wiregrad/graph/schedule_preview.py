"""The learning rates that an Optimizer would use, without a graph or a run: the curve of its schedule."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from pydantic import ValidationError

from wiregrad.engine import ops
from wiregrad.engine.backends import get_backend
from wiregrad.engine.ir import Function
from wiregrad.graph.document import NodeDocument
from wiregrad.graph.instances import setting_problems
from wiregrad.graph.program import GraphError
from wiregrad.graph.session import Horizon
from wiregrad.nodes import OptimizerNode, Progress, node_kind

MOST_POINTS = 500


@dataclass(frozen=True, slots=True)
class SchedulePreview:
    """The learning rate of each of some steps, which are counted from 1."""

    steps: tuple[int, ...]
    rates: tuple[float, ...]


def preview_schedule(
    settings: Mapping[str, Any], steps: int, steps_per_epoch: int = 1, *, points: int = MOST_POINTS
) -> SchedulePreview:
    """The rates of a run of so many steps with an Optimizer of these settings, at up to `points` steps.

    The first and the last step are among them, and the others lie evenly between. The numbers come from the
    formula that training compiles, in float64. A plateau schedule is shown as if the figure never stayed.

    Raises:
        GraphError: the settings are not those of an Optimizer; it has every problem.
        ValueError: there is no step to show.

    """
    horizon, node = Horizon(steps, steps_per_epoch), _optimizer(settings)
    shown = np.unique(np.linspace(1, steps, min(steps, max(1, points))).round().astype(np.int64))
    step = ops.input("step", "int64", ())
    lengths = (ops.full(count, "int64") for count in (horizon.total_steps, horizon.steps_per_epoch))
    rate = node.scheduled(ops.full(node.base_learning_rate, "float64"), Progress(step, *lengths))
    executable = get_backend("numpy").compile(Function("schedule", {"step": step}, {"rate": rate}))
    rates = tuple(float(executable.run({"step": np.asarray(number)})["rate"]) for number in shown)
    return SchedulePreview(tuple(map(int, shown)), rates)


def _optimizer(settings: Mapping[str, Any]) -> OptimizerNode:
    kind = node_kind("Optimizer")
    if kind is None or not issubclass(kind, OptimizerNode):
        raise AssertionError("the catalogue has no Optimizer")
    try:
        return kind.model_validate(dict(settings))
    except ValidationError as error:
        document = NodeDocument.model_construct(id="optimizer", kind="Optimizer", label="", settings={})
        raise GraphError(setting_problems(document, error)) from error
