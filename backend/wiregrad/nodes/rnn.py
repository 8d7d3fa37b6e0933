from typing import ClassVar, Literal

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Example
from wiregrad.nodes._recurrent import Memory, Recurrent
from wiregrad.nodes._types import ValueType


class RNN(Recurrent):
    """Walks through a sequence and remembers: each step sees its input and what the step before gave.

    (steps, width) becomes (steps, units), or (units,) with “Returns” set to last: `state = tanh(input @
    weight_ih.T + bias_ih + state @ weight_hh.T + bias_hh)`. With both directions the results of the two
    walks stand side by side: (steps, 2 units); the last one of the backward walk belongs to the first
    step. `state` is (units,), or (layers * directions, units) where there are several. Weights have the
    names and layout of `torch.nn.RNN` (Elman 1990, “Finding Structure in Time”).
    """

    title: ClassVar[str] = "RNN"
    gates: ClassVar[int] = 1
    module: ClassVar[str] = "RNN"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 2), True), None), {"units": 2}),
        Example((ValueType("float32", (2, 2)), None), {"units": 3, "nonlinearity": "relu", "bias": False}),
        Example(
            (ValueType("float32", (3, 2), True), ValueType("float32", (4, 2))),
            {"units": 2, "layers": 2, "bidirectional": True, "returns": "last"},
        ),
    )

    nonlinearity: Literal["tanh", "relu"] = setting("tanh", "Function", "What bends each step's result.")

    def advance(self, build: Build, suffix: str, projected: Value, memory: Memory) -> Memory:
        total = ops.add(projected, self.recurrent(build, suffix, memory[0]))
        return (ops.tanh(total) if self.nonlinearity == "tanh" else ops.relu(total),)

    def torch(self, *inputs: ValueType | None) -> str:
        return f"{super().torch(*inputs)[:-1]}, nonlinearity='{self.nonlinearity}')"
