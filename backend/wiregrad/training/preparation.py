"""What a run needs before its first step: data bound and dealt out, graph compiled, state at hand."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from wiregrad.data.dataset import Dataset
from wiregrad.data.normalization import Scale
from wiregrad.data.resizing import USUAL
from wiregrad.engine.backends import Progress
from wiregrad.graph import Program, Session, TrainingSettings
from wiregrad.graph.check import CheckedGraph, analyze, report_on
from wiregrad.graph.program import compile_checked
from wiregrad.training import class_weights, earlier_units, units
from wiregrad.training.binding import Binding, BindingError, bind, output_labels, training_problems
from wiregrad.training.class_weights import ClassWeights, weighted
from wiregrad.training.earlier_units import in_present_units
from wiregrad.training.events import SplitName, StartedEvent
from wiregrad.training.feed import Feed, Samples
from wiregrad.training.judging import Judge, monitored
from wiregrad.training.memory import estimate
from wiregrad.training.model import BEST, Details, Model, Totals
from wiregrad.training.plateau import Plateaus
from wiregrad.training.spec import RunSpec
from wiregrad.training.units import metrics_in_units, output_scales

DEFAULT_STEPS = 100
"""For a graph without data whose settings name no number of steps: without data there are no epochs."""


@dataclass(frozen=True)
class Preparation:
    """`feed` is None, and `samples` is empty, for a graph that trains without data.

    `notes` are said to the person when the run starts. `continued` is the checkpoint that it goes on from.
    """

    spec: RunSpec
    graph: CheckedGraph
    binding: Binding | None
    samples: dict[SplitName, Samples]
    feed: Feed | None
    program: Program
    session: Session
    total_steps: int
    notes: tuple[str, ...] = ()
    continued: Model | None = None

    @property
    def multiply_adds_per_step(self) -> int:
        """About: forward, and backward by values and by weights, which each cost as much."""
        return 3 * report_on(self.graph).totals.multiply_adds * self.program.batch_size

    def started(self) -> StartedEvent:
        return StartedEvent(
            time=time.time(),
            backend=self.program.backend,
            device=self.program.device,
            dtype=self.program.dtype,
            parameters=self.program.parameter_count,
            step=self.session.step_count,
            memory=estimate(self.graph, self.spec.training, self.binding.dataset if self.binding else None),
            total_steps=self.total_steps,
            steps_per_epoch=self.feed.steps_per_epoch if self.feed else None,
            optimizers=tuple(info.name for info in self.program.optimizers),
            metrics=self.program.metrics,
            samples={name: len(samples) for name, samples in self.samples.items()},
            normalization=self._scales,
        )

    def compile(self) -> None:
        """Make the program of the next step, so that it does not have to wait."""
        step = self.session.step_count
        self.session.prepare(self.feed.batch_size(step) if self.feed else 1)

    def later_programs(self) -> Iterator[Callable[[], None]]:
        """What compiles the programs that the end of an epoch needs: a shorter batch's, and measuring's."""
        if self.feed is None:
            return
        epoch, size = self.feed.steps_per_epoch, self.spec.training.batch_size
        last = self.session.step_count // epoch * epoch + epoch - 1
        if last < self.total_steps:
            yield partial(self.session.prepare, self.feed.batch_size(last))
        measured = len(self.samples["validation"])
        for batch in sorted({min(measured, size), measured % size} - {0}, reverse=True):
            yield partial(self.program.prepare_measurement, batch)

    @property
    def input_labels(self) -> dict[str, tuple[str, ...]]:
        """Class names of the columns that Inputs read, by Input name."""
        return self.binding.input_labels if self.binding else {}

    @property
    def _scales(self) -> tuple[Scale, ...]:
        return self.binding.scales if self.binding else ()

    @property
    def output_scales(self) -> dict[str, Scale]:
        """By Output name, the scales from which values are taken back to the units of the data."""
        return output_scales(self.graph, self._scales)

    @property
    def _class_weights(self) -> ClassWeights:
        return self.binding.class_weights if self.binding else {}

    def close(self) -> None:
        """End the thread that makes batches, if there is one."""
        if self.feed is not None:
            self.feed.close()

    def checkpoint(self, totals: Totals, judge: Judge) -> Model:
        """The run as it is now; `totals` are those of the epoch that is not over."""
        details = Details(
            contents="checkpoint",
            step=self.session.step_count,
            seed=self.spec.training.seed,
            training=self.spec.training,
            labels=output_labels(self.graph, self.binding),
            input_labels=self.input_labels,
            normalization=self._scales,
            class_weights=dict(self._class_weights),
            resize=self.binding.dataset.resize if self.binding else USUAL,
            learning_rates=dict(self.session.learning_rates),
            metrics_in_data_units=True,
            totals=totals,
            judgment=judge.judgment,
            plateaus=judge.plateaus.memories if judge.plateaus else {},
        )
        best = {f"{BEST}{name}": array for name, array in judge.weights.items()}
        return Model(self.spec.graph, self.session.state().arrays() | best, details)

    def judge(self) -> Judge:
        figure = monitored(self.program.ends, self.spec.training)
        if figure is None:
            raise AssertionError("what is monitored was found when the run was prepared")
        plateaus = Plateaus(
            self.program.ends.optimizers,
            higher_is_better=figure.higher_is_better,
            memories=self.continued.details.plateaus if self.continued else None,
        )
        if self.continued is None:
            return Judge(figure, self.spec.training, plateaus=plateaus)
        details, weights = self.continued.details, self.continued.best_weights
        return Judge(figure, self.spec.training, details.judgment, weights, plateaus)


def prepare(
    spec: RunSpec, dataset: Dataset | None, continue_from: Model | None, progress: Progress | None = None
) -> Preparation:
    """Raises BindingError if the graph cannot be trained, or not with this data.

    Weights to start from are read only by a run that begins. `progress` is told of every compilation.
    """
    graph, settings = analyze(spec.graph), spec.training
    problems = training_problems(graph, settings, dataset)
    if problems:
        raise BindingError(problems)
    binding = _bound(graph, settings, dataset, continue_from)
    weights = binding.class_weights if binding else {}
    scales = binding.scales if binding else ()
    graph = metrics_in_units(weighted(graph, weights), scales)
    samples = _samples(binding, settings) if binding else {}
    feed = Feed(samples["train"], settings) if samples else None
    # A dataset that is smaller than a batch has only the short one.
    batch_size = min(settings.batch_size, len(samples["train"])) if samples else 1
    program = compile_checked(
        graph, batch_size, settings.backend, settings.dtype, progress, precision=settings.precision
    )
    start = Model.load(spec.start_from) if spec.start_from and continue_from is None else None
    session = _session(program, settings, start, continue_from)
    total_steps = _total_steps(settings, feed)
    session.set_horizon(total_steps, feed.steps_per_epoch if feed else 1)
    return Preparation(
        spec=spec,
        graph=graph,
        binding=binding,
        samples=samples,
        feed=feed,
        program=program,
        session=session,
        total_steps=total_steps,
        notes=(
            *([program.fitting(start.tensors).in_words()] if start else ()),
            *class_weights.in_words(graph, weights, binding.input_labels if binding else {}),
            *units.in_words(graph, scales),
            *earlier_units.in_words(continue_from, graph),
        ),
        continued=in_present_units(continue_from, graph) if continue_from else None,
    )


def _bound(
    graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None, continue_from: Model | None
) -> Binding | None:
    if continue_from is None:
        return bind(graph, settings, dataset)
    kept = continue_from.details
    return bind(graph, settings, dataset, kept.normalization, kept.class_weights)


def _samples(binding: Binding, settings: TrainingSettings) -> dict[SplitName, Samples]:
    split = binding.split
    return {
        "train": Samples(binding, split.train, settings.dtype),
        "validation": Samples(binding, split.validation, settings.dtype),
        "test": Samples(binding, split.test, settings.dtype),
    }


def _session(
    program: Program, settings: TrainingSettings, start: Model | None, continue_from: Model | None
) -> Session:
    if continue_from is None:
        return program.session(program.init(settings.seed, start.tensors if start else None))
    session = program.session(program.restore(continue_from.tensors))
    for optimizer, rate in continue_from.details.learning_rates.items():
        session.set_learning_rate(optimizer, rate)
    return session


def _total_steps(settings: TrainingSettings, feed: Feed | None) -> int:
    if settings.steps is not None:
        return settings.steps
    return settings.epochs * feed.steps_per_epoch if feed else DEFAULT_STEPS
