"""Balanced class weights: counted in the training split, and put in the place of the word in the settings.

A class weighs samples / (classes * samples of the class), as `compute_class_weight("balanced")` of
scikit-learn has it, so that all classes together count alike and a sample counts 1 on average. A class that a
loss ignores is not counted and weighs 0.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError
from wiregrad.graph.check import CheckedGraph
from wiregrad.graph.ends import End
from wiregrad.graph.report import Problem
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.nodes import InputNode
from wiregrad.nodes._loss_settings import LossSettings
from wiregrad.training.columns import BoundInput
from wiregrad.training.tracing_back import input_behind

ClassWeights = Mapping[str, tuple[float, ...]]
"""By the id of the node, in the graph without blocks."""

Numbers = NDArray[np.float64]

_NUMBERS_AT_ONCE = 1 << 22
_MOST_NAMED = 20
_PREDICTION, _TARGET = 0, 1


def balance_problems(graph: CheckedGraph) -> Iterator[Problem]:
    """Losses whose classes cannot be counted, because no Input gives their targets as they are."""
    computed = (node for node in _balanced(graph) if _target_input(graph, node) is None)
    yield from graph.resolution.expansion.told(map(_computed_target, computed))


def _computed_target(node: ResolvedNode) -> Problem:
    return Problem(
        code="class_weights",
        message=f"{node.title} balances classes, which are counted where an Input reads its target.",
        node=node.id,
        port="target",
        expected="a target that comes straight from an Input",
        got="a target that is computed",
        remedy="Connect the Input to the target, or write the class weights as numbers.",
    )


def count_classes(
    graph: CheckedGraph, dataset: Dataset, inputs: Mapping[str, BoundInput], samples: NDArray[np.int64]
) -> ClassWeights:
    """The weights of every loss that wants balance, from the samples of these numbers.

    Raises:
        DataError: a class that none of them is of.

    """
    found = {}
    for node in _balanced(graph):
        end = _target_input(graph, node)
        if end is not None:
            counts = _counts(node, dataset, inputs[end.name], np.sort(samples))
            labels = dataset.columns[inputs[end.name].column].labels
            found[node.id] = _weights(node, counts, labels, inputs[end.name].column)
    return found


def weighted(graph: CheckedGraph, weights: ClassWeights) -> CheckedGraph:
    """The graph with these weights in its losses."""
    return graph.with_nodes(
        {
            name: graph.resolution.nodes[name].node.model_copy(update={"class_weights": values})
            for name, values in weights.items()
        }
    )


def in_words(
    graph: CheckedGraph, weights: ClassWeights, labels: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """One sentence for each loss; `labels` are class names by Input name."""
    optimizers = {end.resolved.id: end.name for end in graph.ends.optimizers}
    for name, values in weights.items():
        node = graph.resolution.nodes[name]
        end = _target_input(graph, node)
        names = labels.get(end.name, ()) if end else ()
        each = [f"{names[i] if i < len(names) else i} {value:.4g}" for i, value in enumerate(values)]
        more = f" and {len(each) - _MOST_NAMED} more" if len(each) > _MOST_NAMED else ""
        told = ", ".join(each[:_MOST_NAMED])
        yield f"Balanced class weights of {optimizers.get(name, node.title)}: {told}{more}."


def _balanced(graph: CheckedGraph) -> Iterator[ResolvedNode]:
    """Losses that want balance and have a target, which an Optimizer need not have."""
    for node in graph.resolution.nodes.values():
        if isinstance(node.node, LossSettings) and node.node.wants_balance and node.sources[_TARGET]:
            yield node


def _target_input(graph: CheckedGraph, node: ResolvedNode) -> End[InputNode] | None:
    return input_behind(graph, node.sources[_TARGET])


def _counts(node: ResolvedNode, dataset: Dataset, bound: BoundInput, samples: NDArray[np.int64]) -> Numbers:
    """How many targets are of each class; of targets that are probabilities, their sums."""
    prediction = node.input_types[_PREDICTION]
    classes = prediction.shape[0] if prediction is not None else 0
    counts: Numbers = np.zeros(classes)
    rows = max(1, _NUMBERS_AT_ONCE // max(bound.value.size, 1))
    for start in range(0, len(samples), rows):
        taken = dataset.take(samples[start : start + rows], [bound.column])[bound.column]
        counts += _counted(bound.values(taken, "float64"), classes)
    return counts


def _counted(targets: NDArray[Any], classes: int) -> Numbers:
    if targets.dtype.kind == "f":
        sums: Numbers = targets.reshape(len(targets), classes, -1).sum(axis=(0, 2))
        return sums
    numbers = targets[(targets >= 0) & (targets < classes)]
    return np.bincount(numbers, minlength=classes).astype(np.float64)


def _weights(
    node: ResolvedNode, counts: Numbers, labels: Sequence[str] | None, column: str
) -> tuple[float, ...]:
    counts_at_all = np.arange(len(counts)) != _ignored(node)
    missing = np.flatnonzero(counts_at_all & ~(counts > 0))
    if missing.size:
        names = ", ".join(labels[i] if labels and i < len(labels) else str(i) for i in missing[:_MOST_NAMED])
        raise DataError(
            f"{node.title} balances classes, but no training sample is of the class {names}.",
            column=column,
            remedy="Split within each class (stratified), give training a larger share, or write the class "
            "weights as numbers, with 0 for classes that do not occur.",
        )
    total = counts[counts_at_all].sum()
    shares = np.where(counts_at_all, counts, 1) * counts_at_all.sum()
    return tuple(np.where(counts_at_all, total / shares, 0.0).tolist())


def _ignored(node: ResolvedNode) -> int | None:
    settings = node.node
    is_known = isinstance(settings, LossSettings) and settings.chosen_loss == "cross_entropy"
    return settings.ignore if isinstance(settings, LossSettings) and is_known else None
