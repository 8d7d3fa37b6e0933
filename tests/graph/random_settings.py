"""Settings of node kinds drawn by their JSON Schema, for generators that have a `random.Random` only."""

from collections.abc import Callable, Mapping
from functools import cache
from random import Random
from typing import Any

from wiregrad.nodes import Node

Schema = Mapping[str, Any]
SMALL = 4


def some_settings(kind: type[Node], random: Random) -> dict[str, Any]:
    """Those of an example, now and then with one or two drawn anew; not always legal."""
    chosen = dict(random.choice(kind.examples).settings)
    properties = properties_of(kind)
    if properties and random.random() < 0.5:
        for name in random.choices(sorted(properties), k=random.randint(1, 2)):
            chosen[name] = drawn(properties[name], random)
    return chosen


@cache
def properties_of(kind: type[Node]) -> Schema:
    """What its JSON Schema says of each setting."""
    found: Schema = kind.model_json_schema().get("properties", {})
    return found


def drawn(schema: Schema, random: Random) -> Any:  # noqa: ANN401 - whatever the schema says
    if "enum" in schema:
        return random.choice(schema["enum"])
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return drawn(random.choice(schema["anyOf"]), random)
    if "type" not in schema:
        return schema.get("default")
    name = schema["type"] if isinstance(schema["type"], str) else random.choice(schema["type"])
    return BY_TYPE[name](schema, random)


def _integer(schema: Schema, random: Random) -> int:
    low = int(schema.get("minimum", schema.get("exclusiveMinimum", -SMALL)))
    high = int(schema.get("maximum", schema.get("exclusiveMaximum", SMALL + 1) - 1))
    return random.randint(low, min(high, max(low, SMALL)))


def _number(schema: Schema, random: Random) -> float:
    low = schema.get("minimum", schema.get("exclusiveMinimum", -2.0))
    high = schema.get("maximum", schema.get("exclusiveMaximum", 2.0))
    return round(random.uniform(max(low, -2.0), min(high, 2.0)), 3)


def _array(schema: Schema, random: Random) -> list[Any]:
    if "prefixItems" in schema:
        return [drawn(item, random) for item in schema["prefixItems"]]
    low = schema.get("minItems", 0)
    count = random.randint(low, max(low, min(3, schema.get("maxItems", 3))))
    return [drawn(schema.get("items", {"type": "integer"}), random) for _ in range(count)]


BY_TYPE: Mapping[str, Callable[[Schema, Random], Any]] = {
    "integer": _integer,
    "number": _number,
    "boolean": lambda _, random: random.random() < 0.5,
    "null": lambda _, __: None,
    "string": lambda schema, random: random.choice("abc") * max(1, schema.get("minLength", 1)),
    "array": _array,
    "object": lambda _, __: {},
}
