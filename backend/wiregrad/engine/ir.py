"""The intermediate representation: typed values in single-assignment form, and functions made of them.

A `Value` is one application of a primitive and has exactly one static type. A program is nothing but
values that point at their operands; a `Function` names the ones that enter and leave.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from wiregrad.engine.primitive import Primitive

DType = Literal["bool", "int32", "int64", "uint32", "uint64", "float32", "float64"]
DTYPES: tuple[DType, ...] = get_args(DType)
ITEM_BYTES: Mapping[DType, int] = {
    "bool": 1, "int32": 4, "int64": 8, "uint32": 4, "uint64": 8, "float32": 4, "float64": 8,
}  # fmt: skip

Shape = tuple[int, ...]


class IRError(TypeError):
    """A program that cannot be typed: the message says what was expected, what came, and a remedy."""


def is_float(dtype: DType) -> bool:
    return dtype.startswith("float")


def is_integer(dtype: DType) -> bool:
    return "int" in dtype


def is_unsigned(dtype: DType) -> bool:
    return dtype.startswith("uint")


def is_bool(dtype: DType) -> bool:
    return dtype == "bool"


@dataclass(frozen=True, slots=True)
class TensorType:
    """A dtype and a shape, both static."""

    dtype: DType
    shape: Shape

    def __post_init__(self) -> None:
        if self.dtype not in DTYPES:
            raise IRError(f"expected a dtype among {', '.join(DTYPES)}; got {self.dtype!r}")
        if any(extent < 0 for extent in self.shape):
            raise IRError(f"expected extents of 0 or more; got the shape {self.shape}")

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        return self.size * ITEM_BYTES[self.dtype]

    def with_dtype(self, dtype: DType) -> TensorType:
        return TensorType(dtype, self.shape)

    def with_shape(self, shape: Iterable[int]) -> TensorType:
        return TensorType(self.dtype, tuple(shape))

    def __str__(self) -> str:
        return f"{self.dtype}[{', '.join(map(str, self.shape))}]"


class Value:
    """One application of a primitive; equal only to itself."""

    __slots__ = ("attributes", "inputs", "primitive", "type")

    def __init__(
        self,
        primitive: Primitive,
        inputs: tuple[Value, ...],
        attributes: Mapping[str, Hashable],
        type_: TensorType,
    ) -> None:
        self.primitive = primitive
        self.inputs = inputs
        self.attributes = MappingProxyType(dict(attributes))
        self.type = type_

    @property
    def dtype(self) -> DType:
        return self.type.dtype

    @property
    def shape(self) -> Shape:
        return self.type.shape

    @property
    def rank(self) -> int:
        return self.type.rank

    @property
    def size(self) -> int:
        return self.type.size

    def __repr__(self) -> str:
        return f"<{self.primitive.name}: {self.type}>"


def topological(outputs: Iterable[Value]) -> list[Value]:
    """List every value that the outputs need, each after its operands; no recursion, however deep."""
    order: list[Value] = []
    seen: set[Value] = set()
    for output in outputs:
        if output in seen:
            continue
        seen.add(output)
        path: list[tuple[Value, Iterator[Value]]] = [(output, iter(output.inputs))]
        while path:
            value, operands = path[-1]
            for operand in operands:
                if operand not in seen:
                    seen.add(operand)
                    path.append((operand, iter(operand.inputs)))
                    break
            else:
                order.append(value)
                path.pop()
    return order


@dataclass(frozen=True)
class Function:
    """Named inputs to named outputs.

    `carries` maps an output to the input whose next value it is: parameters, optimizer state, running
    statistics and step counters stay inside the executable between calls.
    """

    name: str
    inputs: dict[str, Value]
    outputs: dict[str, Value]
    carries: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.inputs.items():
            if value.primitive.name != "input":
                raise IRError(f"{self.name}: expected an input for {name!r}; got {value!r}")
        targets = list(self.carries.values())
        if len(set(targets)) < len(targets):
            raise IRError(f"{self.name}: expected one output for each carried input; got {self.carries}")
        for output, target in self.carries.items():
            if output not in self.outputs or target not in self.inputs:
                raise IRError(f"{self.name}: {output!r} -> {target!r} must name an output and an input")
            new, old = self.outputs[output].type, self.inputs[target].type
            if new != old:
                raise IRError(f"{self.name}: expected {old} for {output!r}, the next {target!r}; got {new}")
        unknown = set(topological(self.outputs.values())) - set(self.inputs.values())
        for value in unknown:
            if value.primitive.name == "input":
                raise IRError(f"{self.name}: {value.attributes['name']!r} is read but not among the inputs")

    def values(self) -> list[Value]:
        """Every value that is needed, inputs included even if unread, in a topological order."""
        return topological([*self.inputs.values(), *self.outputs.values()])

    def __str__(self) -> str:
        names = {value: f"%{number}" for number, value in enumerate(self.values())}
        names.update({value: f"%{name}" for name, value in self.inputs.items()})
        lines = [f"function {self.name}:"]
        for value, name in names.items():
            operands = [names[operand] for operand in value.inputs]
            settings = [f"{key}={setting}" for key, setting in value.attributes.items()]
            call = f"{value.primitive.name}({', '.join(operands + settings)})"
            lines.append(f"  {name}: {value.type} = {call}")
        for output, value in self.outputs.items():
            carried = f"  (next {self.carries[output]})" if output in self.carries else ""
            lines.append(f"  -> {output} = {names[value]}{carried}")
        return "\n".join(lines)
