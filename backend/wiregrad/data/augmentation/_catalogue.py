"""Finds the kinds of augmentation: each file of this folder without a leading underscore defines one."""

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, JsonValue

from wiregrad.data.augmentation._kind import AugmentationKind, PictureChange, SampleMix


class AugmentationDescription(BaseModel):
    """One kind as data: all that a form needs. `mixes` is true where it takes in other samples."""

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    summary: str
    help: str
    mixes: bool
    settings_schema: dict[str, JsonValue]
    default_settings: dict[str, JsonValue]


@cache
def augmentation_kinds() -> Mapping[str, type[AugmentationKind]]:
    """Every kind by name, in alphabetical order."""
    package = importlib.import_module("wiregrad.data.augmentation")
    names = [found.name for found in pkgutil.iter_modules(package.__path__) if not found.name.startswith("_")]
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    kinds = [
        kind for module in modules for kind in vars(module).values() if _is_defined_in(kind, module.__name__)
    ]
    return MappingProxyType({kind.kind(): kind for kind in sorted(kinds, key=lambda kind: kind.kind())})


def _is_defined_in(value: object, module: str) -> bool:
    return (
        isinstance(value, type)
        and issubclass(value, AugmentationKind)
        and value.__module__ == module
        and not inspect.isabstract(value)
    )


def describe_augmentations() -> tuple[AugmentationDescription, ...]:
    return tuple(map(_described, augmentation_kinds().values()))


def _described(kind: type[AugmentationKind]) -> AugmentationDescription:
    return AugmentationDescription(
        kind=kind.kind(),
        title=kind.title,
        summary=kind.summary(),
        help=kind.help(),
        mixes=issubclass(kind, SampleMix),
        settings_schema=_schema(kind),
        default_settings=kind().model_dump(mode="json"),
    )


def _schema(kind: type[AugmentationKind]) -> dict[str, Any]:
    """The kind's own settings first, then those that all share; without the help, which is told elsewhere."""
    schema = kind.model_json_schema()
    schema.pop("description", None)
    properties = schema.get("properties", {})
    shared = PictureChange.model_fields
    own_first = sorted(properties, key=lambda name: name in shared)
    schema["properties"] = {name: properties[name] for name in own_first}
    return schema
