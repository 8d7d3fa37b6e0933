"""What the normalizations within one sample share."""

from collections.abc import Mapping, Sequence

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._parameters import ParameterSpec
from wiregrad.nodes._types import Fix, NodeProblem, Shape, ValueType, format_shape
from wiregrad.nodes._weighted import Weighted, check_float

EPSILON_HELP = "A small number that keeps the division safe."


class Normalization(Weighted):
    """Divides by a size that is measured in the sample itself, so that training and evaluating are alike."""

    affine: bool = setting(True, "Scale and shift", "Whether a trainable scale and shift follow.")

    def scale_and_shift(self, shape: Shape) -> Mapping[str, ParameterSpec]:
        if not self.affine:
            return {}
        return {
            "weight": ParameterSpec(shape, "ones", self.trainable),
            "bias": ParameterSpec(shape, "zeros", self.trainable),
        }

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        return sum(value.size for value in inputs if value is not None)


class OverLastAxes(Normalization):
    """The statistics, and the scale of each place, are those of the last axes of a sample."""

    affine: bool = setting(True, "Scale", "Whether each place gets a trainable scale.")
    axes: int = setting(1, "Axes", "How many of the last axes are normalized together.", ge=1, le=8)

    def result(self, value: ValueType, port: str) -> ValueType:
        check_float(value, port)
        if value.rank < self.axes:
            fix = Fix("set", f"Set the axes to {value.rank}", settings={"axes": value.rank})
            raise NodeProblem(
                "The value has too few axes.",
                port=port,
                expected=f"at least {self.axes} axes in a sample",
                got=str(value),
                remedy="Choose fewer axes, or put a Reshape before it.",
                fix=fix if value.rank else Fix("insert", "Insert Reshape to (1,)", "Reshape", {"shape": [1]}),
            )
        return value

    def normalized_shape(self, value: ValueType) -> Shape:
        return value.shape[value.rank - self.axes :]

    def last(self, x: Value) -> range:
        return range(x.rank - self.axes, x.rank)


class OverChannels(Normalization):
    """The scale and the shift are those of each channel, the first axis of a sample."""

    epsilon: float = setting(1e-5, "Epsilon", EPSILON_HELP, gt=0, le=1)

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        return self.scale_and_shift(value.shape[:1])

    def in_groups(self, parameters: Mapping[str, Value], x: Value, source: ValueType, groups: int) -> Value:
        """Normalize x, of type `source`, within each of as many groups of channels."""
        batch = x.shape[0] if source.batched else 1
        rows = ops.reshape(x, (batch, groups, source.size // groups))
        y = ops.reshape(standardized(rows, [2], self.epsilon), x.shape)
        return self.scaled_and_shifted(parameters, y, source)

    def scaled_and_shifted(self, parameters: Mapping[str, Value], y: Value, source: ValueType) -> Value:
        if not self.affine:
            return y
        place = [int(source.batched)]
        y = ops.mul(y, ops.broadcast(parameters["weight"], y.shape, place))
        return ops.add(y, ops.broadcast(parameters["bias"], y.shape, place))


def standardized(x: Value, axes: Sequence[int], epsilon: float) -> Value:
    """Return x with mean 0 and variance 1 over the axes; all zeros where x does not vary."""
    _, centered, variance = moments(x, axes)
    deviation = ops.sqrt(ops.add(variance, ops.full_like(epsilon, variance)))
    return ops.div(centered, ops.restore(deviation, x, axes))


def moments(x: Value, axes: Sequence[int]) -> tuple[Value, Value, Value]:
    """The mean over the axes, x less that, and the variance, divided by how many numbers there are."""
    mean = ops.mean(x, axes)
    centered = ops.sub(x, ops.restore(mean, x, axes))
    return mean, centered, ops.mean(ops.square(centered), axes)


def check_channels(value: ValueType, port: str, ranks: range, expected: str) -> None:
    check_float(value, port)
    if value.rank in ranks:
        return
    fix = None
    if not value.rank:
        fix = Fix("insert", f"Insert Reshape to {format_shape((1,) * ranks[0])}", "Reshape",
                  {"shape": [1] * ranks[0]})  # fmt: skip
    raise NodeProblem(
        "There are no channels with places to normalize.",
        port=port,
        expected=f"shape {expected}",
        got=str(value),
        remedy="Put a Reshape before it that makes the first axis one of channels.",
        fix=fix if ranks[0] == 1 else None,
    )
