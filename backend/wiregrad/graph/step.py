"""The whole training step as one IR function: forward, backward and update for each Optimizer in turn.

Each Optimizer computes its loss with the weights that the earlier ones have already moved, on the same batch.
Metrics see the weights before any of them moved, and cost nothing where they share values with the loss.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.ir import Function, TensorType, Value
from wiregrad.graph.ends import End, Ends
from wiregrad.graph.functions import FunctionBuilder
from wiregrad.graph.layout import Segment, TensorLayout
from wiregrad.graph.lowering import Counters, Forward, Lowering, TensorName
from wiregrad.graph.state import SEED, STEP, STEPS_PER_EPOCH, TOTAL_STEPS
from wiregrad.graph.updates import Update
from wiregrad.nodes import InputNode, Node, OptimizerNode, Progress


def segment_type(segment: Segment, lowering: Lowering) -> TensorType:
    return TensorType(lowering.float_dtype, (segment.size,))


def read_inputs(
    builder: FunctionBuilder, lowering: Lowering, inputs: Iterable[End[InputNode]]
) -> dict[str, Value]:
    return {end.resolved.id: builder.read(f"input/{end.name}", lowering.input_type(end)) for end in inputs}


def read_tensors(builder: FunctionBuilder, lowering: Lowering, layout: TensorLayout) -> dict[str, Value]:
    """Declare every flat segment and loose tensor as an input, by carry name."""
    values = {
        segment.name: builder.read(segment.name, segment_type(segment, lowering))
        for segment in layout.segments
    }
    for name in layout.loose:
        values[name] = builder.read(
            f"tensor/{name}", TensorType(lowering.float_dtype, layout.specs[name].shape)
        )
    return values


def tensors_by_name(layout: TensorLayout, values: Mapping[str, Value]) -> dict[TensorName, Value]:
    """Every tensor of the graph, cut out of its segment where it has one."""
    tensors = {name: values[name] for name in layout.loose}
    for segment in layout.segments:
        tensors.update(segment.split(values[segment.name]))
    return tensors


@dataclass(slots=True)
class StepBuilder:
    """Builds the step function; `values` are the current flat segments and loose tensors."""

    lowering: Lowering
    ends: Ends
    layout: TensorLayout
    builder: FunctionBuilder = field(default_factory=FunctionBuilder)
    values: dict[str, Value] = field(default_factory=dict)
    moved: set[TensorName] = field(default_factory=set)
    progress: Progress | None = None

    def function(self) -> Function:
        inputs = read_inputs(self.builder, self.lowering, self.ends.inputs)
        counters = self._counters()
        self.values = read_tensors(self.builder, self.lowering, self.layout)
        first = self._forward([*self.ends.optimizers, *self.ends.metrics], inputs, counters)
        self._write_metrics(first)
        for end in self.ends.optimizers:
            forward = self._forward([end], inputs, counters)
            self._optimize(end, forward, counters)
        self._carry_tensors()
        return self.builder.function("step")

    def _counters(self) -> Counters:
        seed = self.builder.read(SEED, TensorType("uint64", ()))
        done = self.builder.read(STEP, TensorType("int64", ()))
        step = ops.add(done, ops.constant(1, "int64"))
        self.builder.carry(STEP, step)
        return Counters(seed, step)

    def _forward(
        self,
        ends: Iterable[End[Node]],
        inputs: Mapping[str, Value],
        counters: Counters,
    ) -> Forward:
        tensors = tensors_by_name(self.layout, self.values)
        nodes = [end.resolved for end in ends]
        return self.lowering.forward(nodes, inputs, tensors, counters, training=True)

    def _write_metrics(self, forward: Forward) -> None:
        for end in self.ends.metrics:
            self.builder.write(f"metric/{end.name}", forward.measure(end))

    def _optimize(self, end: End[OptimizerNode], forward: Forward, counters: Counters) -> None:
        loss = forward.objective(end)
        base_rate = self.builder.read(f"rate/{end.name}", TensorType(self.lowering.float_dtype, ()))
        progress = self._progress(end, counters.step)
        rate, rule = end.role.scheduled(base_rate, progress), end.role.rule_of_step(base_rate, progress)
        self.builder.write(f"loss/{end.name}", loss)
        self.builder.write(f"rate_used/{end.name}", rate)
        segments = self.layout.segments_of(end.name)
        wanted = [forward.tensors[name] for segment in segments for name in segment.tensors]
        found = iter(gradients(loss, wanted))
        joined = {
            segment: segment.join(_or_zeros(next(found), forward.tensors[name]) for name in segment.tensors)
            for segment in segments
        }
        Update(self.builder, end, rate, counters.step, rule).apply(self.values, joined)
        self._move_statistics(forward.updates)

    def _move_statistics(self, updates: Mapping[TensorName, Value]) -> None:
        """Once per step, by the first Optimizer that needs them, however many Optimizers there are."""
        self.values.update({name: value for name, value in updates.items() if name not in self.moved})
        self.moved.update(updates)

    def _progress(self, end: End[OptimizerNode], step: Value) -> Progress:
        """The lengths are fed from outside if this schedule follows them, and stand for nothing if not."""
        scalar = TensorType("int64", ())
        if not end.role.follows_horizon:
            return Progress(step, ops.full_like(1, step), ops.full_like(1, step))
        if self.progress is None:
            lengths = (self.builder.read(name, scalar) for name in (TOTAL_STEPS, STEPS_PER_EPOCH))
            self.progress = Progress(step, *lengths)
        return self.progress

    def _carry_tensors(self) -> None:
        for segment in self.layout.segments:
            self.builder.carry(segment.name, self.values[segment.name])
        for name in self.layout.loose:
            self.builder.carry(f"tensor/{name}", self.values[name])


def _or_zeros(gradient: Value | None, tensor: Value) -> Value:
    """A tensor that a loss does not depend on has a gradient all the same: zero."""
    return ops.full(0.0, tensor.dtype, tensor.shape) if gradient is None else gradient


def step_function(lowering: Lowering, ends: Ends, layout: TensorLayout) -> Function:
    """One step of every Optimizer.

    Reads `input/<name>`, `rate/<optimizer>`, `seed` and, if a schedule follows them, `total_steps` and
    `steps_per_epoch`; writes `loss/<optimizer>`, `rate_used/<optimizer>`
    and `metric/<metric>`; everything else is carried from step to step.
    """
    return StepBuilder(lowering, ends, layout).function()
