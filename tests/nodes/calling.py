"""How PyTorch's modules are called where that differs from one input, one output, batch first."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from collections.abc import Sequence
from typing import Any

from tests.nodes.running import Case
from tests.requirements import require_torch
from wiregrad.nodes import ValueType


def called(module: Any, case: Case, inputs: Sequence[Any]) -> list[Any]:
    """The module's outputs, one for each output port; once for each connection."""
    times = getattr(case.node, "connections", 1)
    size = len(inputs) // times
    outputs: list[Any] = []
    for start in range(0, len(inputs), size):
        group, types = inputs[start : start + size], case.types[start : start + size]
        outputs += _once(module, case, group, types)
    return outputs


def _once(module: Any, case: Case, inputs: Sequence[Any], types: Sequence[ValueType | None]) -> list[Any]:
    nn = require_torch().nn
    if isinstance(module, nn.RNNBase | nn.MultiheadAttention):
        batch = next((v.shape[0] for v, t in zip(inputs, types, strict=True) if t and t.batched), None)
        given = [None if t is None else _expanded(v, t, batch) for v, t in zip(inputs, types, strict=True)]
        call = _recurrent if isinstance(module, nn.RNNBase) else _attention
        outputs = call(module, case, given)
        return outputs if batch is not None else [output.squeeze(0) for output in outputs]
    return [module(*[value for value in inputs if value is not None])]


def _expanded(value: Any, type_: ValueType, batch: int | None) -> Any:
    return value if type_.batched else value.expand(batch or 1, *value.shape)


def _recurrent(module: Any, case: Case, given: Sequence[Any]) -> list[Any]:
    torch = require_torch()
    value, *memory = given
    rows = module.num_layers * (2 if module.bidirectional else 1)
    shape = (len(value), rows, module.hidden_size)
    starts = [
        (torch.zeros(shape, dtype=value.dtype) if m is None else m.reshape(shape))
        .transpose(0, 1)
        .contiguous()
        for m in memory
    ]
    output, last = module(value, tuple(starts) if len(starts) > 1 else starts[0])
    states = [state.transpose(0, 1) for state in (last if isinstance(last, tuple) else (last,))]
    if case.node.model_dump()["returns"] == "last":
        output = states[0][:, -2 if module.bidirectional else -1 :].flatten(1)
    return [output, *[state.squeeze(1) if rows == 1 else state for state in states]]


def _attention(module: Any, case: Case, given: Sequence[Any]) -> list[Any]:
    torch = require_torch()
    query, context, mask = given
    context = query if context is None else context
    hidden = torch.zeros((len(query), query.shape[1], context.shape[1]), dtype=torch.bool)
    if mask is not None:
        hidden = hidden | (mask if mask.ndim == 3 else mask.unsqueeze(1))
    if case.node.model_dump()["causal"]:
        hidden = hidden | torch.ones(hidden.shape[1:], dtype=torch.bool).triu(1)
    whole = hidden.repeat_interleave(module.num_heads, 0)
    return [module(query, context, context, attn_mask=whole, need_weights=False)[0]]
