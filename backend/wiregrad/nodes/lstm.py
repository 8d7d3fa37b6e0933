from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Example, Port
from wiregrad.nodes._recurrent import INPUT_PORT, OUTPUT_PORT, STATE_IN, STATE_OUT, Memory, Recurrent, gate
from wiregrad.nodes._types import ValueType


class LSTM(Recurrent):
    """Walks through a sequence with a memory whose gates decide what to keep, to forget and to give.

    (steps, width) becomes (steps, units), or (units,) with “Returns” set to last. Besides its `state`,
    which is also what it gives, each step hands on a `cell`: `cell = f * cell + i * g`, `state = o *
    tanh(cell)`, where i, f, o are sigmoids and g a tanh of `input @ weight_ih.T + bias_ih + state @
    weight_hh.T + bias_hh`. With both directions the results of the two walks stand side by side: (steps,
    2 units); the last one of the backward walk belongs to the first step. `state` and `cell` are
    (units,), or (layers * directions, units) where there are several. Weights have the names and layout
    of `torch.nn.LSTM`, gates in the order i, f, g, o (Hochreiter & Schmidhuber 1997, “Long Short-Term
    Memory”).
    """

    title: ClassVar[str] = "LSTM"
    arriving: ClassVar[tuple[Port, ...]] = (
        INPUT_PORT,
        STATE_IN,
        Port("cell", "The cell that the layer starts from; zeros if nothing is connected.", optional=True),
    )
    leaving: ClassVar[tuple[Port, ...]] = (
        OUTPUT_PORT,
        STATE_OUT,
        Port("cell", "The cell after the last step."),
    )
    gates: ClassVar[int] = 4
    module: ClassVar[str] = "LSTM"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 2), True), None, None), {"units": 2}),
        Example((ValueType("float32", (2, 2)), None, None), {"units": 1, "bias": False}),
        Example(
            (
                ValueType("float32", (2, 2), True),
                ValueType("float32", (2,)),
                ValueType("float32", (2,), True),
            ),
            {"units": 2, "returns": "last"},
        ),
        Example(
            (ValueType("float32", (2, 2), True), None, None), {"units": 1, "layers": 2, "bidirectional": True}
        ),
        Example(
            (ValueType("float32", (2, 1), True), None, None, ValueType("float32", (3, 1), True), None, None),
            {"units": 1, "connections": 2},
        ),
    )

    def advance(self, build: Build, suffix: str, projected: Value, memory: Memory) -> Memory:
        state, cell = memory
        parts = ops.add(projected, self.recurrent(build, suffix, state))
        open_, keep = (ops.sigmoid(gate(parts, n, n + 1, self.units)) for n in (0, 1))
        new = ops.tanh(gate(parts, 2, 3, self.units))
        give = ops.sigmoid(gate(parts, 3, 4, self.units))
        cell = ops.add(ops.mul(keep, cell), ops.mul(open_, new))
        return ops.mul(give, ops.tanh(cell)), cell
