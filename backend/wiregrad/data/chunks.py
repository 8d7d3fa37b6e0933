"""Reading an array run by run, so that a file larger than the memory never fills it."""

import mmap
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CHUNK_BYTES = 1 << 22


def chunks(array: NDArray[Any]) -> Iterator[tuple[int, NDArray[Any]]]:
    """Yield start and rows of consecutive runs, some MiB each, that together are the array.

    Of an array mapped from a file, the pages of a run are given back to the system once the next is asked
    for; reading them again later only takes time.
    """
    size = array.shape[0]
    rows = max(1, _CHUNK_BYTES // max(array.nbytes // max(size, 1), 1))
    pages = _mapping(array)
    for start in range(0, size, rows):
        yield start, np.asarray(array[start : start + rows])
        if pages is not None and hasattr(mmap, "MADV_DONTNEED"):
            pages.madvise(mmap.MADV_DONTNEED)


def _mapping(array: NDArray[Any]) -> mmap.mmap | None:
    """Find the mapped file behind an array or a view of one."""
    base: object = array
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) else None
