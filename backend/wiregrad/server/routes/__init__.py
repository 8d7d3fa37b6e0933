"""The routes of the API, one module per noun; each module's `router` is found by discovery."""

import importlib
import pkgutil
from collections.abc import Iterator

from fastapi import APIRouter


def routers() -> Iterator[APIRouter]:
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        router: APIRouter = importlib.import_module(f"{__name__}.{module.name}").router
        yield router
