"""One server per data folder: two would train the same queue and write the same database."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from wiregrad.training.locks import try_lock

LOCK_FILE = "server.lock"


class DataFolderUnusable(Exception):  # noqa: N818 - named for the person who reads it
    """Another server uses the data folder, or nobody can; the message says which and what to do."""


@contextmanager
def sole_instance(data_dir: Path) -> Iterator["Instance"]:
    """Hold the data folder. The operating system lets go of it when the process ends, however it does.

    Raises:
        DataFolderUnusable: another process holds it, or it cannot be written.

    """
    with _opened(data_dir) as file:
        if not try_lock(file):
            raise DataFolderUnusable(_in_use(data_dir, file))
        try:
            yield Instance(file)
        finally:
            Instance(file).tell("")


def _opened(data_dir: Path) -> IO[str]:
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (data_dir / LOCK_FILE).open("a+", encoding="utf-8")
    except OSError as error:
        raise DataFolderUnusable(
            f"{data_dir} cannot be the data folder: {error.strerror}. Choose another --data-dir."
        ) from error


class Instance:
    def __init__(self, file: IO[str]) -> None:
        self._file = file

    def tell(self, url: str) -> None:
        """Leave a word for a second server that wants the same folder."""
        self._file.seek(0)
        self._file.truncate()
        self._file.write(url)
        self._file.flush()


def _in_use(data_dir: Path, file: IO[str]) -> str:
    url = ""
    with suppress(OSError):  # on Windows what is locked cannot be read
        file.seek(0)
        url = file.read(200).strip()
    where = f" at {url}" if url else ""
    return f"Wiregrad already runs{where} with the data folder {data_dir}. Use it, or another --data-dir."
