"""Why a run failed, in words for the person who started it."""

import errno

from wiregrad.data.errors import DataError, UnknownColumn, UnknownDataset
from wiregrad.engine.backends import BackendSettingError
from wiregrad.graph import DocumentError, GraphError, InputError, StateError
from wiregrad.training.binding import BindingError
from wiregrad.training.model import ModelError

OUT_OF_MEMORY = (
    "The computer ran out of memory. Lower the batch size, or make the layers smaller, then train again."
)
DISK_FULL = "The disk is full. Free some space, then train again."

EXPLAINED = (
    BackendSettingError,
    BindingError,
    DataError,
    DocumentError,
    GraphError,
    InputError,
    ModelError,
    StateError,
    UnknownColumn,
    UnknownDataset,
)
"""Errors whose own message is written for the person who can mend them."""


def is_explained(error: BaseException) -> bool:
    """Whether `explain` says all that there is to say, so that a traceback would only confuse."""
    return isinstance(error, (*EXPLAINED, MemoryError, OSError))


def explain(error: BaseException, log: str) -> str:
    """A sentence or two; `log` names where the technical details went."""
    if isinstance(error, EXPLAINED):
        return str(error)
    if isinstance(error, MemoryError):
        return f"{OUT_OF_MEMORY} ({error})" if str(error) else OUT_OF_MEMORY
    if isinstance(error, OSError):
        return DISK_FULL if error.errno == errno.ENOSPC else f"A file could not be used: {error}."
    first_line = (str(error) or "no message").splitlines()[0]
    return (
        f"The training stopped because of a defect in Wiregrad ({type(error).__name__}: {first_line}). "
        f"Technical details: {log}."
    )


def explain_exit(returncode: int, log: str) -> str:
    """Why a process that said nothing is gone. Negative codes are signals, as `subprocess` reports them."""
    if returncode == -9:  # noqa: PLR2004 - SIGKILL
        return (
            "The training process was killed (signal 9, often out of memory). "
            "Lower the batch size, or close other programs, then train again."
        )
    if returncode < 0:
        return f"The training process was ended by signal {-returncode}. Technical details: {log}."
    return f"The training process ended unexpectedly (exit code {returncode}). Technical details: {log}."
