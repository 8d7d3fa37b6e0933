"""What this server is made of, and what is missing."""

import platform
import sqlite3
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from wiregrad.engine.backends import get_backend, known
from wiregrad.server.database.database import Database
from wiregrad.server.schema.system import BackendInfo, Health


class HealthReporter:
    def __init__(self, database: Database, data_dir: Path) -> None:
        self._database = database
        self._data_dir = data_dir

    def report(self) -> Health:
        return Health(
            ok=self._database.answers(),
            version=installed_version("wiregrad"),
            python=platform.python_version(),
            numpy=installed_version("numpy"),
            sqlite=sqlite3.sqlite_version,
            backends=_backends(),
            database=self._database.name,
            data_dir=str(self._data_dir),
        )


@cache
def installed_version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


@cache
def _backends() -> tuple[BackendInfo, ...]:
    """First the one that "auto" is, then in the order in which it would try them."""
    default = get_backend()
    return tuple(
        BackendInfo(
            name=backend.name,
            device=backend.device,
            available=backend.missing is None,
            missing=backend.missing,
            without_bfloat16=backend.without_bfloat16,
        )
        for backend in sorted(known(), key=lambda backend: (backend is not default, -backend.preference))
    )
