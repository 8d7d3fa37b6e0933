"""A compiled graph: what a notebook, the training loop and the server run."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import numpy as np

from wiregrad.engine.backends import Backend, Executable, Progress, get_backend
from wiregrad.engine.backends.precision import Precision, require_precision
from wiregrad.engine.ir import Function
from wiregrad.engine.passes.bfloat16 import bfloat16_products
from wiregrad.graph.blame import Blame, first_not_finite
from wiregrad.graph.check import CheckedGraph, analyze
from wiregrad.graph.compiled import CompiledEvaluation, RecentEvaluations
from wiregrad.graph.ends import End
from wiregrad.graph.evaluation import Evaluation, inputs_behind, measurement, output_evaluation
from wiregrad.graph.graph import Graph
from wiregrad.graph.inputs import Batch, batch_size_of, conformed, lowered_size
from wiregrad.graph.interface import InputInfo, OptimizerInfo, OutputInfo
from wiregrad.graph.layout import Array, Arrays, lay_out
from wiregrad.graph.lowering import FloatDType, Lowering
from wiregrad.graph.report import Problem
from wiregrad.graph.session import Horizon, Measurement, Session, measured
from wiregrad.graph.state import SEED, STEP, TENSOR, State, StateError
from wiregrad.graph.step import step_function
from wiregrad.graph.tracing import Trace, trace_function, traced
from wiregrad.graph.warm_start import Fit, fit
from wiregrad.nodes import InputNode, MetricNode, OptimizerNode, OutputNode


class GraphError(ValueError):
    """A graph that cannot be compiled; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(f"{problem.message} {problem.remedy}" for problem in problems))


def compile_graph(
    graph: Graph,
    batch_size: int | None = None,
    backend: str = "auto",
    dtype: FloatDType = "float32",
    *,
    precision: Precision = "full",
) -> "Program":
    """Compile a graph for training and evaluation.

    `batch_size` is the usual one; any other that turns up gets a variant of its own. With the precision
    "bfloat16", products of a training step read their operands rounded. Raises GraphError with every problem
    if the graph is not legal, and ValueError for an unknown backend or a precision that it does not have.
    """
    require_precision(get_backend(backend), dtype, precision)
    return compile_checked(analyze(graph.document), batch_size, backend, dtype, precision=precision)


def compile_checked(
    checked: CheckedGraph,
    batch_size: int | None = None,
    backend: str = "auto",
    dtype: FloatDType = "float32",
    progress: Progress | None = None,
    *,
    precision: Precision = "full",
) -> "Program":
    """As `compile_graph`, for a graph that was analyzed already; `progress` is told of every compilation.

    The backend is trusted to have the precision.
    """
    if checked.errors:
        raise GraphError(checked.errors)
    size = batch_size or checked.document.training.batch_size
    program = Program(checked, get_backend(backend), dtype, size, progress, precision=precision)
    if checked.document.training.steps is not None and not program.ends.inputs:
        program.horizon = Horizon(checked.document.training.steps)
    return program


class Program:
    """A graph and a backend. Functions are lowered for each batch size when it is first seen."""

    def __init__(
        self,
        checked: CheckedGraph,
        backend: Backend,
        dtype: FloatDType,
        batch_size: int,
        progress: Progress | None = None,
        *,
        precision: Precision = "full",
    ) -> None:
        self.ends = checked.ends
        self.dtype: FloatDType = dtype
        self.precision: Precision = precision
        self.batch_size = batch_size
        self.horizon: Horizon | None = None
        """Known at once for a graph without data and with a number of steps."""
        self.layout = lay_out(checked.resolution, checked.ends, checked.flow)
        self._resolution = checked.resolution
        self._backend = backend
        self._progress = progress
        self._step_functions: dict[int, Function] = {}
        self._evaluations: RecentEvaluations[tuple[int, tuple[str, ...]]] = RecentEvaluations()
        self._measurements: RecentEvaluations[int] = RecentEvaluations()
        self._stepper: Session | None = None

    @property
    def backend(self) -> str:
        return self._backend.name

    @property
    def device(self) -> str:
        return self._backend.device

    @property
    def inputs(self) -> dict[str, InputInfo]:
        return {
            end.name: InputInfo(end.resolved.id, end.role.column_name, end.resolved.output_types[0])
            for end in self.ends.inputs
        }

    @property
    def outputs(self) -> dict[str, OutputInfo]:
        return {end.name: self._output_info(end) for end in self.ends.outputs}

    @property
    def optimizers(self) -> tuple[OptimizerInfo, ...]:
        """In the order in which they step."""
        return tuple(
            OptimizerInfo(end.resolved.id, end.name, end.role.base_learning_rate)
            for end in self.ends.optimizers
        )

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(end.name for end in self.ends.metrics)

    @property
    def parameter_count(self) -> int:
        """Elements of all weights, frozen ones included, running statistics not."""
        return sum(spec.size for spec in self.layout.specs.values() if not spec.statistic)

    def metric(self, name: str) -> MetricNode:
        """How the sums of this metric are read. Raises KeyError for an unknown one."""
        found = {end.name: end.role for end in self.ends.metrics}
        if name not in found:
            raise KeyError(f"expected a metric among {', '.join(found)}; got {name!r}")
        return found[name]

    # Training

    def init(self, seed: int = 0, start_from: Arrays | None = None) -> State:
        """Starting values; they depend on the seed and on each tensor's own name only.

        `start_from` are the tensors of an earlier training, by name: those that fit by node, name and shape
        take the place of the starting values (`fitting` says which). An Optimizer's memory is never taken.
        """
        optimizer = {
            name: np.zeros(value.shape, value.dtype)
            for name, value in self.step_function_for(self.batch_size).inputs.items()
            if name.startswith("optimizer/")
        }
        initial = self.layout.initial(seed, self.dtype)
        parameters = initial if start_from is None else fit(initial, start_from)[0]
        return State(parameters, optimizer, step=0, seed=seed)

    def fitting(self, start_from: Arrays) -> Fit:
        """Which of these tensors `init` would take, and which not."""
        return fit(self.layout.initial(0, self.dtype), start_from)[1]

    def session(self, state: State) -> Session:
        return Session(self, state)

    def step(self, state: State, batch: Batch | None = None) -> tuple[State, dict[str, float]]:
        """One step from any state. A Session does the same without copying the state each time."""
        session = self._session_at(state)
        result = session.step(batch)
        return session.state(), result.losses

    def steps(self, state: State, batches: Iterable[Batch]) -> tuple[State, dict[str, Array]]:
        """A step for each batch; the losses come back as one array per optimizer."""
        session = self._session_at(state)
        results = [session.step(batch).losses for batch in batches]
        losses = {info.name: np.array([loss[info.name] for loss in results]) for info in self.optimizers}
        return session.state(), losses

    def restore(self, arrays: Arrays) -> State:
        """The inverse of `State.arrays`. Raises StateError for arrays that belong to another program."""
        fresh = self.init(0).arrays()
        if missing := sorted(fresh.keys() - arrays.keys()):
            raise StateError(f"The saved state lacks {', '.join(missing[:5])}: it belongs to another graph.")
        for name, array in fresh.items():
            if array.shape != arrays[name].shape:
                raise StateError(f"{name}: expected the shape {array.shape}; got {arrays[name].shape}.")
        cast = {name: np.asarray(arrays[name], array.dtype) for name, array in fresh.items()}
        return State(
            parameters={name: cast[f"{TENSOR}{name}"] for name in self.layout.specs},
            optimizer={name: array for name, array in cast.items() if name.startswith("optimizer/")},
            step=int(cast[STEP]),
            seed=int(cast[SEED]),
        )

    def compile_step(self, batch_size: int) -> Executable:
        """A fresh executable of the step, with buffers of its own."""
        return self._compile(self.step_function_for(batch_size))

    def carry_of(self, state: State) -> dict[str, Array]:
        """A state in the form in which the step function carries it."""
        segments = {segment.name: segment.pack(state.parameters) for segment in self.layout.segments}
        loose = {f"{TENSOR}{name}": state.parameters[name] for name in self.layout.loose}
        return {**segments, **loose, **state.optimizer, STEP: np.asarray(state.step, np.int64)}

    def state_of(self, carry: Mapping[str, Array], step: int, seed: int) -> State:
        """The inverse of `carry_of`."""
        parameters = {name: carry[f"{TENSOR}{name}"] for name in self.layout.loose}
        for segment in self.layout.segments:
            parameters.update(segment.unpack(carry[segment.name]))
        optimizer = {name: array for name, array in carry.items() if name.startswith("optimizer/")}
        return State(parameters, optimizer, step, seed)

    # Evaluation

    def evaluate(
        self, state: State, inputs: Batch | None = None, outputs: Sequence[str] | None = None
    ) -> dict[str, Array]:
        """Outputs by name, all or those asked for; batched ones have a leading batch axis.

        Raises InputError if an input is missing or does not fit, and KeyError for an unknown output.
        """
        wanted = tuple(self.outputs if outputs is None else outputs)
        ends = [self._output_end(name) for name in wanted]
        size = batch_size_of(self._inputs_behind(ends), inputs or {})
        key = (size, wanted)
        evaluation = self._evaluations.get(
            key, lambda: self._compiled(output_evaluation(self._lowering(size), self.ends, ends))
        )
        arrays = evaluation.run(state, inputs or {}, size, self.dtype)
        return {name: arrays[f"output/{name}"].copy() for name in wanted}

    def measure(self, state: State, batch: Batch) -> Measurement:
        """Losses and metrics over a batch in evaluation mode."""
        size = batch_size_of(self.ends.inputs, batch)
        return measured(self._measurement(size).run(state, batch, size, self.dtype), size, self.ends)

    def prepare_measurement(self, batch_size: int) -> None:
        """Compile what `measure` needs for batches of this size now, not when the first one comes."""
        self._measurement(lowered_size(self.ends.inputs, batch_size))

    def _measurement(self, size: int) -> CompiledEvaluation:
        return self._measurements.get(
            size, lambda: self._compiled(measurement(self._lowering(size), self.ends))
        )

    def trace(self, state: State, batch: Batch | None = None, optimizer: str | None = None) -> Trace:
        """Every value and gradient of the next training step, without taking it.

        The gradients are those of the named optimizer's loss, by default the one that steps first.
        """
        return self.tracer(None, optimizer)(state, batch)

    def tracer(
        self, nodes: Collection[str] | None = None, optimizer: str | None = None
    ) -> Callable[[State, Batch | None], Trace]:
        """Like `trace` for these nodes alone, by id, to be asked again and again; None: for all."""
        end = self._optimizer_end(optimizer)
        executables: dict[int, Executable] = {}

        def look(state: State, batch: Batch | None = None) -> Trace:
            size = batch_size_of(self.ends.inputs, batch or {})
            if size not in executables:
                function = trace_function(self._lowering(size), self.ends, end, nodes)
                executables[size] = self._compile(self._in_precision(function))
            return self._traced(executables[size], state, batch or {}, size)

        return look

    def _traced(self, executable: Executable, state: State, batch: Batch, size: int) -> Trace:
        executable.load({f"{TENSOR}{name}": array for name, array in state.parameters.items()})
        inputs = conformed(self.ends.inputs, batch, size, self.dtype)
        feed = {f"input/{name}": array for name, array in inputs.items()}
        feed |= {SEED: np.asarray(state.seed, np.uint64), STEP: np.asarray(state.step + 1, np.int64)}
        return traced(executable.run(feed))

    @property
    def node_ids(self) -> frozenset[str]:
        """Of all nodes, with those inside blocks by their path."""
        return frozenset(self._resolution.nodes)

    def blame(self, trace: Trace, optimizer: str | None = None) -> Blame | None:
        """The first node whose numbers are not finite on the way to this Optimizer's loss and back."""
        end = self._optimizer_end(optimizer)
        return first_not_finite(self._resolution, end, trace)

    def _session_at(self, state: State) -> Session:
        if self._stepper is None:
            self._stepper = Session(self, state)
        elif self._stepper.state() is not state:
            self._stepper.load(state)
        return self._stepper

    def _lowering(self, batch_size: int) -> Lowering:
        return Lowering(self._resolution, batch_size, self.dtype)

    def step_function_for(self, batch_size: int) -> Function:
        if batch_size not in self._step_functions:
            function = step_function(self._lowering(batch_size), self.ends, self.layout)
            self._step_functions[batch_size] = self._in_precision(function)
        return self._step_functions[batch_size]

    def _in_precision(self, training: Function) -> Function:
        return bfloat16_products(training) if self.precision == "bfloat16" else training

    def _compile(self, function: Function) -> Executable:
        return self._backend.compile(function, self._progress)

    def _compiled(self, evaluation: Evaluation) -> "CompiledEvaluation":
        return CompiledEvaluation(evaluation, self._compile(evaluation.function))

    def _output_end(self, name: str) -> End[OutputNode]:
        for end in self.ends.outputs:
            if end.name == name:
                return end
        raise KeyError(f"expected an output among {', '.join(self.outputs) or 'none'}; got {name!r}")

    def _optimizer_end(self, name: str | None) -> End[OptimizerNode]:
        """The one of this name, or the one that steps first."""
        for end in self.ends.optimizers:
            if name in (None, end.name):
                return end
        known = ", ".join(end.name for end in self.ends.optimizers) or "none"
        raise KeyError(f"expected an optimizer among {known}; got {name!r}")

    def _output_info(self, end: End[OutputNode]) -> OutputInfo:
        (value,) = end.resolved.input_types
        if value is None:
            raise AssertionError(f"an Output without a source was resolved: {end.name}")
        needed = tuple(needed.name for needed in self._inputs_behind([end]))
        return OutputInfo(end.resolved.id, value, needed)

    def _inputs_behind(self, ends: Iterable[End[OutputNode]]) -> tuple[End[InputNode], ...]:
        return inputs_behind(self._lowering(1), self.ends, [end.resolved for end in ends])
