"""Whether what the settings choose to compute with is there, and can compute so."""

from collections.abc import Iterator

from wiregrad.engine.backends import UnknownBackend, get_backend
from wiregrad.engine.backends.precision import UnsupportedPrecision, require_precision
from wiregrad.graph.document import TrainingSettings
from wiregrad.graph.report import Problem


def backend_problems(settings: TrainingSettings) -> Iterator[Problem]:
    try:
        require_precision(get_backend(settings.backend), settings.dtype, settings.precision)
    except UnknownBackend as error:
        yield Problem(
            code="unknown_backend",
            message=f"There is no such backend on this machine: {error}.".replace("..", "."),
            expected=error.expected,
            got=error.got,
            remedy="Choose another backend; auto takes the fastest.",
        )
    except UnsupportedPrecision as error:
        yield Problem(
            code="unsupported_precision",
            message=f"Products of {settings.precision} cannot be computed: expected {error.expected}.",
            expected=error.expected,
            got=error.got,
            remedy=error.remedy,
        )
