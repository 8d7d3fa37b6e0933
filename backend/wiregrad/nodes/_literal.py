"""Numbers that a person types into a setting: one number, or lists nested to one depth."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import isfinite
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from wiregrad.nodes._types import MAX_RANK, Shape, format_shape

MAX_LITERAL_ELEMENTS = 1_000_000
Number = bool | int | float


@dataclass(frozen=True, slots=True)
class TensorLiteral:
    """In a document a number or nested lists; here its shape, and its numbers in row-major order."""

    shape: Shape
    numbers: tuple[Number, ...]

    @classmethod
    def read(cls, value: object) -> "TensorLiteral":
        """Raise ValueError for anything but finite numbers in lists of equal lengths at every depth."""
        if isinstance(value, cls):
            return value
        shape = _shape_of(value)
        return cls(shape, tuple(_numbers_of(value, shape)))

    def nested(self) -> Any:  # noqa: ANN401 - lists of lists of any depth
        rows: list[Any] = list(self.numbers)
        for length in reversed(self.shape):
            rows = [rows[start : start + length] for start in range(0, len(rows), length)]
        return rows[0]

    @property
    def is_boolean(self) -> bool:
        return all(isinstance(number, bool) for number in self.numbers)

    @property
    def is_integer(self) -> bool:
        return all(number == int(number) for number in self.numbers)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        serialization = core_schema.plain_serializer_function_ser_schema(cls.nested)
        return core_schema.no_info_plain_validator_function(cls.read, serialization=serialization)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        numbers: dict[str, Any] = {"type": ["number", "boolean"]}
        return {"anyOf": [numbers, {"type": "array", "minItems": 1}]}


def _shape_of(value: object) -> Shape:
    """Follow the first elements down; `_numbers_of` finds the lists that disagree."""
    shape: list[int] = []
    size = 1
    while isinstance(value, list | tuple):
        if not value:
            raise ValueError("expected at least one number in every list; got an empty list")
        shape.append(len(value))
        size *= len(value)
        if len(shape) > MAX_RANK or size > MAX_LITERAL_ELEMENTS:
            raise ValueError(
                f"expected lists nested at most {MAX_RANK} deep with at most {MAX_LITERAL_ELEMENTS} numbers"
            )
        value = value[0]
    return tuple(shape)


def _numbers_of(value: object, shape: Shape) -> Iterator[Number]:
    if not shape:
        yield _number(value)
        return
    if not isinstance(value, list | tuple) or len(value) != shape[0]:
        got = f"one of length {len(value)}" if isinstance(value, list | tuple) else repr(value)[:40]
        raise ValueError(f"expected lists of equal lengths, here of shape {format_shape(shape)}; got {got}")
    for part in value:
        yield from _numbers_of(part, shape[1:])


def _number(value: object) -> Number:
    if not isinstance(value, bool | int | float):
        raise ValueError(f"expected a number; got {repr(value)[:40]}")  # noqa: TRY004 - pydantic wants a ValueError
    if not (isfinite(value) if isinstance(value, float) else abs(value) < 2**63):
        raise ValueError(f"expected a finite number that fits into 64 bits; got {repr(value)[:40]}")
    return value
