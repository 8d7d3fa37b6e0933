"""Which column of a dataset feeds which Input node, and what is wrong where none can."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import prod

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.splits import Split, split
from wiregrad.engine.backends import available
from wiregrad.graph.check import CheckedGraph, analyze, report_on
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.ends import End
from wiregrad.graph.report import Problem, ProblemFix, Report
from wiregrad.nodes import InputNode, ValueType, format_shape

CASTS: Mapping[str, frozenset[str]] = {
    "float32": frozenset({"float32", "int64", "bool"}),
    "int64": frozenset({"int64", "bool"}),
    "bool": frozenset({"bool"}),
}
"""By an Input's dtype, the column dtypes that it takes without losing anything a person would miss."""


class BindingError(ValueError):
    """A run that cannot start; `problems` says where and why."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        self.problems = problems
        super().__init__("\n".join(f"{problem.message} {problem.remedy}" for problem in problems))


@dataclass(frozen=True, slots=True)
class BoundInput:
    """A column that feeds an Input; samples take the Input's shape and dtype."""

    column: str
    value: ValueType


@dataclass(frozen=True)
class Binding:
    """All Inputs of a graph with their columns, by input name, and the samples of each split."""

    dataset: Dataset
    inputs: Mapping[str, BoundInput]
    split: Split


def training_problems(
    document: GraphDocument, settings: TrainingSettings, dataset: Dataset | None
) -> tuple[Problem, ...]:
    """Everything that forbids training this graph with this data, all at once; empty if nothing does."""
    graph = analyze(document)
    return (
        *graph.errors,
        *_no_optimizer(graph),
        *_unknown_backend(settings),
        *_binding_problems(graph, settings, dataset),
    )


def check_with_data(document: GraphDocument, dataset: Dataset | None) -> Report:
    """`check`, and what forbids to feed the graph with the data that it names."""
    graph = analyze(document)
    report = report_on(graph)
    if dataset is None:
        return report
    problems = _binding_problems(graph, document.training, dataset)
    return report.model_copy(update={"problems": (*report.problems, *problems)})


def bind(document: GraphDocument, settings: TrainingSettings, dataset: Dataset | None) -> Binding | None:
    """Columns for every Input; None for a graph without Inputs, which trains without data.

    Raises:
        BindingError: some Input cannot be fed, with one problem or more for each of them.

    """
    graph = analyze(document)
    problems = tuple(_binding_problems(graph, settings, dataset))
    if problems:
        raise BindingError(problems)
    if dataset is None or not graph.ends.inputs:
        return None
    return Binding(
        dataset,
        {end.name: BoundInput(end.role.column_name, _value(end)) for end in graph.ends.inputs},
        _split(settings, dataset),
    )


def _split(settings: TrainingSettings, dataset: Dataset) -> Split:
    shares = settings.split
    return split(dataset.size, shares.train, shares.validation, shares.test, shares.seed)


def output_labels(document: GraphDocument, binding: Binding | None) -> dict[str, tuple[str, ...]]:
    """Class names for Outputs that have as many numbers as one labeled column has classes, by Output name."""
    if binding is None:
        return {}
    columns = [binding.dataset.columns[bound.column] for bound in binding.inputs.values()]
    by_count = {len(column.labels): column.labels for column in columns if column.labels}
    found = {}
    for end in analyze(document).ends.outputs:
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


def _unknown_backend(settings: TrainingSettings) -> Iterator[Problem]:
    names = ["auto", *(backend.name for backend in available())]
    if settings.backend not in names:
        yield Problem(
            code="unknown_backend",
            message=f"There is no backend {settings.backend!r} on this machine.",
            expected=f"one of: {', '.join(names)}",
            got=settings.backend,
            remedy="Choose another backend; auto takes the fastest.",
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
    yield from _sample_problems(inputs[0], settings, dataset)


def _column_problems(end: End[InputNode], dataset: Dataset) -> Iterator[Problem]:
    column = dataset.columns.get(end.role.column_name)
    if column is None:
        yield _missing_column(end, dataset)
        return
    if not same_samples(column.shape, _value(end).shape):
        yield _wrong_shape(end, column)
    if column.dtype not in CASTS[_value(end).dtype]:
        yield _wrong_dtype(end, column)


def same_samples(column: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """A single number may also be asked for as one in a row: nobody could mean anything else."""
    return column == wanted or (prod(column) == prod(wanted) == 1 and len(column) + len(wanted) == 1)


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
    fitting = [column.name for column in dataset.columns.values() if _fits(column, _value(end))]
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


def _fits(column: Column, value: ValueType) -> bool:
    return same_samples(column.shape, value.shape) and column.dtype in CASTS[value.dtype]


def _choose_column(name: str) -> ProblemFix:
    return ProblemFix(action="set", label=f"Read the column {name}", settings={"column": name})


def _wrong_shape(end: End[InputNode], column: Column) -> Problem:
    return Problem(
        code="column_shape",
        message=f"{end.resolved.title} and its column {column.name!r} have samples of different shapes.",
        node=end.resolved.id,
        expected=f"samples of shape {format_shape(_value(end).shape)}, as the Input says",
        got=f"samples of shape {format_shape(column.shape)} in the column",
        remedy=f"Set the Input's shape to {format_shape(column.shape)}, or choose another column.",
        fix=ProblemFix(
            action="set",
            label=f"Set the shape to {format_shape(column.shape)}",
            settings={"shape": list(column.shape)},
        ),
    )


def _wrong_dtype(end: End[InputNode], column: Column) -> Problem:
    return Problem(
        code="column_dtype",
        message=f"{end.resolved.title} and its column {column.name!r} have different data types.",
        node=end.resolved.id,
        expected=f"{_value(end).dtype}, as the Input says",
        got=f"{column.dtype} in the column",
        remedy=f"Set the Input's data type to {column.dtype}, or choose another column.",
        fix=ProblemFix(
            action="set",
            label=f"Set the data type to {column.dtype}",
            settings={"dtype": column.dtype},
        ),
    )


def _sample_problems(end: End[InputNode], settings: TrainingSettings, dataset: Dataset) -> Iterator[Problem]:
    shares = settings.split
    total = shares.train + shares.validation + shares.test
    if total > 1 + 1e-9:
        yield Problem(
            code="split",
            message=f"The shares of training, validation and test add up to {total:g}.",
            expected="shares that add up to 1 at most",
            got=f"{shares.train:g} + {shares.validation:g} + {shares.test:g} = {total:g}",
            remedy="Lower one of the shares.",
        )
    elif len(_split(settings, dataset).train) == 0:
        yield Problem(
            code="too_few_samples",
            message=f"{end.resolved.title} has no samples to train with.",
            node=end.resolved.id,
            expected="at least 1 sample in the training share",
            got=f"{dataset.size} samples in {dataset.name}",
            remedy="Choose a larger dataset, or give training a larger share.",
        )
