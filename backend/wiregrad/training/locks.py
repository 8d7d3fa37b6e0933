"""Files that one process at a time may hold. The operating system lets go when the process ends."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SECONDS_BETWEEN_ATTEMPTS = 0.05


class StillHeld(OSError):  # noqa: N818 - named for the person who reads it
    """Another process did not let go in time."""


@contextmanager
def held(path: Path, within: float) -> Iterator[None]:
    """Hold a file, after waiting for whoever holds it; raises StillHeld after `within` seconds."""
    give_up = time.monotonic() + within
    with path.open("a+", encoding="utf-8") as file:
        while not try_lock(file):
            if time.monotonic() > give_up:
                raise StillHeld(f"{path} is still held by another process")
            time.sleep(SECONDS_BETWEEN_ATTEMPTS)
        yield


if sys.platform == "win32":
    import msvcrt

    def try_lock(file: IO[str]) -> bool:
        file.seek(0)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True
