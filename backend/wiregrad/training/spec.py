"""Everything that decides a run: written once into its folder, read by the process that trains."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.training.files import write_atomically

FORMAT: Literal["wiregrad/run@1"] = "wiregrad/run@1"

SPEC_FILE = "spec.json"
MODEL_FILE = "model.safetensors"
CHECKPOINT_FILE = "checkpoint.safetensors"
LOG_FILE = "worker.log"
START_FILE = "start.safetensors"
LOCK_FILE = "worker.lock"


class RunSpec(BaseModel):
    """One training of one graph.

    `datasets` is the folder of a DatasetStore in which `training.dataset` is looked up beside the built-in
    ones. A loss that is no longer finite is recorded and announced, and the run goes on, since a single bad
    batch need not be the end of it; with `stop_on_divergence` it ends there instead. `start_from` is a model
    file whose weights take the place of the starting values where they fit.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    format: Literal["wiregrad/run@1"] = FORMAT
    graph: GraphDocument
    training: TrainingSettings
    datasets: Path | None = None
    start_from: Path | None = None
    stop_on_divergence: bool = False
    checkpoint_seconds: Annotated[float, Field(gt=0, description="Time between automatic checkpoints.")] = (
        30.0
    )

    @classmethod
    def of(
        cls,
        graph: GraphDocument,
        training: TrainingSettings | None = None,
        datasets: Path | None = None,
        start_from: Path | None = None,
    ) -> "RunSpec":
        """The graph with its own training settings, unless others are given."""
        chosen = training or graph.training
        return cls(graph=graph, training=chosen, datasets=datasets, start_from=start_from)

    def save(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_atomically(folder / SPEC_FILE, self.model_dump_json().encode())

    @classmethod
    def load(cls, folder: Path) -> "RunSpec":
        return cls.model_validate_json((folder / SPEC_FILE).read_bytes())
