"""Which column of a dataset feeds which Input node, and what is wrong where none can."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pydantic import JsonValue

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.dealing import deal
from wiregrad.data.errors import DataError
from wiregrad.data.normalization import Scale, learn
from wiregrad.data.splits import Split
from wiregrad.graph.check import CheckedGraph, analyze, report_on
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.ends import End
from wiregrad.graph.report import Problem, ProblemFix, Report
from wiregrad.nodes import InputNode, ValueType, format_shape
from wiregrad.training.backend_settings import backend_problems
from wiregrad.training.class_weights import ClassWeights, balance_problems, count_classes
from wiregrad.training.columns import CASTS, BoundInput, bound_to, same_samples
from wiregrad.training.data_settings import data_setting_problems
from wiregrad.training.judging import monitor_problems
from wiregrad.training.memory import memory_problems
from wiregrad.training.units import unit_problems


class BindingError(ValueError):
    """A run that cannot start; `problems` says where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{problem.message} {problem.remedy}" for problem in problems))


@dataclass(frozen=True)
class Binding:
    """All Inputs of a graph with their columns, by input name, and the samples of each split.

    Learned from the training samples: the scales of columns, and the weights of classes by loss.
    """

    dataset: Dataset
    inputs: Mapping[str, BoundInput]
    split: Split
    scales: tuple[Scale, ...] = ()
    class_weights: ClassWeights = field(default_factory=dict)

    @property
    def input_labels(self) -> dict[str, tuple[str, ...]]:
        """Class names of the columns that have some, by input name."""
        read = {name: self.dataset.columns[bound.column].labels for name, bound in self.inputs.items()}
        return {name: labels for name, labels in read.items() if labels}

    def scale_of(self, column: str) -> Scale | None:
        return next((scale for scale in self.scales if scale.column == column), None)


def training_problems(
    graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None
) -> tuple[Problem, ...]:
    """Everything that forbids training this graph with this data, all at once; empty if nothing does."""
    return (
        *graph.errors,
        *_no_optimizer(graph),
        *backend_problems(settings),
        *monitor_problems(graph.ends, settings),
        *balance_problems(graph),
        *_binding_problems(graph, settings, dataset),
        *memory_problems(graph, settings, dataset),
    )


def check_with_data(document: GraphDocument, dataset: Dataset | None) -> Report:
    """`check`, and what forbids to feed the graph with the data that it names."""
    graph = analyze(document)
    report = report_on(graph)
    if dataset is None:
        return report
    problems = (*balance_problems(graph), *_binding_problems(graph, document.training, dataset))
    return report.model_copy(update={"problems": (*report.problems, *problems)})


def bind(
    graph: CheckedGraph,
    settings: TrainingSettings,
    dataset: Dataset | None,
    scales: tuple[Scale, ...] | None = None,
    class_weights: ClassWeights | None = None,
) -> Binding | None:
    """Columns for every Input; None for a graph without Inputs, which trains without data.

    Scales and balanced class weights are learned from the training split, unless they are given: a run that
    goes on keeps its own.

    Raises:
        BindingError: some Input cannot be fed, with one problem or more for each of them.
        DataError: the values of a column do not allow what the settings want of it.

    """
    problems = tuple(_binding_problems(graph, settings, dataset))
    if problems:
        raise BindingError(problems)
    if dataset is None or not graph.ends.inputs:
        return None
    dealt = deal(dataset, settings.split)
    if len(dealt.train) == 0:
        raise DataError("The split leaves no sample to train with.", remedy="Give training a larger share.")
    learned = learn(dataset, dealt.train, settings.normalization) if scales is None else scales
    inputs = dict(_bound_inputs(graph, dataset))
    if class_weights is None:
        class_weights = count_classes(graph, dataset, inputs, dealt.train)
    return Binding(dataset, inputs, dealt, learned, class_weights)


def _bound_inputs(graph: CheckedGraph, dataset: Dataset) -> Iterator[tuple[str, BoundInput]]:
    for end in graph.ends.inputs:
        bound = bound_to(dataset, end.role.column_name, _value(end))
        if bound is not None:
            yield end.name, bound


def output_labels(graph: CheckedGraph, binding: Binding | None) -> dict[str, tuple[str, ...]]:
    """Class names for Outputs that have as many numbers as one labeled column has classes, by Output name."""
    if binding is None:
        return {}
    columns = [binding.dataset.columns[bound.column] for bound in binding.inputs.values()]
    by_count = {len(column.labels): column.labels for column in columns if column.labels}
    found = {}
    for end in graph.ends.outputs:
        value = end.resolved.input_types[0]
        if value is not None and len(value.shape) == 1 and value.shape[0] in by_count:
            found[end.name] = by_count[value.shape[0]]
    return found


def _no_optimizer(graph: CheckedGraph) -> Iterator[Problem]:
    if not graph.ends.optimizers and not graph.errors:
        yield Problem(
            code="no_optimizer",
            message="There is nothing to train: the graph has no Optimizer.",
            expected="an Optimizer at the value to minimize",
            got="none",
            remedy="Add an Optimizer and connect it to your loss.",
        )


def _binding_problems(
    graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None
) -> Iterator[Problem]:
    inputs = graph.ends.inputs
    if not inputs:
        return
    if dataset is None:
        yield from (_no_dataset(end) for end in inputs)
        return
    for end in inputs:
        yield from _column_problems(end, dataset)
    yield from unit_problems(graph, dataset)
    yield from data_setting_problems(inputs, settings, dataset)


def _column_problems(end: End[InputNode], dataset: Dataset) -> Iterator[Problem]:
    column = dataset.columns.get(end.role.column_name)
    if column is None:
        yield _missing_column(end, dataset)
        return
    if bound_to(dataset, column.name, _value(end)) is not None:
        return
    if not same_samples(column.shape, _value(end).shape):
        yield _wrong_shape(end, column)
    if column.dtype not in CASTS[_value(end).dtype]:
        yield _wrong_dtype(end, column)


def _value(end: End[InputNode]) -> ValueType:
    return end.resolved.output_types[0]


def _no_dataset(end: End[InputNode]) -> Problem:
    return Problem(
        code="no_dataset",
        message=f"{end.resolved.title} has no data: no dataset is chosen.",
        node=end.resolved.id,
        expected=f"a dataset with a column {end.role.column_name!r}",
        got="no dataset",
        remedy="Choose a dataset.",
    )


def _missing_column(end: End[InputNode], dataset: Dataset) -> Problem:
    fitting = [name for name in dataset.columns if bound_to(dataset, name, _value(end))]
    fix = _choose_column(fitting[0]) if len(fitting) == 1 else None
    return Problem(
        code="missing_column",
        message=f"{end.resolved.title} reads a column that {dataset.name} does not have.",
        node=end.resolved.id,
        expected=f"one of the columns {', '.join(dataset.columns)}",
        got=repr(end.role.column_name),
        remedy="Choose one of them as the Input's column, or choose other data.",
        fix=fix,
    )


def _choose_column(name: str) -> ProblemFix:
    return ProblemFix(action="set", label=f"Read the column {name}", settings={"column": name})


def _wrong_shape(end: End[InputNode], column: Column) -> Problem:
    wanted, found = format_shape(_value(end).shape), format_shape(column.shape)
    difference = _Difference("shape", "shape", "samples of different shapes", list(column.shape), found)
    return difference.problem(end, column, f"samples of shape {wanted}", f"samples of shape {found}")


def _wrong_dtype(end: End[InputNode], column: Column) -> Problem:
    difference = _Difference("dtype", "data type", "different data types", column.dtype, column.dtype)
    return difference.problem(end, column, _value(end).dtype, column.dtype)


@dataclass(frozen=True, slots=True)
class _Difference:
    """A setting in which an Input differs from its column, and the value that would fit."""

    setting: str
    title: str
    in_words: str
    fitting: JsonValue
    spelled: str

    def problem(self, end: End[InputNode], column: Column, expected: str, got: str) -> Problem:
        return Problem(
            code=f"column_{self.setting}",
            message=f"{end.resolved.title} and its column {column.name!r} have {self.in_words}.",
            node=end.resolved.id,
            expected=f"{expected}, as the Input says",
            got=f"{got} in the column",
            remedy=f"Set the Input's {self.title} to {self.spelled}, or choose another column.",
            fix=ProblemFix(
                action="set",
                label=f"Set the {self.title} to {self.spelled}",
                settings={self.setting: self.fitting},
            ),
        )
