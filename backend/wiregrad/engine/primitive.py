"""What a primitive is: a name, a type rule, a gradient rule and a kernel, declared together in `ops/`.

The gradient rule gets `(g, y, *inputs, **attributes)`: the cotangent of the result, the result, the operands;
and returns one cotangent (or None) per operand, written in ops. So the backward pass is IR as well: every
pass improves it, and it can be differentiated again.

The kernel gets `(xp, out, *inputs, **attributes)` and fills `out`; `xp` is NumPy or a module like it. It is
the plain meaning of the primitive. A backend may know a faster way to the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from wiregrad.engine.ir import DType, IRError, TensorType, Value, is_bool, is_float, is_integer

TypeRule = Callable[..., TensorType]
GradientRule = Callable[..., "Sequence[Value | None]"]
Kernel = Callable[..., None]
View = Callable[..., Any]


@dataclass(frozen=True)
class NoGradient:
    """The reason, in words for a person, why no gradient passes a primitive."""

    reason: str


ZERO_EVERYWHERE = NoGradient("its derivative is zero everywhere")
BOOLEAN = NoGradient("booleans do not carry gradients")
INTEGER = NoGradient("integers do not carry gradients")
STOPPED = NoGradient("gradients are stopped on purpose")
SOURCE = NoGradient("it has no operands")

REGISTRY: dict[str, Primitive] = {}


@dataclass(frozen=True, eq=False)
class Primitive:
    """One operation of the IR.

    `piecewise_constant_in` numbers operands along which the derivative is zero though they are floats.
    `view`, where the result is only another look at the operand's memory, makes that look from an array.
    """

    name: str
    type_rule: TypeRule
    gradient: GradientRule | NoGradient
    kernel: Kernel
    view: View | None = None
    piecewise_constant_in: frozenset[int] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if self.name in REGISTRY:
            raise ValueError(f"two primitives are named {self.name!r}")
        REGISTRY[self.name] = self

    def bind(self, *inputs: Value, **attributes: Hashable) -> Value:
        try:
            result = self.type_rule(*(value.type for value in inputs), **attributes)
        except IRError as error:
            raise IRError(f"{self.name}: {error}") from None
        return Value(self, inputs, attributes, result)

    def gradient_block(self, value: Value, operand: int) -> NoGradient | None:
        """Why no gradient flows from `value`, a result of this primitive, to one operand; None if it does."""
        if isinstance(self.gradient, NoGradient):
            return self.gradient
        for dtype in (value.dtype, value.inputs[operand].dtype):
            if not is_float(dtype):
                return BOOLEAN if is_bool(dtype) else INTEGER
        return ZERO_EVERYWHERE if operand in self.piecewise_constant_in else None


@dataclass(frozen=True, eq=False)
class Elementwise(Primitive):
    """A primitive whose result at an index depends on its operands at that index only.

    `ufunc` names its scalar formula in the array interface where one name says it all; otherwise the kernel
    is the formula, spelled in such functions, so that a backend that generates code can call it with an
    `xp` that emits instructions. `in_place` numbers the operands whose memory the kernel may overwrite with
    the result.
    """

    ufunc: str = ""
    in_place: frozenset[int] = field(default_factory=frozenset)


class Unary(Elementwise):
    def __call__(self, x: Value) -> Value:
        return self.bind(x)


class Binary(Elementwise):
    def __call__(self, a: Value, b: Value) -> Value:
        return self.bind(a, b)


# ---- Dtype classes that type rules accept, and how their errors name them ----


@dataclass(frozen=True)
class Accepts:
    words: str
    test: Callable[[DType], bool]

    def check(self, type_: TensorType) -> None:
        if not self.test(type_.dtype):
            raise IRError(f"expected {self.words}; got {type_}. Put a cast before it")


FLOATS = Accepts("floats", is_float)
INTEGERS = Accepts("integers", is_integer)
BOOLEANS = Accepts("booleans", is_bool)
NUMBERS = Accepts("numbers", lambda dtype: not is_bool(dtype))
ANYTHING = Accepts("anything", lambda dtype: True)


def same_type(*types: TensorType) -> TensorType:
    if any(other != types[0] for other in types):
        got = " and ".join(map(str, types))
        raise IRError(f"expected operands of one dtype and shape; got {got}. Broadcast or cast them first")
    return types[0]
