from collections.abc import Callable, Mapping
from typing import ClassVar, Literal, get_args

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._axes import tensor_axis
from wiregrad.nodes._fields import Axis, setting
from wiregrad.nodes._node import Build, Category, Example, wired
from wiregrad.nodes._one_to_one import OneToOne
from wiregrad.nodes._types import ValueType
from wiregrad.nodes._weighted import check_float

ActivationName = Literal[
    "relu",
    "leaky_relu",
    "elu",
    "sigmoid",
    "tanh",
    "softmax",
    "log_softmax",
    "gelu",
    "silu",
    "softplus",
    "mish",
    "hard_swish",
]
AXIS_FUNCTIONS: Mapping[str, Callable[[Value, int], Value]] = {
    "softmax": ops.softmax,
    "log_softmax": ops.log_softmax,
}


class Activation(OneToOne):
    """Bends every number by a function, so that layers in a row can do more than one layer.

    The shape stays. Softmax and log-softmax look at all numbers along one axis at once: softmax makes them
    positive with the sum 1. Formulas and defaults are those of the modules in `torch.nn` with these names.
    """

    title: ClassVar[str] = "Activation"
    category: ClassVar[Category] = "Layers"
    examples: ClassVar[tuple[Example, ...]] = (
        *(
            Example((ValueType("float32", (2, 3), True),), {"function": name})
            for name in get_args(ActivationName)
        ),
        Example((ValueType("float32", (2, 3), True),), {"function": "softmax", "axis": 0}),
        Example((ValueType("float32", (4,)),), {"function": "gelu", "approximate": True}),
        Example((ValueType("float32", ()),), {"function": "leaky_relu", "negative_slope": 0.3}),
        Example((ValueType("float32", (4,)),), {"function": "elu", "alpha": 0.5}),
        Example((ValueType("float32", (4,)),), {"function": "softplus", "beta": 2.0}),
    )

    function: ActivationName = setting("relu", "Function", "Which function is applied.")
    axis: Axis = setting(
        -1,
        "Axis",
        "The axis of a sample along which the result adds up to 1; -1 is the last.",
        show_when={"function": ["softmax", "log_softmax"]},
    )
    negative_slope: float = setting(
        0.01,
        "Negative slope",
        "What negative numbers are multiplied by.",
        ge=-1e6,
        le=1e6,
        show_when={"function": ["leaky_relu"]},
    )
    alpha: float = setting(
        1.0,
        "Alpha",
        "The depth to which large negative numbers are pressed.",
        ge=0,
        le=1e6,
        show_when={"function": ["elu"]},
    )
    beta: float = setting(
        1.0,
        "Beta",
        "How sharp the bend is; the larger, the nearer to ReLU.",
        ge=1e-3,
        le=1e3,
        show_when={"function": ["softplus"]},
    )
    approximate: bool = setting(
        False,
        "Approximate",
        "Use the formula with tanh in place of the error function.",
        show_when={"function": ["gelu"]},
    )

    def result(self, value: ValueType) -> ValueType:
        check_float(value, "input")
        if self.function in AXIS_FUNCTIONS:
            tensor_axis(self.axis, value)
        return value

    def apply(self, build: Build, x: Value, source: ValueType) -> Value:  # noqa: ARG002
        if self.function in AXIS_FUNCTIONS:
            return AXIS_FUNCTIONS[self.function](x, tensor_axis(self.axis, source))
        return self._bend(x)

    def _bend(self, x: Value) -> Value:  # noqa: PLR0911 - one return for each formula
        match self.function:
            case "leaky_relu":
                return ops.select(_positive(x), x, _scaled(x, self.negative_slope))
            case "elu":
                # Where x is positive the exponential is not used, but it must not overflow in the gradient.
                below = ops.expm1(ops.select(_positive(x), ops.full_like(0, x), x))
                return ops.select(_positive(x), x, _scaled(below, self.alpha))
            case "sigmoid":
                return ops.sigmoid(x)
            case "tanh":
                return ops.tanh(x)
            case "gelu":
                return _gelu_tanh(x) if self.approximate else _gelu(x)
            case "silu":
                return ops.mul(x, ops.sigmoid(x))
            case "softplus":
                return _scaled(ops.softplus(_scaled(x, self.beta)), 1 / self.beta)
            case "mish":
                return ops.mul(x, ops.tanh(ops.softplus(x)))
            case "hard_swish":
                return _hard_swish(x)
            case _:
                return ops.relu(x)

    def torch(self, *inputs: ValueType | None) -> str:
        (value,) = wired(inputs)
        arguments = {
            "leaky_relu": f"negative_slope={self.negative_slope}",
            "elu": f"alpha={self.alpha}",
            "softplus": f"beta={self.beta}",
            "gelu": "approximate='tanh'" if self.approximate else "",
        }
        if self.function in AXIS_FUNCTIONS:
            return f"nn.{MODULES[self.function]}(dim={tensor_axis(self.axis, value)})"
        return f"nn.{MODULES[self.function]}({arguments.get(self.function, '')})"


MODULES: Mapping[ActivationName, str] = {
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "softmax": "Softmax",
    "log_softmax": "LogSoftmax",
    "gelu": "GELU",
    "silu": "SiLU",
    "softplus": "Softplus",
    "mish": "Mish",
    "hard_swish": "Hardswish",
}


def _positive(x: Value) -> Value:
    return ops.gt(x, ops.full_like(0, x))


def _scaled(x: Value, factor: float) -> Value:
    return ops.mul(x, ops.full_like(factor, x)) if factor != 1 else x


def _gelu(x: Value) -> Value:
    """Multiply x by the normal distribution function: Hendrycks & Gimpel 2016."""
    tail = ops.erf(_scaled(x, 0.5**0.5))
    return ops.mul(_scaled(x, 0.5), ops.add(tail, ops.full_like(1, x)))


def _gelu_tanh(x: Value) -> Value:
    cube = _scaled(ops.mul(x, ops.mul(x, x)), 0.044715)
    tail = ops.tanh(_scaled(ops.add(x, cube), 0.7978845608028654))  # sqrt(2 / pi)
    return ops.mul(_scaled(x, 0.5), ops.add(tail, ops.full_like(1, x)))


def _hard_swish(x: Value) -> Value:
    """0 up to -3, x from 3 on, between them x (x + 3) / 6: Howard et al. 2019."""
    zero, three = ops.full_like(0, x), ops.full_like(3, x)
    between = _scaled(ops.mul(x, ops.add(x, three)), 1 / 6)
    above = ops.select(ops.ge(x, three), x, between)
    return ops.select(ops.le(x, ops.neg(three)), zero, above)
