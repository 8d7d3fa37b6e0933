"""The datasets that come with the package: one file each in `builtin/`, found by looking there."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType

from wiregrad.data import builtin as folder
from wiregrad.data.dataset import Dataset

Factory = Callable[[], Dataset]


@cache
def builtin() -> Mapping[str, Factory]:
    """Id -> function that gives the dataset; the same object each time.

    The id is the file's name with hyphens; the file has a function `dataset()`. Making a dataset is cheap:
    its samples are read or drawn when a column is first used.
    """
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__))
    return MappingProxyType({_id(name): _factory(name) for name in names if not name.startswith("_")})


def _id(module: str) -> str:
    return module.replace("_", "-")


def _factory(module: str) -> Factory:
    @cache
    def make() -> Dataset:
        found: Dataset = importlib.import_module(f"{folder.__name__}.{module}").dataset()
        if found.id != _id(module):
            raise ValueError(
                f"The dataset in builtin/{module}.py has the id {found.id!r}, not {_id(module)!r}."
            )
        return found

    return make
