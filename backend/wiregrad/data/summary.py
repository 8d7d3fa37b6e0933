"""Statistics and the digest of columns, computed chunk by chunk so that no column has to fit in memory."""

import hashlib
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MOST_COUNTED_VALUES = 1000
_TRUTH = ("false", "true")


@dataclass(frozen=True)
class ColumnStatistics:
    """Of all numbers of a column. `counts` (label or value in words -> samples) only where there are classes.

    `missing` is always 0: an import refuses what is missing.
    """

    min: float
    max: float
    mean: float
    std: float
    counts: dict[str, int] | None = None
    missing: int = 0


def summarize(labels: tuple[str, ...] | None, chunks: Iterable[NDArray[Any]]) -> ColumnStatistics:
    """Mean and population standard deviation by merging chunks (Chan, Golub, LeVeque 1979), in float64."""
    count, mean, squares = 0, 0.0, 0.0
    low, high = math.inf, -math.inf
    tally: dict[int, int] | None = {}
    kind = ""
    for chunk in chunks:
        numbers = chunk.astype(np.float64, copy=False)
        low, high = min(low, float(numbers.min())), max(high, float(numbers.max()))
        delta = float(numbers.mean()) - mean
        total = count + numbers.size
        squares += float(((numbers - numbers.mean()) ** 2).sum()) + delta**2 * count * numbers.size / total
        mean += delta * numbers.size / total
        count = total
        tally, kind = _tallied(tally, chunk), chunk.dtype.kind
    return ColumnStatistics(
        low, high, mean, math.sqrt(squares / count), _named(tally, _TRUTH if kind == "b" else labels)
    )


def _tallied(tally: dict[int, int] | None, chunk: NDArray[Any]) -> dict[int, int] | None:
    """Count integer or boolean scalars; None for what has no classes or too many values to be classes."""
    if tally is None or chunk.ndim != 1 or chunk.dtype.kind not in "ib":
        return None
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
