"""The catalogue as data: all that a page, a form or a reference can know about a kind, from its class."""

import inspect
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, JsonValue

from wiregrad.engine.autodiff import carries_gradient
from wiregrad.nodes._catalogue import catalogue
from wiregrad.nodes._isolation import isolate
from wiregrad.nodes._node import Category, Node, Port
from wiregrad.nodes._structure import StructureNode

Gradient = Literal["creates", "passes", "loses", "none"]


class PortDescription(BaseModel):
    """A port that a node has with its default settings."""

    model_config = ConfigDict(frozen=True)

    name: str
    description: str
    optional: bool


class KindDescription(BaseModel):
    """One kind. Ports are those with the default settings; `gradient` is what its first example does.

    A structural kind stands for other nodes, and has the ports of the block that it names.
    """

    model_config = ConfigDict(frozen=True)

    kind: str
    title: str
    category: Category
    summary: str
    help: str
    settings_schema: dict[str, JsonValue]
    default_settings: dict[str, JsonValue]
    inputs: tuple[PortDescription, ...]
    outputs: tuple[PortDescription, ...]
    gradient: Gradient
    structural: bool


def describe_catalogue() -> tuple[KindDescription, ...]:
    """Every kind, in alphabetical order."""
    return tuple(map(describe, catalogue().values()))


def describe(kind: type[Node]) -> KindDescription:
    node = kind()
    summary, _, details = inspect.cleandoc(kind.__doc__ or "").partition("\n\n")
    return KindDescription(
        kind=kind.kind(),
        title=kind.title,
        category=kind.category,
        summary=" ".join(summary.split()),
        help=details,
        settings_schema=_settings_schema(kind),
        default_settings=node.model_dump(mode="json"),
        inputs=tuple(map(_port, node.inputs())),
        outputs=tuple(map(_port, node.outputs())),
        gradient=gradient_behavior(kind),
        structural=issubclass(kind, StructureNode),
    )


def gradient_behavior(kind: type[Node]) -> Gradient:
    """What happens to gradients in the kind's first example, as its IR says; structure lets them pass."""
    if issubclass(kind, StructureNode):
        return "passes"
    example = kind.examples[0]
    node = kind.model_validate(example.settings)
    alone = isolate(node, example.inputs)
    specs = node.parameters(*example.inputs)
    owned = [value for name, value in alone.build.parameters.items() if specs[name].trainable]
    if owned and any(reach.carries for reach in carries_gradient(alone.outputs, owned)):
        return "creates"
    given = [value for value in alone.inputs if value is not None]
    if not given or not alone.outputs:
        return "none"
    return "passes" if any(reach.carries for reach in carries_gradient(alone.outputs, given)) else "loses"


def _settings_schema(kind: type[Node]) -> dict[str, Any]:
    """The kind's own settings first, then those that it shares; without the help, which is told elsewhere."""
    schema = kind.model_json_schema()
    schema.pop("description", None)
    properties = schema.get("properties", {})
    names = sorted(properties, key=lambda name: _distance(kind, name))
    schema["properties"] = {name: properties[name] for name in names}
    return schema


def _distance(kind: type[Node], setting: str) -> int:
    """How far up its bases a kind declares a setting."""
    declared = (setting in inspect.get_annotations(base) for base in kind.__mro__)
    return next(steps for steps, is_here in enumerate(declared) if is_here)


def _port(port: Port) -> PortDescription:
    return PortDescription(name=port.name, description=port.description, optional=port.optional)
