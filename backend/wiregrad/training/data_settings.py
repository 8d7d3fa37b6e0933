"""What is wrong with the settings of split, normalization and augmentation, for the data at hand."""

from collections.abc import Iterator

from wiregrad.data.augmentation import SampleMix, parsed
from wiregrad.data.augmentation import faults as augmentation_faults
from wiregrad.data.dataset import Dataset
from wiregrad.data.dealing import training_samples
from wiregrad.data.errors import DataError
from wiregrad.data.normalization import faults as normalization_faults
from wiregrad.graph.document import TrainingSettings
from wiregrad.graph.ends import End
from wiregrad.graph.report import Problem, ProblemFix
from wiregrad.nodes import InputNode, ValueType
from wiregrad.training.columns import bound_to

Inputs = tuple[End[InputNode], ...]


def data_setting_problems(inputs: Inputs, settings: TrainingSettings, dataset: Dataset) -> Iterator[Problem]:
    """All at once; nothing of the data is read for it."""
    yield from _split_problems(inputs[0], settings, dataset)
    for fault in normalization_faults(dataset, settings.normalization):
        yield _problem("normalization", fault)
    for end in inputs:
        yield from _scaled_classes(end, settings)
    for fault in augmentation_faults(dataset, settings.augmentation):
        yield _problem("augmentation", fault)
    mixing = _mixing(settings)
    if mixing is not None:
        for end in inputs:
            yield from _unmixable(end, dataset, mixing)


def _problem(code: str, fault: DataError) -> Problem:
    place = f"{fault.place[0].upper()}{fault.place[1:]}: " if fault.place else ""
    return Problem(
        code=code, message=f"{place}{fault.message}", remedy=fault.remedy or "Correct the setting."
    )


def _split_problems(end: End[InputNode], settings: TrainingSettings, dataset: Dataset) -> Iterator[Problem]:
    try:
        trained = training_samples(dataset, settings.split)
    except DataError as fault:
        yield _problem("split", fault)
        return
    if trained == 0:
        yield Problem(
            code="too_few_samples",
            message=f"{end.resolved.title} has no samples to train with.",
            node=end.resolved.id,
            expected="at least 1 sample in the training split",
            got=f"{dataset.size} samples in {dataset.name}, none of them in the training split",
            remedy="Choose a larger dataset, or give training a larger share.",
        )


def _scaled_classes(end: End[InputNode], settings: TrainingSettings) -> Iterator[Problem]:
    value = _value(end)
    if value.dtype != "float32" and end.role.column_name in {item.column for item in settings.normalization}:
        yield Problem(
            code="normalization",
            message=f"{end.resolved.title} reads a column that is normalized, which gives fractions.",
            node=end.resolved.id,
            expected="an Input of float32",
            got=f"an Input of {value.dtype}",
            remedy="Set the Input's data type to float32, or do not normalize the column.",
            fix=ProblemFix(action="set", label="Set the data type to float32", settings={"dtype": "float32"}),
        )


def _mixing(settings: TrainingSettings) -> SampleMix | None:
    for augmentation in settings.augmentation:
        try:
            kind = parsed(augmentation)
        except DataError:
            continue
        if isinstance(kind, SampleMix):
            return kind
    return None


def _unmixable(end: End[InputNode], dataset: Dataset, mixing: SampleMix) -> Iterator[Problem]:
    """Half a cat and half a dog are no class number; probabilities can say it."""
    value, column = _value(end), dataset.columns.get(end.role.column_name)
    bound = bound_to(dataset, end.role.column_name, value)
    if column is None or bound is None or bound.one_hot or column.dtype == "float32":
        return
    classes = len(column.labels) if column.labels else None
    shape = f"({classes},)" if classes else "(classes,)"
    fix = ProblemFix(
        action="set",
        label=f"Read {column.name} as {classes} probabilities",
        settings={"dtype": "float32", "shape": [classes]},
    )
    yield Problem(
        code="mixup",
        message=f"{mixing.title} mixes two samples, and {end.resolved.title} reads class numbers of which "
        "there is no mixture.",
        node=end.resolved.id,
        expected=f"an Input of float32 {shape}, which takes each class as a probability",
        got=f"an Input of {value}",
        remedy=f"Set the Input's data type to float32 and its shape to {shape}, or remove {mixing.title}.",
        fix=fix if classes else None,
    )


def _value(end: End[InputNode]) -> ValueType:
    return end.resolved.output_types[0]
