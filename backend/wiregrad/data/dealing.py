"""The split that training settings ask for: by chance, by class, in order, or as a column says."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.importing.split_names import SPLITS, split_called
from wiregrad.data.randomness import Stream, permutation
from wiregrad.data.splits import Split, part_sizes, split
from wiregrad.graph.document import SplitMethod, SplitSettings

_ROUNDING = 1e-9
_UNUSED = len(SPLITS)


def deal(dataset: Dataset, settings: SplitSettings) -> Split:
    """Which samples train, validate and test.

    Raises:
        DataError: impossible shares, or the column that the method needs is missing or has other classes.

    """
    return _METHODS[settings.method](dataset, settings)


def training_samples(dataset: Dataset, settings: SplitSettings) -> int:
    """About how many samples `deal` gives to training, found without reading them; raises as `deal` does."""
    if settings.method == "column":
        parts = _parts(_named_column(dataset, settings))
        counts = dataset.statistics()[settings.column].counts or {}
        return sum(counts.get(label, 0) for label, part in parts.items() if part == SPLITS[0])
    if settings.method == "stratified":
        class_column(dataset, settings)
    _, _, trained = part_sizes(dataset.size, (settings.test, settings.validation, settings.train))
    return trained


def class_column(dataset: Dataset, settings: SplitSettings) -> Column:
    """The column whose classes a stratified split keeps together in their shares."""
    if settings.column:
        column = _named_column(dataset, settings)
        if _has_classes(column):
            return column
        raise DataError(
            "A stratified split needs a column with classes; "
            f"this one holds {column.dtype} {list(column.shape)}.",
            column=column.name,
            remedy=f"Choose a column with classes: {_listed(dataset, _has_classes)}; or split at random.",
        )
    for column in dataset.columns.values():
        if column.labels is not None and not column.shape:
            return column
    raise DataError(
        f"A stratified split needs a column with classes, and {dataset.name} has none that is called so.",
        remedy=f"Choose a column of whole numbers: {_listed(dataset, _has_classes)}; or split at random.",
    )


def _has_classes(column: Column) -> bool:
    return not column.shape and column.dtype in {"int64", "bool"}


def _is_named(column: Column) -> bool:
    return not column.shape and column.labels is not None


def _listed(dataset: Dataset, fits: Callable[[Column], bool]) -> str:
    return (
        ", ".join(column.name for column in dataset.columns.values() if fits(column)) or "there is none here"
    )


def _named_column(dataset: Dataset, settings: SplitSettings) -> Column:
    if settings.column in dataset.columns:
        return dataset.columns[settings.column]
    fits = _is_named if settings.method == "column" else _has_classes
    got = repr(settings.column) if settings.column else "none"
    raise DataError(
        f"The split needs a column of {dataset.name}; "
        f"expected one of: {', '.join(dataset.columns)}; got {got}.",
        remedy=f"Choose one: {_listed(dataset, fits)}; or split at random.",
    )


def _parts(column: Column) -> Mapping[str, str]:
    """The part that each class of a column names."""
    if column.labels is None or column.shape:
        raise DataError(
            f"A split by column needs classes called {', '.join(SPLITS)}; this column has no named classes.",
            column=column.name,
            remedy="Choose a column whose words name the parts, or another way to split.",
        )
    parts = {label: split_called(label.strip()) for label in column.labels}
    unknown = [label for label, part in parts.items() if part is None]
    if unknown:
        raise DataError(
            f"A split by column needs classes called {', '.join(SPLITS)}; "
            f"got also: {', '.join(unknown[:5])}.",
            column=column.name,
            remedy="Choose the column that names the parts, or another way to split.",
        )
    return {label: part for label, part in parts.items() if part is not None}


def _random(dataset: Dataset, settings: SplitSettings) -> Split:
    return split(dataset.size, settings.train, settings.validation, settings.test, settings.seed)


def _in_order(dataset: Dataset, settings: SplitSettings) -> Split:
    sizes = part_sizes(dataset.size, (settings.train, settings.validation, settings.test))
    first, second, third = np.cumsum(sizes)
    samples = np.arange(dataset.size, dtype=np.int64)
    return Split(samples[:first], samples[first:second], samples[second:third])


def _by_column(dataset: Dataset, settings: SplitSettings) -> Split:
    column = _named_column(dataset, settings)
    parts = _parts(column)
    of_class = np.array([SPLITS.index(parts[label]) for label in column.labels or ()], dtype=np.int64)
    return _collected(of_class[_values(dataset, column)], np.arange(dataset.size, dtype=np.int64))


def _stratified(dataset: Dataset, settings: SplitSettings) -> Split:
    """Deal each class out by itself, so that every part has its share of every class within one sample."""
    part_sizes(dataset.size, (settings.test, settings.validation, settings.train))
    order = permutation(Stream.SPLIT, settings.seed, 0, dataset.size)
    classes = _values(dataset, class_column(dataset, settings))
    parts = np.full(dataset.size, _UNUSED)
    counts = _Counts(settings)
    for value in np.unique(classes):
        members = order[classes[order] == value]
        tested, validated, trained = counts.of_next_class(len(members))
        ends = np.cumsum([tested, validated, trained])
        parts[members[: ends[0]]] = SPLITS.index("test")
        parts[members[ends[0] : ends[1]]] = SPLITS.index("validation")
        parts[members[ends[1] : ends[2]]] = SPLITS.index("train")
    return _collected(parts, order)


def _values(dataset: Dataset, column: Column) -> NDArray[Any]:
    every = np.arange(dataset.size, dtype=np.int64)
    values: NDArray[Any] = dataset.take(every, [column.name])[column.name].astype(np.int64)
    return values


def _collected(parts: NDArray[Any], order: NDArray[np.int64]) -> Split:
    train, validation, test = (order[parts[order] == part] for part in range(len(SPLITS)))
    return Split(train, validation, test)


class _Counts:
    """Rounds class by class and carries on what it rounded off, so that the totals come out right too.

    The test's counts depend on its own share alone: another share for training keeps the same test samples.
    """

    def __init__(self, settings: SplitSettings) -> None:
        self._test = settings.test
        unused = max(1 - settings.test - settings.validation - settings.train, 0.0)
        self._others = (settings.validation, settings.train, unused)
        self._owed = [0.0, 0.0, 0.0]
        self._seen = 0

    def of_next_class(self, size: int) -> tuple[int, int, int]:
        before, self._seen = self._seen, self._seen + size
        tested = math.floor(self._test * self._seen + _ROUNDING) - math.floor(self._test * before + _ROUNDING)
        shares = [share * size for share in self._others]
        counts = [math.floor(share + _ROUNDING) for share in shares]
        left = size - tested - sum(counts)
        fractions = [part for part in range(3) if shares[part] - counts[part] > _ROUNDING]
        by_debt = sorted(fractions, key=lambda part: counts[part] - shares[part] - self._owed[part])
        for part in by_debt[: max(left, 0)]:
            counts[part] += 1
        for part in range(3):
            self._owed[part] += shares[part] - counts[part]
        return tested, counts[0], counts[1]


_METHODS: Mapping[SplitMethod, Callable[[Dataset, SplitSettings], Split]] = MappingProxyType(
    {"random": _random, "stratified": _stratified, "in_order": _in_order, "column": _by_column}
)
