"""Backends, found because their module is in this folder and names a `BACKEND`."""

from __future__ import annotations

import importlib
import os
import pkgutil
from functools import cache

from wiregrad.engine.backends.backend import Backend as Backend
from wiregrad.engine.backends.backend import BackendSettingError as BackendSettingError
from wiregrad.engine.backends.backend import DeviceMemoryError as DeviceMemoryError
from wiregrad.engine.backends.backend import Executable as Executable
from wiregrad.engine.backends.backend import Progress as Progress

BACKEND_VARIABLE = "WIREGRAD_BACKEND"
"""What "auto" means, where it is set: the name of a backend."""


class UnknownBackend(BackendSettingError):  # noqa: N818 - named for the person who reads it
    """There is no backend of that name, or it does not work here; `where` says who asked for it."""

    def __init__(self, got: str, names: list[str], where: str = "", reason: str = "") -> None:
        self.got = got
        self.expected = f"one of: {', '.join(names)}"
        said = f"expected a backend among {', '.join(names)}; got {got!r}"
        super().__init__(f"{where}{said}{f' ({reason})' if reason else ''}")


@cache
def _found() -> tuple[Backend, ...]:
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}.")]
    return tuple(module.BACKEND() for module in modules if hasattr(module, "BACKEND"))


def known() -> list[Backend]:
    """All backends; `missing` says why one does not work on this machine."""
    return list(_found())


def available() -> list[Backend]:
    """The backends that work on this machine."""
    return [backend for backend in _found() if backend.missing is None]


def get_backend(name: str = "auto") -> Backend:
    """A backend by name; "auto" is the one of those that work here that prefers itself most.

    `WIREGRAD_BACKEND` names another one for "auto". Raises UnknownBackend where there is none of the name, or
    it does not work on this machine.
    """
    chosen = (os.environ.get(BACKEND_VARIABLE) or "auto") if name == "auto" else name
    if chosen == "auto":
        return max(available(), key=lambda backend: backend.preference)
    where = f"{BACKEND_VARIABLE}: " if name == "auto" else ""
    backends = {backend.name: backend for backend in _found()}
    if chosen not in backends:
        raise UnknownBackend(chosen, ["auto", *sorted(backends)], where)
    missing = backends[chosen].missing
    if missing is not None:
        working = ["auto", *sorted(backend.name for backend in available())]
        reason = f"the backend {chosen!r} does not work on this machine: {missing}"
        raise UnknownBackend(chosen, working, where, reason)
    return backends[chosen]
