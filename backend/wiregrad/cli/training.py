"""`wiregrad train`."""

import contextlib
import signal
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from pydantic import ValidationError

from wiregrad.cli.console import FAILED, INTERRUPTED, CommandFailed, complain, describe_problems
from wiregrad.cli.reporting import Reporter, reporter_for
from wiregrad.cli.sources import data_folder, graph_named, labels_of, stored_datasets
from wiregrad.data.dataset import Dataset
from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.importing import ImportOptions, is_importable
from wiregrad.data.store import DatasetStore
from wiregrad.graph.check import analyze
from wiregrad.graph.document import GraphDocument, NodeDocument, TrainingSettings
from wiregrad.training.binding import BindingError
from wiregrad.training.commands import Control, Stop
from wiregrad.training.events import Event
from wiregrad.training.failures import explain, is_explained
from wiregrad.training.loop import train
from wiregrad.training.model import Model, ModelError
from wiregrad.training.obeying import Keep
from wiregrad.training.spec import MODEL_FILE, RunSpec

_PICTURE_RANK = 3


@dataclass(frozen=True)
class TrainingWish:
    """What the command line asks for; `changes` are training settings, None where it says nothing."""

    graph: str
    data: str | None
    columns: tuple[str, ...]
    changes: Mapping[str, object]
    steps: int | None = None
    epochs: int | None = None
    out: Path | None = None
    data_dir: Path | None = None
    start_from: str | None = None
    checkpoint: Path | None = None
    goes_on: bool = False


def train_graph(wish: TrainingWish, *, as_json: bool) -> int:
    """Train and tell how it goes; 0 only if the training completed."""
    document = with_columns(graph_named(wish.graph).document, wish.columns)
    settings = settings_of(document.training, wish)
    _check_file("--out", wish.out)
    _check_file("--checkpoint", wish.checkpoint)
    continue_from, start_from = _checkpoint(wish), _weights(wish)
    with contextlib.ExitStack() as stack:
        dataset, settings = stack.enter_context(chosen_data(wish, document, settings))
        reporter = stack.enter_context(reporter_for(as_json=as_json))
        spec = RunSpec.of(document, settings, start_from=start_from)
        return _run(spec, dataset, wish, continue_from, reporter)


def _check_file(option: str, path: Path | None) -> None:
    if path is not None and not path.absolute().parent.is_dir():
        raise CommandFailed(f"{option} {path}: the folder {path.absolute().parent} does not exist.")
    if path is not None and path.is_dir():
        raise CommandFailed(f"{option} {path}: this is a folder. Add the name of a file.")


def _checkpoint(wish: TrainingWish) -> Model | None:
    """What to go on from, if that is wished."""
    if not wish.goes_on:
        return None
    if wish.checkpoint is None or not wish.checkpoint.is_file():
        raise CommandFailed("--continue: name the --checkpoint FILE that an earlier training wrote.")
    model = _loaded(wish.checkpoint, "--checkpoint")
    if model.details.contents != "checkpoint":
        raise CommandFailed(
            f"--checkpoint {wish.checkpoint}: this model has no Optimizer's memory to go on with. "
            "Use --start-from to begin a new training with its weights."
        )
    return model


def _weights(wish: TrainingWish) -> Path | None:
    """The model file to start from: a file, or a run of the server by its id."""
    if wish.start_from is None:
        return None
    path = Path(wish.start_from)
    if not path.is_file():
        path = data_folder(wish.data_dir) / "runs" / wish.start_from / MODEL_FILE
    if not path.is_file():
        raise CommandFailed(f"--start-from {wish.start_from}: there is no such model file, and no such run.")
    _loaded(path, "--start-from")
    return path


def _loaded(path: Path, option: str) -> Model:
    try:
        return Model.load(path)
    except (ModelError, OSError) as error:
        raise CommandFailed(f"{option} {path}: {error}") from None


def _run(
    spec: RunSpec,
    dataset: Dataset | None,
    wish: TrainingWish,
    continue_from: Model | None,
    reporter: Reporter,
) -> int:
    control = Control()
    try:
        with _stopped_by_ctrl_c(control):
            _report(train(spec, dataset, control, _keeper(wish), continue_from, tell=reporter.tell), reporter)
    except BindingError as error:
        reporter.fail(str(error), describe_problems(error.problems, labels_of(spec.graph)))
    except CommandFailed as error:
        reporter.fail(str(error), str(error))
    except BrokenPipeError:  # nobody reads any more; that is not for us to explain
        raise
    except (Exception, MemoryError) as error:
        reason = explain(error, "the traceback")
        reporter.fail(reason, reason)
        if not is_explained(error):
            raise
    if reporter.state == "completed":
        return 0
    return INTERRUPTED if reporter.state == "stopped" else FAILED


def _keeper(wish: TrainingWish) -> Keep:
    def keep(checkpoint: Model) -> None:
        """Nobody could mend a full disk and resume here, as on the page: the command fails instead."""
        files = {
            "--out": (wish.out, checkpoint.without_optimizers()),
            "--checkpoint": (wish.checkpoint, checkpoint),
        }
        for option, (path, model) in files.items():
            try:
                if path is not None:
                    model.save(path)
            except OSError as error:
                reason = f"{option} {path}: {error.strerror or error}. Nothing was written."
                raise CommandFailed(reason) from error

    return keep


def _report(events: Iterator[Event], reporter: Reporter) -> None:
    for event in events:
        reporter.tell(event)


def settings_of(settings: TrainingSettings, wish: TrainingWish) -> TrainingSettings:
    """The graph's settings with those of the command line over them."""
    if wish.steps is not None and wish.epochs is not None:
        raise CommandFailed("Give either --steps or --epochs, not both.")
    changes: dict[str, Any] = {name: value for name, value in wish.changes.items() if value is not None}
    if wish.steps is not None:
        changes["steps"] = wish.steps
    if wish.epochs is not None:
        changes |= {"epochs": wish.epochs, "steps": None}
    try:
        return TrainingSettings.model_validate(settings.model_dump() | changes)
    except ValidationError as error:
        faults = "; ".join(f"--{item['loc'][0]}: {item['msg']}" for item in error.errors())
        raise CommandFailed(faults.replace("_", "-")) from None


def with_columns(document: GraphDocument, assignments: tuple[str, ...]) -> GraphDocument:
    """The graph with its Inputs bound to other columns."""
    columns = dict(assignment.partition("=")[::2] for assignment in assignments)
    ends = {end.name: end.resolved.id for end in analyze(document).ends.inputs}
    for name, column in columns.items():
        if name not in ends or not column:
            known = ", ".join(ends) or "none"
            raise CommandFailed(f"--column {name}={column}: expected INPUT=COLUMN; the Inputs are: {known}.")
    bound = {ends[name]: column for name, column in columns.items()}
    nodes = tuple(_reading(node, bound.get(node.id)) for node in document.nodes)
    return document.model_copy(update={"nodes": nodes})


def _reading(node: NodeDocument, column: str | None) -> NodeDocument:
    if column is None:
        return node
    return node.model_copy(update={"settings": {**node.settings, "column": column}})


@contextlib.contextmanager
def chosen_data(
    wish: TrainingWish, document: GraphDocument, settings: TrainingSettings
) -> Iterator[tuple[Dataset | None, TrainingSettings]]:
    """The dataset, by id or imported from a file for as long as the training lasts."""
    chosen = wish.data or settings.dataset
    if chosen is None:
        yield None, settings
        return
    with tempfile.TemporaryDirectory(prefix="wiregrad-") as folder:
        try:
            dataset = _dataset(chosen, wish, document, Path(folder))
        except (DataError, UnknownDataset) as error:
            raise CommandFailed(f"{chosen}: {error}") from None
        yield dataset, settings.model_copy(update={"dataset": dataset.id})


def _dataset(chosen: str, wish: TrainingWish, document: GraphDocument, folder: Path) -> Dataset:
    path = Path(chosen)
    if path.is_dir():
        return DatasetStore(folder).add_folder(path, options=_picture_options(document))
    if is_importable(chosen):
        if not path.is_file():
            raise CommandFailed(f"There is no file {chosen}.")
        return DatasetStore(folder).add(path, path.name, options=_picture_options(document))
    return stored_datasets(wish.data_dir).get(chosen)


def _picture_options(document: GraphDocument) -> ImportOptions:
    """Pictures are scaled to what the graph's first Input of pictures takes."""
    for end in analyze(document).ends.inputs:
        shape = end.resolved.output_types[0].shape
        if len(shape) == _PICTURE_RANK and shape[0] in (1, 3):
            return ImportOptions(size=(shape[1], shape[2]), color="grey" if shape[0] == 1 else "color")
    return ImportOptions()


@contextlib.contextmanager
def _stopped_by_ctrl_c(control: Control) -> Iterator[None]:
    """The first Ctrl-C asks the training to stop and keep its weights; the second one ends the program."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, previous)
        complain("Stopping after this step; the weights are kept. Ctrl-C again ends at once.")
        control.send(Stop())

    previous = signal.signal(signal.SIGINT, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)
