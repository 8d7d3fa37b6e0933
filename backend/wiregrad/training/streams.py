"""The standard streams of a child process, which carry messages and nothing else."""

import os
from contextlib import suppress
from pathlib import Path

STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR = 0, 1, 2


def take_standard_output() -> int:
    """A private descriptor of standard output. What anything else prints goes where errors go."""
    private = os.dup(STANDARD_OUTPUT)
    os.dup2(STANDARD_ERROR, STANDARD_OUTPUT)
    return private


def send_stray_output_to(path: Path) -> None:
    """Append prints and tracebacks to a file; where it cannot be opened, they stay on standard error."""
    with suppress(OSError), path.open("ab") as log:
        os.dup2(log.fileno(), STANDARD_OUTPUT)
        os.dup2(log.fileno(), STANDARD_ERROR)


def write_all(descriptor: int, content: bytes) -> None:
    """Raises BrokenPipeError when nobody reads any more."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]
