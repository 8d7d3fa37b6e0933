"""The graph document: what a person draws and what is saved. Losses and tensors are never part of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

FORMAT = "wiregrad/graph@1"

Identifier = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9_][A-Za-z0-9_\-]*$")]
Name = Annotated[str, Field(max_length=128)]
Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]

MAX_NODES = 5_000
MAX_WIRES = 20_000


class Part(BaseModel):
    """Every part of the document is immutable and refuses fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Position(Part):
    """The top left corner of a card on the canvas, in pixels at zoom 1."""

    x: Coordinate = 0.0
    y: Coordinate = 0.0


class NodeDocument(Part):
    """One node: an instance of a kind of the catalogue. Unknown kinds are kept as they are.

    One that is bypassed computes nothing: what comes in goes out (`graph/bypass.py`).
    """

    id: Identifier
    kind: Identifier
    label: Name = ""
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    position: Position = Position()
    bypassed: bool = False


class PortReference(Part):
    """A port of a node, by id and name."""

    node: Identifier
    port: Identifier


class Wire(Part):
    """A connection from an output port to an input port; an input port has at most one."""

    source: PortReference
    target: PortReference


class Note(Part):
    """Text on the canvas."""

    id: Identifier
    text: Annotated[str, Field(max_length=20_000)] = ""
    position: Position = Position()
    width: Annotated[float, Field(ge=40, le=4_000)] = 240.0
    height: Annotated[float, Field(ge=24, le=4_000)] = 120.0


FrameColor = Literal["plain", "teal", "green", "amber", "rose", "violet"]


class Frame(Part):
    """A titled rectangle behind nodes.

    One that is collapsed shows its title alone, keeps its size for later, and `hides` these parts, by id;
    `None`: it is open.
    """

    id: Identifier
    title: Name = ""
    color: FrameColor = "plain"
    position: Position = Position()
    width: Annotated[float, Field(ge=40, le=100_000)] = 400.0
    height: Annotated[float, Field(ge=40, le=100_000)] = 300.0
    hides: Annotated[tuple[Identifier, ...], Field(max_length=MAX_NODES)] | None = None


class BlockDefinition(Part):
    """A subgraph that is drawn once and used as a node, as often as wanted.

    Its ports are the nodes of the kinds BlockInput and BlockOutput inside it, in the order of `nodes`.
    """

    id: Identifier
    name: Name = "Block"
    description: Annotated[str, Field(max_length=20_000)] = ""
    nodes: Annotated[tuple[NodeDocument, ...], Field(max_length=MAX_NODES)] = ()
    wires: Annotated[tuple[Wire, ...], Field(max_length=MAX_WIRES)] = ()
    notes: Annotated[tuple[Note, ...], Field(max_length=1_000)] = ()
    frames: Annotated[tuple[Frame, ...], Field(max_length=1_000)] = ()


SplitMethod = Literal["random", "stratified", "in_order", "column"]


class SplitSettings(Part):
    """Which samples train, validate and test.

    `train`, `validation` and `test` are fractions of the dataset's samples; what is left over is not used.
    `random` deals them out by the seed; `stratified` does so within each class of `column` (if that is
    empty: of the first column with classes); `in_order` takes the first samples for training, the next for
    validation, the last for the test; `column` reads the part of each sample from `column`, whose classes
    are called train, validation and test, and ignores the fractions.
    """

    method: SplitMethod = "random"
    column: Name = ""
    train: Annotated[float, Field(gt=0, le=1)] = 0.7
    validation: Annotated[float, Field(ge=0, lt=1)] = 0.15
    test: Annotated[float, Field(ge=0, lt=1)] = 0.15
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class Normalization(Part):
    """How a column is scaled before it reaches the graph, by numbers learned from the training split only.

    `standardize` subtracts the mean and divides by the standard deviation, `min_max` maps the range to 0..1;
    both for each number of a list, and for each channel of a picture.
    """

    column: Annotated[str, Field(min_length=1, max_length=128)]
    method: Literal["standardize", "min_max"] = "standardize"


class Augmentation(Part):
    """A random change of training samples, of a kind that the data layer knows; applied in this order."""

    kind: Identifier
    column: Annotated[str, Field(min_length=1, max_length=128)]
    settings: dict[str, JsonValue] = Field(default_factory=dict)


class EarlyStopping(Part):
    """End the run when the monitored figure has not improved by `minimum_change` for `patience` epochs."""

    patience: Annotated[int, Field(ge=1, le=100_000)] = 5
    minimum_change: Annotated[float, Field(ge=0, le=1e6)] = 0.0


class TrainingSettings(Part):
    """How the graph is trained unless a run says otherwise.

    `steps` counts if it is set, else `epochs`. Graphs without Input nodes have no data and no epochs.
    `monitor` names the loss or metric that early stopping, `keep` and plateau schedules judge, on the
    validation samples if there are any, else on the training samples; empty: the first Optimizer's loss.
    `precision` is that of what matrix products and convolutions read in a training step: `bfloat16` rounds
    it to 8 significant bits, where the backend multiplies so; sums, weights and all else stay float32.
    `keep` says which weights a run ends with: those of its last step, or of the epoch that was best.
    """

    dataset: str | None = None
    split: SplitSettings = SplitSettings()
    normalization: Annotated[tuple[Normalization, ...], Field(max_length=100)] = ()
    augmentation: Annotated[tuple[Augmentation, ...], Field(max_length=100)] = ()
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] = 64
    epochs: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    steps: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    shuffle: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    dtype: Literal["float32", "float64"] = "float32"
    backend: Annotated[str, Field(max_length=32)] = "auto"
    precision: Literal["full", "bfloat16"] = "full"
    monitor: Name = ""
    keep: Literal["last", "best"] = "last"
    early_stopping: EarlyStopping | None = None


class GraphDocument(Part):
    """The whole file."""

    format: Literal["wiregrad/graph@1"] = "wiregrad/graph@1"
    name: Name = "Untitled"
    description: Annotated[str, Field(max_length=20_000)] = ""
    nodes: Annotated[tuple[NodeDocument, ...], Field(max_length=MAX_NODES)] = ()
    wires: Annotated[tuple[Wire, ...], Field(max_length=MAX_WIRES)] = ()
    notes: Annotated[tuple[Note, ...], Field(max_length=1_000)] = ()
    frames: Annotated[tuple[Frame, ...], Field(max_length=1_000)] = ()
    blocks: Annotated[tuple[BlockDefinition, ...], Field(max_length=200)] = ()
    training: TrainingSettings = TrainingSettings()

    def node(self, node_id: str) -> NodeDocument:
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
