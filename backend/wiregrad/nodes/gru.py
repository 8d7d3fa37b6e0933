from typing import ClassVar

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build, Example
from wiregrad.nodes._recurrent import Memory, Recurrent, gate
from wiregrad.nodes._types import ValueType


class GRU(Recurrent):
    """Walks through a sequence with a memory of which two gates decide what is renewed.

    (steps, width) becomes (steps, units), or (units,) with “Returns” set to last: `state = (1 - z) * n +
    z * state`, where r and z are sigmoids of `input @ weight_ih.T + bias_ih + state @ weight_hh.T +
    bias_hh`, and n is the tanh of the same with r applied to the part of the state. With both directions
    the results of the two walks stand side by side: (steps, 2 units); the last one of the backward walk
    belongs to the first step. `state` is (units,), or (layers * directions, units) where there are
    several. Weights have the names and layout of `torch.nn.GRU`, gates in the order r, z, n (Cho et al.
    2014, arXiv:1406.1078).
    """

    title: ClassVar[str] = "GRU"
    gates: ClassVar[int] = 3
    module: ClassVar[str] = "GRU"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 2), True), None), {"units": 2}),
        Example((ValueType("float32", (2, 2)), None), {"units": 1, "bias": False}),
        Example(
            (ValueType("float32", (2, 2), True), ValueType("float32", (4, 1), True)),
            {"units": 1, "layers": 2, "bidirectional": True, "returns": "last"},
        ),
    )

    def input_bias(self, build: Build, suffix: str) -> Value:
        """The recurrent bias of n stands inside the product with r, so it cannot be added beforehand."""
        recurrent, count = build.parameters[f"bias_hh{suffix}"], 2 * self.units
        early = ops.pad(ops.slice_axis(recurrent, 0, count, 0), (0,), (self.units,))
        return ops.add(build.parameters[f"bias_ih{suffix}"], early)

    def advance(self, build: Build, suffix: str, projected: Value, memory: Memory) -> Memory:
        (state,) = memory
        recurrent = self.recurrent(build, suffix, state)
        gates = ops.sigmoid(
            ops.add(gate(projected, 0, 2, self.units), gate(recurrent, 0, 2, self.units))
        )  # fmt: skip
        reset, keep = gate(gates, 0, 1, self.units), gate(gates, 1, 2, self.units)
        known = gate(recurrent, 2, 3, self.units)
        if self.bias:
            late = ops.slice_axis(build.parameters[f"bias_hh{suffix}"], 2 * self.units, 3 * self.units, 0)
            known = ops.add(known, ops.broadcast_to(late, known.shape))
        new = ops.tanh(ops.add(gate(projected, 2, 3, self.units), ops.mul(reset, known)))
        return (ops.add(new, ops.mul(keep, ops.sub(state, new))),)
