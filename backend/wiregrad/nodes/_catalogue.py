"""Finds the node kinds: each file of this folder without a leading underscore defines one."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from wiregrad.nodes._node import Node


@cache
def catalogue() -> Mapping[str, type[Node]]:
    """Every node kind by name, in alphabetical order. Two files that define the same kind are a defect."""
    package = importlib.import_module("wiregrad.nodes")
    kinds: dict[str, type[Node]] = {}
    for module_info in pkgutil.iter_modules(package.__path__):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for kind in _kinds_of(module.__name__, vars(module)):
            if kind.kind() in kinds:
                raise RuntimeError(
                    f"{kind.kind()} is defined twice: {kinds[kind.kind()].__module__} and {module.__name__}"
                )
            kinds[kind.kind()] = kind
    return MappingProxyType(dict(sorted(kinds.items())))


def node_kind(name: str) -> type[Node] | None:
    return catalogue().get(name)


def _kinds_of(module_name: str, names: Mapping[str, object]) -> list[type[Node]]:
    return [
        value
        for value in names.values()
        if isinstance(value, type)
        and issubclass(value, Node)
        and value.__module__ == module_name
        and not inspect.isabstract(value)
    ]
