"""Backends, found because their module is in this folder and names a `BACKEND`."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from wiregrad.engine.backends.backend import Backend as Backend
from wiregrad.engine.backends.backend import Executable as Executable


@cache
def _found() -> tuple[Backend, ...]:
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}.")]
    return tuple(module.BACKEND() for module in modules if hasattr(module, "BACKEND"))


def available() -> list[Backend]:
    """The backends that work on this machine."""
    return list(_found())


def get_backend(name: str = "auto") -> Backend:
    """A backend by name; "auto" is the fastest that works here."""
    backends = {backend.name: backend for backend in _found()}
    if name == "auto":
        return max(backends.values(), key=lambda backend: backend.preference)
    if name not in backends:
        raise ValueError(f"expected a backend among auto, {', '.join(sorted(backends))}; got {name!r}")
    return backends[name]
