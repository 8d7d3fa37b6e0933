"""Back from the scale that a column was trained in to the units of the data, where people read numbers.

A value is in the scale of a normalized column if a squared, absolute or Huber loss, or a metric of numbers,
compares it with an Input of that column, or if it is that Input itself. An Output may name another column.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from wiregrad.data.dataset import Dataset
from wiregrad.data.normalization import Array, Scale
from wiregrad.graph.check import CheckedGraph
from wiregrad.graph.ends import End
from wiregrad.graph.report import Problem
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.nodes import OutputNode, ValueType
from wiregrad.nodes._loss_settings import LossSettings
from wiregrad.nodes._metric_units import MetricInUnits
from wiregrad.nodes.metric import Metric
from wiregrad.nodes.output import Output
from wiregrad.training.tracing_back import input_behind, origin

Place = tuple[str, str]
"""A node and its output port."""

_PREDICTION, _TARGET = 0, 1


def output_scales(graph: CheckedGraph, scales: Sequence[Scale]) -> dict[str, Scale]:
    """By Output name, the scales from which their values have to be taken back."""
    found = {}
    compared = _compared(graph)
    for end in graph.ends.outputs:
        scale = _scale_of(scales, _column_of(graph, end, compared))
        if scale is not None and _fits(scale, end.resolved.input_types[0]):
            found[end.name] = scale
    return found


def in_data_units(array: Array, scale: Scale, *, batched: bool) -> Array:
    """A value of the graph, with the batch as its first axis if it is batched."""
    return scale.undo(array) if batched else scale.undo(array[np.newaxis])[0]


def metrics_in_units(graph: CheckedGraph, scales: Sequence[Scale]) -> CheckedGraph:
    """The graph with metrics that measure in the units of their targets' columns."""
    return graph.with_nodes({node.id: _with_sizes(node, scale) for node, scale in _measured(graph, scales)})


def in_words(graph: CheckedGraph, scales: Sequence[Scale]) -> Iterator[str]:
    for node, scale in _measured(graph, scales):
        end = next(end for end in graph.ends.metrics if end.resolved.id == node.id)
        yield f"{end.name} is measured in the units of the column {scale.column!r}, before it was normalized."


def unit_problems(graph: CheckedGraph, dataset: Dataset) -> Iterator[Problem]:
    """Outputs in the units of a column that does not exist, or has other samples."""
    for end in graph.ends.outputs:
        name = end.role.units_column if isinstance(end.role, Output) and end.role.units == "data" else ""
        value, column = end.resolved.input_types[0], dataset.columns.get(name)
        if not name or value is None or (column and _alike(column.shape, value.shape)):
            continue
        yield Problem(
            code="units",
            message=f"{end.resolved.title} cannot have the units of the column {name!r}.",
            node=end.resolved.id,
            expected=f"a column whose samples are like {value}",
            got=f"samples of shape {column.shape}" if column else f"no such column in {dataset.name}",
            remedy="Name another column, or none.",
        )


def _alike(column: tuple[int, ...], value: tuple[int, ...]) -> bool:
    return column == value or max(*column, *value, 1) == 1


def _compared(graph: CheckedGraph) -> Mapping[Place, str]:
    """By place, the column that its value is compared with; places with several columns are left out."""
    columns: dict[Place, set[str]] = {}
    for node in graph.resolution.nodes.values():
        if isinstance(node.node, LossSettings | Metric) and node.node.compares_amounts:
            place = origin(graph, node.sources[_PREDICTION])
            end = input_behind(graph, node.sources[_TARGET])
            if place is not None and end is not None:
                columns.setdefault((place.node, place.port), set()).add(end.role.column_name)
    return {place: next(iter(found)) for place, found in columns.items() if len(found) == 1}


def _column_of(graph: CheckedGraph, end: End[OutputNode], compared: Mapping[Place, str]) -> str | None:
    if not isinstance(end.role, Output) or end.role.units != "data":
        return None
    source = end.resolved.sources[0]
    place, read = origin(graph, source), input_behind(graph, source)
    if end.role.units_column or place is None:
        return end.role.units_column
    return read.role.column_name if read else compared.get((place.node, place.port))


def _measured(graph: CheckedGraph, scales: Sequence[Scale]) -> Iterator[tuple[ResolvedNode, Scale]]:
    for end in graph.ends.metrics:
        if not isinstance(end.role, Metric) or not end.role.is_in_data_units:
            continue
        target = input_behind(graph, end.resolved.sources[_TARGET])
        scale = _scale_of(scales, target.role.column_name if target else None)
        if scale is not None and _fits(scale, end.resolved.input_types[_TARGET]):
            yield end.resolved, scale


def _with_sizes(node: ResolvedNode, scale: Scale) -> MetricInUnits:
    return MetricInUnits.model_validate({**node.node.model_dump(), "sizes": scale.size})


def _scale_of(scales: Sequence[Scale], column: str | None) -> Scale | None:
    return next((scale for scale in scales if scale.column == column), None)


def _fits(scale: Scale, value: ValueType | None) -> bool:
    """Whether a scale with several groups finds them along the first axis of the value."""
    return value is not None and (len(scale.size) == 1 or value.shape[:1] == (len(scale.size),))
