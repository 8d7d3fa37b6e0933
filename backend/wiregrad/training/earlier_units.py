"""Checkpoints whose metrics were still measured in the scale of a normalized column: what no longer compares.

Earlier versions wrote such ones. A run that goes on from one measures in the units of the data.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TypeVar

from wiregrad.graph.check import CheckedGraph
from wiregrad.nodes._metric_units import MetricInUnits
from wiregrad.training.judging import Judgment, monitored
from wiregrad.training.model import BEST, Model, Totals

Figure = TypeVar("Figure")


def in_present_units(checkpoint: Model, graph: CheckedGraph) -> Model:
    """The checkpoint without figures of metrics that the graph measures in other units than it did.

    If epochs are judged by such a metric, which one was the best is forgotten, with its weights, and so is
    what plateau schedules remember.
    """
    changed, details = _changed(checkpoint, graph), checkpoint.details
    if not changed:
        return checkpoint
    totals = Totals(losses=details.totals.losses, metrics=_without(changed, details.totals.metrics))
    if not _is_judged_by(changed, checkpoint, graph):
        judgment = details.judgment and _judgment_without(changed, details.judgment)
        kept = details.model_copy(update={"totals": totals, "judgment": judgment})
        return replace(checkpoint, details=kept)
    kept = details.model_copy(update={"totals": totals, "judgment": None, "plateaus": {}})
    tensors = {name: array for name, array in checkpoint.tensors.items() if not name.startswith(BEST)}
    return replace(checkpoint, details=kept, tensors=tensors)


def in_words(checkpoint: Model | None, graph: CheckedGraph) -> Iterator[str]:
    changed = _changed(checkpoint, graph) if checkpoint else frozenset()
    if checkpoint is None or not changed:
        return
    names = ", ".join(sorted(changed))
    afresh = " Which epoch is the best is judged afresh." if _is_judged_by(changed, checkpoint, graph) else ""
    yield f"Measured in scaled units up to step {checkpoint.details.step}: {names}.{afresh}"


def _changed(checkpoint: Model, graph: CheckedGraph) -> frozenset[str]:
    if checkpoint.details.metrics_in_data_units:
        return frozenset()
    return frozenset(end.name for end in graph.ends.metrics if isinstance(end.role, MetricInUnits))


def _is_judged_by(metrics: frozenset[str], checkpoint: Model, graph: CheckedGraph) -> bool:
    figure = monitored(graph.ends, checkpoint.details.training)
    return figure is not None and figure.kind == "metric" and figure.name in metrics


def _judgment_without(metrics: frozenset[str], judgment: Judgment) -> Judgment:
    figures = {split: _without(metrics, named) for split, named in judgment.metrics.items()}
    return judgment.model_copy(update={"metrics": figures})


def _without(names: frozenset[str], figures: Mapping[str, Figure]) -> dict[str, Figure]:
    return {name: figure for name, figure in figures.items() if name not in names}
