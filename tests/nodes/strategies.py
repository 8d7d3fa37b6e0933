"""What Hypothesis draws nodes from: settings by their JSON Schema, as a form offers them, and input types."""

from collections.abc import Callable, Mapping
from typing import Any

from hypothesis import strategies as st

from wiregrad.nodes import Node, StructureNode, ValueType, catalogue
from wiregrad.nodes._types import MAX_DIMENSION, VALUE_DTYPES

Schema = dict[str, Any]
SMALL = 6

nonsense = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(["same", "all", "cross_entropy", "softmax", ">"]),
    lambda part: st.lists(part, max_size=4) | st.dictionaries(st.text(max_size=3), part, max_size=2),
    max_leaves=8,
)
small_shapes = st.lists(st.integers(1, 4), max_size=4).map(tuple)
huge_shapes = st.lists(st.sampled_from([1, 2, 2**16, MAX_DIMENSION]), max_size=8).map(tuple)


def of_schema(schema: Schema) -> st.SearchStrategy[Any]:
    """A value that the schema allows; numbers mostly small, so that most nodes are legal."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    if "anyOf" in schema:
        return st.one_of([of_schema(option) for option in schema["anyOf"]])
    names = [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    return st.one_of([BY_TYPE[name](schema) for name in names])


def _integers(schema: Schema) -> st.SearchStrategy[int]:
    low = schema.get("minimum", -SMALL)
    high = schema.get("maximum", schema.get("exclusiveMaximum", SMALL + 1) - 1)
    return st.integers(low, min(high, max(low, SMALL))) | st.sampled_from([low, high])


def _numbers(schema: Schema) -> st.SearchStrategy[float]:
    return st.floats(
        schema.get("exclusiveMinimum", schema.get("minimum", -9.0)),
        schema.get("exclusiveMaximum", schema.get("maximum", 9.0)),
        allow_subnormal=False,
        exclude_min="exclusiveMinimum" in schema,
        exclude_max="exclusiveMaximum" in schema,
    )


def _arrays(schema: Schema) -> st.SearchStrategy[list[Any]]:
    if "prefixItems" in schema:
        return st.tuples(*map(of_schema, schema["prefixItems"])).map(list)
    items = of_schema(schema["items"]) if "items" in schema else st.integers(-3, 3)
    return st.lists(items, min_size=schema.get("minItems", 0), max_size=min(4, schema.get("maxItems", 4)))


BY_TYPE: Mapping[str, Callable[[Schema], st.SearchStrategy[Any]]] = {
    "integer": _integers,
    "number": _numbers,
    "boolean": lambda _: st.booleans(),
    "null": lambda _: st.none(),
    "string": lambda schema: st.text("abc_", min_size=schema.get("minLength", 0), max_size=4),
    "array": _arrays,
}


@st.composite
def legal_nodes(draw: st.DrawFn, kind: type[Node]) -> Node:
    properties = kind.model_json_schema().get("properties", {})
    chosen = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return kind.model_validate({name: draw(of_schema(properties[name])) for name in chosen})


@st.composite
def value_types(draw: st.DrawFn) -> ValueType:
    """Mostly small; the huge ones are as large as is legal, and nothing of their size may be allocated."""
    shape = draw(small_shapes | huge_shapes)
    while True:
        size = 1
        for length in shape:
            size *= length
        if size <= MAX_DIMENSION:
            break
        shape = shape[1:]
    return ValueType(draw(st.sampled_from(("float32", "float32", *VALUE_DTYPES))), shape, draw(st.booleans()))


@st.composite
def companions(draw: st.DrawFn, first: ValueType) -> ValueType:
    """What may stand beside the first input: the same, its class numbers, or anything."""
    numbers = ValueType("int64", first.shape[1:], first.batched)
    return draw(st.just(first) | st.just(numbers) | value_types())


every_kind = st.sampled_from(list(catalogue().values()))
kinds = st.sampled_from([kind for kind in catalogue().values() if not issubclass(kind, StructureNode)])
"""Those that are inferred and built; what stands for a block is replaced before."""
