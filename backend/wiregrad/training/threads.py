"""How many threads NumPy's BLAS may use while training."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from threadpoolctl import threadpool_limits

from wiregrad.engine.processor import cores

MULTIPLY_ADDS_WORTH_THREADS = 1_000_000_000
"""Per step. One core does as many in ten milliseconds; below that, waiting for other threads costs more than
they bring."""

CHOSEN_BY_THE_USER = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def suitable_threads(multiply_adds_per_step: int, cores: int) -> int:
    """One for small programs, and never all: a core is left for the server and the page that watches.

    BLAS threads wait for each other by spinning. Where another program takes one of the cores, a step waits
    until that program lets go: on two busy cores a small convolutional network was eight times slower with
    two threads than with one. The number depends on the program and the machine alone, because results may
    differ in the last bit between numbers of threads.
    """
    return 1 if multiply_adds_per_step < MULTIPLY_ADDS_WORTH_THREADS else max(1, cores - 1)


@contextmanager
def blas_threads(multiply_adds_per_step: int, environ: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Limit the threads of this whole process for as long as it lasts, unless the user has chosen."""
    if any(name in environ for name in CHOSEN_BY_THE_USER):
        yield
        return
    with threadpool_limits(suitable_threads(multiply_adds_per_step, cores()), user_api="blas"):
        yield
