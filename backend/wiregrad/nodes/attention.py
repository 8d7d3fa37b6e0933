from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._accompanied import Accompanied, check_sequence
from wiregrad.nodes._fields import Dimension, setting
from wiregrad.nodes._node import Build, Example, Port, wired
from wiregrad.nodes._parameters import Initializer, ParameterSpec
from wiregrad.nodes._random_mask import dropped
from wiregrad.nodes._types import NodeProblem, ValueType, check_shape

STREAMS = 2**64


class Attention(Accompanied):
    """Lets each step of a sequence look at all steps and take from those that matter to it.

    (steps, width) stays. Each step asks (query), each step answers (key) with what it has (value), and
    what is taken is the average of the values weighted with `softmax(query @ key.T / sqrt(width /
    heads))`; every head does so with its own part of the width. With `context`, of shape (other steps,
    width), the steps look at that sequence instead of their own. `mask` hides steps where it is true, for
    all of (steps looked at,) or for each in (steps, steps looked at); a step from which everything is
    hidden takes nothing. Weights have the names and layout of `torch.nn.MultiheadAttention` (Vaswani et
    al. 2017, “Attention Is All You Need”).
    """

    title: ClassVar[str] = "Attention"
    arriving: ClassVar[tuple[Port, ...]] = (
        Port("input", "The sequence whose steps look, of shape (steps, width)."),
        Port("context", "The sequence that they look at; their own if nothing is connected.", optional=True),
        Port("mask", "What they must not look at: true hides.", optional=True),
    )
    leaving: ClassVar[tuple[Port, ...]] = (Port("output", "What each step has found."),)
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3, 4), True), None, None), {"heads": 2}),
        Example((ValueType("float32", (3, 2)), None, None), {"causal": True, "bias": False}),
        Example((ValueType("float32", (2, 2), True), ValueType("float32", (3, 2), True), None)),
        Example(
            (ValueType("float32", (2, 2), True), ValueType("float32", (3, 2)), ValueType("bool", (2, 3)))
        ),
        Example(
            (ValueType("float32", (2, 2), True), None, None, ValueType("float32", (3, 2)), None, None),
            {"connections": 2},
        ),
    )

    heads: Dimension = setting(1, "Heads", "How many questions each step asks; they share the width evenly.")
    causal: bool = setting(False, "Causal", "Hide later steps: each sees itself and what came before.")
    dropout: float = setting(
        0.0, "Dropout", "How likely a weight of the average is set to zero while training.", ge=0, lt=1
    )
    bias: bool = setting(True, "Bias", "Whether queries, keys, values and result have trainable biases.")
    initializer: Initializer = setting(
        "xavier_uniform", "Weight initializer", "How starting weights of queries, keys and values are drawn."
    )
    output_initializer: Initializer = setting(
        "fan_in_uniform", "Output initializer", "How starting weights of the result are drawn."
    )

    # ---- Types ----

    def results(self, sources: Sequence[ValueType | None], ports: Sequence[str]) -> tuple[ValueType, ...]:
        first, context, mask = sources
        (value,) = wired([first])
        check_sequence(value, ports[0])
        self._check_heads(value, ports[0])
        if context is not None:
            check_sequence(context, ports[1])
            _check_width(context, value, ports[1])
        seen = (context or value).shape[0]
        if mask is not None:
            _check_mask(mask, (value.shape[0], seen), ports[2])
        check_shape((self.heads, value.shape[0], seen))
        batched = any(source.batched for source in sources if source is not None)
        return (ValueType("float32", value.shape, batched),)

    def _check_heads(self, value: ValueType, port: str) -> None:
        width = value.shape[-1]
        if width % self.heads:
            raise NodeProblem(
                "The heads cannot share the width evenly.",
                port=port,
                expected=f"a width that {self.heads} divides",
                got=f"width {width} of {value}",
                remedy="Choose a number of heads that divides the width, or change the width before.",
            )

    # ---- Weights ----

    def weights(self, value: ValueType) -> Mapping[str, ParameterSpec]:
        width = value.shape[-1]
        found = {
            "in_proj_weight": ParameterSpec(
                (3 * width, width), self.initializer, self.trainable, fan_in=width, fan_out=3 * width
            ),
            "out_proj.weight": ParameterSpec(
                (width, width), self.output_initializer, self.trainable, fan_in=width, fan_out=width
            ),
        }
        if self.bias:
            found["in_proj_bias"] = ParameterSpec((3 * width,), "zeros", self.trainable)
            found["out_proj.bias"] = ParameterSpec((width,), "zeros", self.trainable)
        return found

    # ---- Lowering ----

    def lower(
        self, build: Build, values: Sequence[Value | None], sources: Sequence[ValueType | None], number: int
    ) -> tuple[Value, ...]:
        (value, context, mask), (source, origin, mask_source) = values, sources
        (asking,), (asking_type,) = wired([value]), wired([source])
        is_batched = any(each.batched for each in sources if each is not None)
        batch = build.batch_size if is_batched else 1
        asking = _with_batch(asking, asking_type, batch)
        if context is None or origin is None:
            queries, keys, answers = self._projected(build, asking, 0, 3)
        else:
            (queries,) = self._projected(build, asking, 0, 1)
            keys, answers = self._projected(build, _with_batch(context, origin, batch), 1, 3)
        factor = (queries.shape[-1]) ** -0.5
        queries = ops.mul(queries, ops.full_like(factor, queries))
        scores = ops.matmul(queries, ops.matrix_transpose(keys))
        weights = self._weights_of(scores, self._hidden(mask, mask_source, scores))
        if build.training and self.dropout:
            weights = dropped(build, weights, self.dropout, (build.stream + number) % STREAMS)
        found = ops.transpose(ops.matmul(weights, answers), (0, 2, 1, 3))
        result = self._affine(build, "out_proj.", ops.reshape(found, asking.shape), 0, asking.shape[-1])
        return (result if is_batched else ops.reshape(result, result.shape[1:]),)

    def _projected(self, build: Build, sequence: Value, start: int, stop: int) -> list[Value]:
        """Queries (0), keys (1) and values (2), each as (batch, heads, steps, width / heads)."""
        batch, steps, width = sequence.shape
        whole = self._affine(build, "in_proj_", sequence, start * width, stop * width)
        parts = ops.reshape(whole, (batch, steps, stop - start, self.heads, width // self.heads))
        return ops.unstack(ops.transpose(parts, (2, 0, 3, 1, 4)))

    def _affine(self, build: Build, name: str, x: Value, start: int, stop: int) -> Value:
        """`x @ weight.T + bias` with rows `start` up to `stop` of the weights."""
        weight = ops.slice_axis(build.parameters[f"{name}weight"], start, stop, 0)
        result = ops.matmul(x, ops.matrix_transpose(weight))
        if not self.bias:
            return result
        bias = ops.slice_axis(build.parameters[f"{name}bias"], start, stop, 0)
        return ops.add(result, ops.broadcast_to(bias, result.shape))

    def _hidden(self, mask: Value | None, source: ValueType | None, scores: Value) -> Value | None:
        """Where (batch, heads, steps, steps looked at) must not be seen; None if nothing is hidden."""
        found: list[Value] = []
        if mask is not None and source is not None:
            axes = ([0] if source.batched else []) + ([3] if source.rank == 1 else [2, 3])
            found.append(ops.broadcast(mask, scores.shape, axes))
        if self.causal:
            here, there = (ops.constant(np.arange(scores.shape[axis]), "int64") for axis in (2, 3))
            shape = scores.shape[2:]
            later = ops.gt(ops.broadcast(there, shape, [1]), ops.broadcast(here, shape, [0]))
            found.append(ops.broadcast_to(later, scores.shape))
        if not found:
            return None
        return found[0] if len(found) == 1 else ops.logical_or(*found)

    def _weights_of(self, scores: Value, hidden: Value | None) -> Value:
        """The softmax of what is not hidden; a finite lowest score keeps rows without any from being NaN."""
        if hidden is None:
            return ops.softmax(scores)
        lowest = ops.full_like(float(np.finfo(scores.dtype).min), scores)
        weights = ops.softmax(ops.select(hidden, lowest, scores))
        return ops.select(hidden, ops.full_like(0, weights), weights)

    # ---- Descriptions ----

    def torch(self, *inputs: ValueType | None) -> str:
        width = wired(inputs[:1])[0].shape[-1]
        settings = f"dropout={self.dropout}, bias={self.bias}, batch_first=True"
        return f"nn.MultiheadAttention({width}, {self.heads}, {settings})"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        total = 0
        size = len(self.arriving)
        for start in range(0, len(inputs), size):
            (value,) = wired(inputs[start : start + 1])
            steps, width = value.shape
            seen = (inputs[start + 1] or value).shape[0]
            total += 2 * width * (width * (steps + seen) + steps * seen)
        return total


def _with_batch(value: Value, source: ValueType, batch: int) -> Value:
    return value if source.batched else ops.broadcast(value, (batch, *source.shape), (1, 2))


def _check_width(context: ValueType, value: ValueType, port: str) -> None:
    if context.shape[-1] != value.shape[-1]:
        raise NodeProblem(
            "What the steps look at must be as wide as they are.",
            port=port,
            expected=f"shape (steps, {value.shape[-1]})",
            got=str(context),
            remedy=f"Put a Linear with {value.shape[-1]} units before it.",
        )


def _check_mask(mask: ValueType, scores: tuple[int, int], port: str) -> None:
    if mask.dtype != "bool":
        raise NodeProblem(
            "A mask says yes or no.",
            code="dtype",
            port=port,
            expected="bool",
            got=str(mask),
            remedy="Put a Compare before it, such as “= 0” for a padding number of 0.",
        )
    if mask.shape not in (scores, scores[1:]):
        raise NodeProblem(
            "The mask does not fit the steps.",
            port=port,
            expected=f"shape ({scores[1]},) or ({scores[0]}, {scores[1]})",
            got=str(mask),
            remedy="Give the mask one truth value for each step looked at, or for each pair of steps.",
        )
