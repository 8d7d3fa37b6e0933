"""How much memory a training needs, before it starts, and how much this machine has to give."""

from collections.abc import Iterator
from pathlib import Path

from wiregrad.data.byte_counts import in_words
from wiregrad.data.dataset import Dataset
from wiregrad.data.dealing import training_samples
from wiregrad.data.errors import DataError
from wiregrad.engine.backends import UnknownBackend, get_backend
from wiregrad.engine.ir import ITEM_BYTES, TensorType
from wiregrad.graph.check import CheckedGraph, report_on
from wiregrad.graph.document import TrainingSettings
from wiregrad.graph.layout import TensorLayout, lay_out
from wiregrad.graph.program import Program
from wiregrad.graph.report import Problem
from wiregrad.training.events import MemoryEstimate

RESIDENT_BYTES = 1 << 29
"""A training split up to this size is read once and kept; a larger one is read batch by batch."""

UNCERTAINTY = 4
"""An estimate may be wrong by this factor: where it matters, the compiler is asked as well."""

PROC_MEMORY = Path("/proc/meminfo")
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
CGROUP_USED = Path("/sys/fs/cgroup/memory.current")


def estimate(graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None) -> MemoryEstimate:
    """For a graph without errors."""
    layout = lay_out(graph.resolution, graph.ends, graph.flow)
    number = ITEM_BYTES[settings.dtype]
    trainable = sum(segment.size for segment in layout.segments)
    return MemoryEstimate(
        parameters=number * sum(spec.size for spec in layout.specs.values()),
        gradients=number * trainable,
        optimizers=_optimizer_bytes(graph, layout, settings),
        activations=_activation_bytes(graph, settings, dataset),
        samples=_sample_bytes(graph, settings, dataset) if dataset is not None else 0,
    )


def planned_estimate(
    graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None
) -> MemoryEstimate | None:
    """The same by what the compiler will do, where it can tell; that takes some tenths of a second.

    `activations` are then what the program holds besides weights, gradients and Optimizers.
    """
    backend = get_backend(settings.backend)
    size = _batch_size(graph, settings, dataset)
    program = Program(graph, backend, settings.dtype, size, precision=settings.precision)
    nbytes = backend.memory_of(program.step_function_for(size))
    if nbytes is None:
        return None
    rough = estimate(graph, settings, dataset)
    others = rough.parameters + rough.gradients + rough.optimizers
    return rough.model_copy(update={"activations": max(0, nbytes - others)})


def _optimizer_bytes(graph: CheckedGraph, layout: TensorLayout, settings: TrainingSettings) -> int:
    total = 0
    for end in graph.ends.optimizers:
        rule = end.role.rule()
        for segment in layout.segments_of(end.name):
            for shape in segment.shapes:
                kept = rule.state(TensorType(settings.dtype, shape))
                total += sum(type_.nbytes for type_ in kept.values())
    return total


def _activation_bytes(graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None) -> int:
    size = _batch_size(graph, settings, dataset)
    reported_in = graph.resolution.document.training.dtype
    total = 0
    for node in report_on(graph).nodes.values():
        batched = any(port.value is not None and port.value.batched for port in node.outputs)
        total += node.activation_bytes * (size if batched else 1)
    return total * ITEM_BYTES[settings.dtype] // ITEM_BYTES[reported_in]


def _batch_size(graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None) -> int:
    size = settings.batch_size if graph.ends.inputs else 1
    return min(size, dataset.size) if dataset is not None else size


def _sample_bytes(graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset) -> int:
    """What stays in memory of the training samples; a larger split is read batch by batch.

    A split that cannot be made is a problem of its own, and takes no memory.
    """
    names = {end.role.column_name for end in graph.ends.inputs}
    columns = [column for name, column in dataset.columns.items() if name in names]
    one = sum(TensorType(column.dtype, column.shape).nbytes for column in columns)
    try:
        count = training_samples(dataset, settings.split)
    except DataError:
        return 0
    return min(count * one, RESIDENT_BYTES)


def memory_problems(
    graph: CheckedGraph, settings: TrainingSettings, dataset: Dataset | None, free: int | None = None
) -> Iterator[Problem]:
    """Why this training does not fit into the memory that is free, if it does not.

    `free` is in bytes; without it the machine is asked. Graphics processors say themselves when theirs is
    full.
    """
    if graph.errors or not _is_held_in_main_memory(settings.backend):
        return
    free = available_bytes() if free is None else free
    needed = estimate(graph, settings, dataset)
    if free is None or UNCERTAINTY * needed.total <= free:
        return
    needed = planned_estimate(graph, settings, dataset) or needed
    if needed.total <= free:
        return
    largest = max(MemoryEstimate.model_fields, key=lambda name: int(getattr(needed, name)))
    remedy = {
        "activations": "Lower the batch size, or make the layers smaller.",
        "samples": "Use less data, or close other programs.",
    }.get(largest, "Make the layers smaller, or close other programs.")
    parts = ", ".join(
        f"{in_words(getattr(needed, name))} {name}"
        for name in MemoryEstimate.model_fields
        if getattr(needed, name)
    )
    yield Problem(
        code="memory",
        message=f"This training does not fit into memory: it needs about {in_words(needed.total)} ({parts}).",
        expected=f"at most {in_words(free)}, which are free on this machine",
        got=f"about {in_words(needed.total)}",
        remedy=remedy,
    )


def _is_held_in_main_memory(backend: str) -> bool:
    """An unknown backend is a problem of its own."""
    try:
        return get_backend(backend).name in ("numpy", "llvm")
    except UnknownBackend:
        return False


def available_bytes() -> int | None:
    """What this process may still take, by the machine and by its container; None where nobody says."""
    found = [limit for limit in (_machine_bytes(), _container_bytes()) if limit is not None]
    return min(found, default=None)


def _machine_bytes() -> int | None:
    try:
        lines = PROC_MEMORY.read_text().splitlines()
    except OSError:
        return None
    found = [line.split() for line in lines if line.startswith("MemAvailable:")]
    return int(found[0][1]) * 1024 if found else None


def _container_bytes() -> int | None:
    try:
        limit, used = CGROUP_LIMIT.read_text().strip(), CGROUP_USED.read_text().strip()
    except OSError:
        return None
    return max(0, int(limit) - int(used)) if limit.isdecimal() and used.isdecimal() else None
