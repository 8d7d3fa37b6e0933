from collections.abc import Callable, Mapping
from math import log
from typing import ClassVar, Literal, get_args

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._broadcast import convert
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import Fix, NodeProblem, ValueType

Formula = Callable[[Value], Value]
FunctionName = Literal[
    "neg",
    "abs",
    "square",
    "sqrt",
    "rsqrt",
    "reciprocal",
    "exp",
    "expm1",
    "log",
    "log1p",
    "log2",
    "log10",
    "sin",
    "cos",
    "tan",
    "asin",
    "acos",
    "atan",
    "sinh",
    "cosh",
    "tanh",
    "erf",
    "clip",
    "sign",
    "floor",
    "ceil",
    "round",
    "trunc",
]


def _rsqrt(x: Value) -> Value:
    return ops.reciprocal(ops.sqrt(x))


def _scaled_log(base: float) -> Formula:
    return lambda x: ops.mul(ops.log(x), ops.full_like(1 / log(base), x))


def _trunc(x: Value) -> Value:
    return ops.mul(ops.sign(x), ops.floor(ops.abs(x)))


FORMULAS: Mapping[str, Formula] = {
    "neg": ops.neg,
    "abs": ops.abs,
    "square": ops.square,
    "sqrt": ops.sqrt,
    "rsqrt": _rsqrt,
    "reciprocal": ops.reciprocal,
    "exp": ops.exp,
    "expm1": ops.expm1,
    "log": ops.log,
    "log1p": ops.log1p,
    "log2": _scaled_log(2),
    "log10": _scaled_log(10),
    "sin": ops.sin,
    "cos": ops.cos,
    "tan": ops.tan,
    "asin": ops.asin,
    "acos": ops.acos,
    "atan": ops.atan,
    "sinh": ops.sinh,
    "cosh": ops.cosh,
    "tanh": ops.tanh,
    "erf": ops.erf,
    "sign": ops.sign,
    "floor": ops.floor,
    "ceil": ops.ceil,
    "round": ops.round,
    "trunc": _trunc,
}
ROUNDING = ("floor", "ceil", "round", "trunc")
KEEPS_INTEGERS = ("neg", "abs", "square", "sign", *ROUNDING)


class Function(OneToOne):
    """Applies a function of one number to every element.

    The shape stays. `round` goes to the nearest whole number, from the middle to the even one; `clip` keeps
    numbers between a minimum and a maximum. Whole numbers stay whole where the function allows it, else they
    become float32. No gradient passes sign, floor, ceil, round and trunc: their derivative is zero
    everywhere. Names and meanings are those of `torch`; outside of its domain a function gives NaN or an
    infinity.
    """

    title: ClassVar[str] = "Function"
    category: ClassVar[Category] = "Arithmetic"
    examples: ClassVar[tuple[Example, ...]] = (
        *(
            Example((ValueType("float32", (2, 3), True),), {"function": name})
            for name in get_args(FunctionName)
        ),
        Example((ValueType("float32", (3,)),), {"function": "clip", "minimum": None, "maximum": 0.5}),
        Example((ValueType("int64", (3,), True),), {"function": "square"}),
        Example((ValueType("int64", ()),), {"function": "floor"}),
        Example((ValueType("int64", ()),), {"function": "exp"}),
    )

    function: FunctionName = setting("neg", "Function", "Which function is applied.")
    minimum: float | None = setting(
        0.0, "Minimum", "Numbers below become this; empty: no limit.", show_when={"function": ["clip"]}
    )
    maximum: float | None = setting(
        1.0, "Maximum", "Numbers above become this; empty: no limit.", show_when={"function": ["clip"]}
    )

    def result(self, value: ValueType) -> ValueType:
        check_numbers(value, "input")
        if self.function == "clip":
            self._check_limits()
        return value if self.function in KEEPS_INTEGERS else value.with_dtype("float32")

    def _check_limits(self) -> None:
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            raise NodeProblem(
                "No number lies between these limits.",
                code="setting",
                expected="a minimum that is not above the maximum",
                got=f"minimum {self.minimum}, maximum {self.maximum}",
                remedy="Exchange the two.",
                fix=Fix("set", "Exchange them", settings={"minimum": self.maximum, "maximum": self.minimum}),
            )

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:
        result = self.result(source)
        if not result.is_float and self.function in ROUNDING:
            return x
        x = convert(build, x, result.dtype)
        return self._clip(x) if self.function == "clip" else FORMULAS[self.function](x)

    def _clip(self, x: Value) -> Value:
        """Like `torch.clamp`: at a limit itself the gradient still passes."""
        if self.minimum is not None:
            low = ops.full_like(self.minimum, x)
            x = ops.select(ops.lt(x, low), low, x)
        if self.maximum is not None:
            high = ops.full_like(self.maximum, x)
            x = ops.select(ops.gt(x, high), high, x)
        return x

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        kept = value.is_float or self.function in KEEPS_INTEGERS
        x = "input" if kept else "input.to(torch.float32)"
        if self.function != "clip":
            return f"torch.{self.function}({x})"
        if self.minimum is None and self.maximum is None:
            return x
        return f"torch.clamp({x}, min={self.minimum}, max={self.maximum})"
