"""Statistics and the digest of columns, computed chunk by chunk so that no column has to fit in memory."""

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_COUNTED_VALUES = 1000
_TRUTH = ("false", "true")
MOST_BINS = 64
_PIECE = 1 << 16


@dataclass(frozen=True)
class Histogram:
    """How many numbers lie from each of `edges` to the next; the last edge belongs to the last bin."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]


@dataclass(frozen=True)
class ColumnStatistics:
    """Of all numbers of a column. `counts` (label or value in words -> samples) only where there are classes.

    `histogram` is for numbers that are no classes. `missing` counts the cells that were missing in the file
    and are filled in; an import that was not told what to do with them refuses them.
    """

    min: float
    max: float
    mean: float
    std: float
    counts: dict[str, int] | None = None
    missing: int = 0
    histogram: Histogram | None = None


def summarize(
    labels: tuple[str, ...] | None, read: Callable[[], Iterable[NDArray[Any]]], missing: int = 0
) -> ColumnStatistics:
    """Mean and population standard deviation by merging chunks (Chan, Golub, LeVeque 1979), in float64.

    `read` gives the column's chunks; it is called again for the histogram, whose range has to be known first.
    """
    count, mean, squares = 0, 0.0, 0.0
    low, high = math.inf, -math.inf
    tally: dict[int, int] | None = {}
    kind = ""
    for chunk in read():
        kind = chunk.dtype.kind
        tally = _tallied(tally, chunk, labels)
        for numbers in _pieces(chunk):
            low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
            average = float(numbers.mean())
            delta, total = average - mean, count + numbers.size
            squares += float(np.square(numbers - average).sum()) + delta**2 * count * numbers.size / total
            mean += delta * numbers.size / total
            count = total
    counts = _named(tally, _TRUTH if kind == "b" else labels)
    bins = None if counts is not None and (labels or kind == "b") else _bins(low, high, whole=kind == "i")
    return ColumnStatistics(
        low,
        high,
        mean,
        math.sqrt(squares / count),
        counts,
        missing,
        None if bins is None else _histogram(bins, read()),
    )


def _pieces(chunk: NDArray[Any]) -> Iterator[NDArray[np.float64]]:
    """Few numbers at a time, which stay in the processor's cache from one operation to the next."""
    flat = chunk.reshape(-1)
    for start in range(0, flat.size, _PIECE):
        yield flat[start : start + _PIECE].astype(np.float64)


def _bins(low: float, high: float, *, whole: bool) -> NDArray[np.float64] | None:
    """Edges of at most 64 bins of one width; whole numbers lie amid their bins, as many to each."""
    if whole:
        width = math.ceil((high - low + 1) / MOST_BINS)
        edges = low - 0.5 + width * np.arange(math.ceil((high - low + 1) / width) + 1, dtype=np.float64)
    else:
        spread = high - low or max(abs(low), 1.0) * 1e-3
        edges = low + spread * np.arange(MOST_BINS + 1, dtype=np.float64) / MOST_BINS
    return edges if bool((np.diff(edges) > 0).all()) else None


def _histogram(edges: NDArray[np.float64], chunks: Iterable[NDArray[Any]]) -> Histogram:
    counts = np.zeros(len(edges) - 1, dtype=np.int64)
    scale = (len(edges) - 1) / (edges[-1] - edges[0])
    for chunk in chunks:
        for numbers in _pieces(chunk):
            places = ((numbers - edges[0]) * scale).astype(np.int64)
            counts += np.bincount(places.clip(0, len(counts) - 1), minlength=len(counts))
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()))


def _tallied(
    tally: dict[int, int] | None, chunk: NDArray[Any], labels: tuple[str, ...] | None
) -> dict[int, int] | None:
    """Count labels, and integer or boolean scalars; None for what has no classes, or too many."""
    if tally is None or chunk.dtype.kind not in "ib" or (chunk.ndim != 1 and labels is None):
        return None
    if labels is not None:
        counted = np.bincount(chunk.ravel(), minlength=len(labels))
        return {value: tally.get(value, 0) + count for value, count in enumerate(counted.tolist())}
    values, counts = np.unique(chunk, return_counts=True)
    if len(values) > _MOST_COUNTED_VALUES:
        return None
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        tally[int(value)] = tally.get(int(value), 0) + count
    return tally if len(tally) <= _MOST_COUNTED_VALUES else None


def _named(tally: dict[int, int] | None, labels: tuple[str, ...] | None) -> dict[str, int] | None:
    if tally is None:
        return None
    if labels is not None:
        return {label: tally.get(value, 0) for value, label in enumerate(labels)}
    return {str(value): tally[value] for value in sorted(tally)}


ColumnSignature = tuple[str, str, tuple[int, ...], tuple[str, ...] | None]


def content_sha256(columns: Iterable[tuple[ColumnSignature, Iterable[NDArray[Any]]]]) -> str:
    """SHA-256 over each column's signature as JSON and its values as little-endian bytes in C order."""
    digest = hashlib.sha256()
    for signature, chunks in columns:
        digest.update(json.dumps(signature, ensure_ascii=True).encode() + b"\n")
        for chunk in chunks:
            digest.update(chunk.astype(chunk.dtype.newbyteorder("<"), copy=False).tobytes())
    return digest.hexdigest()
