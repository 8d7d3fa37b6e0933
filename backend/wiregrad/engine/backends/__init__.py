"""Backends, found because their module is in this folder and names a `BACKEND`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from wiregrad.engine.backends.backend import Backend as Backend
from wiregrad.engine.backends.backend import DeviceMemoryError as DeviceMemoryError
from wiregrad.engine.backends.backend import Executable as Executable


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
    """A backend by name; "auto" is the one of those that work here that prefers itself most."""
    backends = {backend.name: backend for backend in _found()}
    if name == "auto":
        return max(available(), key=lambda backend: backend.preference)
    if name not in backends:
        raise ValueError(f"expected a backend among auto, {', '.join(sorted(backends))}; got {name!r}")
    if backends[name].missing is not None:
        raise ValueError(f"the backend {name!r} does not work on this machine: {backends[name].missing}")
    return backends[name]
