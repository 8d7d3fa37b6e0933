"""Object code on disk, by fingerprint. It may be deleted at any time, and is made again when it is missed.

Object code is run, so it is only read from a folder and a file that belong to this user and that nobody else
may write, and only if it is what was once written, to the last bit.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

DIRECTORY_VARIABLE = "WIREGRAD_CACHE_DIR"
MOST_BYTES = 256 << 20
HEADER = b"wiregrad object code 1\n"


class Cache:
    """Entries are bytes under a name of hexadecimal digits."""

    def __init__(self, directory: Path | None = None) -> None:
        self._directory = directory or _default_directory()

    def read(self, name: str) -> bytes | None:
        """What was written under a name; None if there is nothing, or nothing that can be trusted."""
        path = self.path(name)
        try:
            if not _is_private(self._directory) or not _is_private(path):
                return None
            content = path.read_bytes()
        except OSError:
            return None
        start = len(HEADER) + hashlib.sha256().digest_size
        entry = content[start:]
        if content[:start] != HEADER + hashlib.sha256(entry).digest():
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is used stays
        return entry

    def write(self, name: str, entry: bytes) -> None:
        """Keep an entry; a disk that is full or read-only is no reason to fail."""
        with contextlib.suppress(OSError):
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_private(self._directory):
                return
            handle, temporary = tempfile.mkstemp(dir=self._directory, prefix="new-", suffix=".bin")
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(HEADER + hashlib.sha256(entry).digest() + entry)
                Path(temporary).replace(self.path(name))
            finally:
                Path(temporary).unlink(missing_ok=True)
            self._forget_the_oldest()

    def path(self, name: str) -> Path:
        """Where an entry lies, or would."""
        return self._directory / f"{name}.bin"

    def _forget_the_oldest(self) -> None:
        found = [(path.stat().st_mtime, path.stat().st_size, path) for path in self._directory.glob("*.bin")]
        total = sum(size for _, size, _ in found)
        for _, size, path in sorted(found):
            if total <= MOST_BYTES:
                return
            path.unlink(missing_ok=True)
            total -= size


def _default_directory() -> Path:
    chosen = os.environ.get(DIRECTORY_VARIABLE)
    return Path(chosen) if chosen else user_cache_path("wiregrad") / "object-code"


def _is_private(path: Path) -> bool:
    """Whether this user owns it and nobody else may write; without such owners folders are private."""
    if not hasattr(os, "getuid"):
        return True
    found = path.lstat()
    is_link = stat.S_ISLNK(found.st_mode)
    is_open = found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
    return not is_link and not is_open and found.st_uid == os.getuid()
