from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._accompanied import check_sequence
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example, wired
from wiregrad.nodes._parameters import MAX_PARAMETERS, Initializer, ParameterSpec
from wiregrad.nodes._types import NodeProblem, ValueType
from wiregrad.nodes._weighted import Weighted

LONGEST_WAVE = 10_000.0
MAX_WAVES = MAX_PARAMETERS // 10


class PositionalEncoding(Weighted):
    """Adds to each step of a sequence numbers that say where it stands.

    The shape (steps, width) stays. Attention by itself does not know the order of the steps. The numbers
    are learned (`weight`, of shape (steps, width)), or waves: at step t, number 2i is `sin(t / 10000**(2i
    / width))` and number 2i + 1 the cosine of the same (Vaswani et al. 2017, “Attention Is All You
    Need”).
    """

    title: ClassVar[str] = "Positional encoding"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (4, 3), True),), {"method": "learned"}),
        Example((ValueType("float32", (3, 5), True),)),
        Example((ValueType("float32", (2, 4)), ValueType("float32", (2, 4), True)), {"connections": 2}),
    )

    method: Literal["sinusoidal", "learned"] = setting(
        "sinusoidal", "Method", "Whether the numbers are waves or learned."
    )
    initializer: Initializer = setting(
        "fan_in_uniform",
        "Weight initializer",
        "How starting numbers are drawn.",
        show_when={"method": ["learned"]},
    )

    def result(self, value: ValueType, port: str) -> ValueType:
        check_sequence(value, port)
        if self.method == "sinusoidal" and value.size > MAX_WAVES:
            raise NodeProblem(
                "The sequence is too long or too wide for a table of waves.",
                code="limit",
                port=port,
                expected=f"at most {MAX_WAVES} numbers",
                got=str(value),
                remedy="Cut the sequences shorter, or choose a smaller width.",
            )
        return value

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        if self.method == "sinusoidal":
            return {}
        width = value.shape[-1]
        return {
            "weight": ParameterSpec(
                value.shape, self.initializer, self.trainable, fan_in=width, fan_out=width
            )
        }  # fmt: skip

    def apply(self, build: Build, value: Value, source: ValueType) -> Value:
        if self.method == "learned":
            encoding = build.parameters["weight"]
        else:
            encoding = ops.constant(_waves(*source.shape), value.dtype)
        return ops.add(value, ops.broadcast_to(encoding, value.shape))

    def torch(self, *inputs: ValueType | None) -> str:
        names = [port.name for port in self.inputs()]
        if self.method == "learned":
            sums = [f"{name} + weight" for name in names]
        else:
            shapes = [value.shape for value in wired(inputs)]
            sums = [
                f"{name} + ({_spelled(*shape)}).to({name}.dtype)"
                for name, shape in zip(names, shapes, strict=True)
            ]
        return sums[0] if len(sums) == 1 else f"({', '.join(sums)})"


def _spelled(steps: int, width: int) -> str:
    rates = f"torch.pow({LONGEST_WAVE}, -torch.arange(0, {width}, 2, dtype=torch.float64) / {width})"
    angles = f"torch.arange({steps}, dtype=torch.float64).unsqueeze(1) * {rates}"
    waves = f"torch.stack((torch.sin({angles}), torch.cos({angles})), -1).flatten(-2)"
    return f"{waves}.narrow(-1, 0, {width})"


def _waves(steps: int, width: int) -> NDArray[np.float64]:
    rates = LONGEST_WAVE ** (-np.arange(0, width, 2) / width)
    angles = np.arange(steps)[:, None] * rates
    return np.stack((np.sin(angles), np.cos(angles)), axis=-1).reshape(steps, -1)[:, :width]
