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
    """One node: an instance of a kind of the catalogue. Unknown kinds are kept as they are."""

    id: Identifier
    kind: Identifier
    label: Name = ""
    settings: dict[str, JsonValue] = Field(default_factory=dict)
    position: Position = Position()


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


class Frame(Part):
    """A titled rectangle behind nodes."""

    id: Identifier
    title: Name = ""
    position: Position = Position()
    width: Annotated[float, Field(ge=40, le=100_000)] = 400.0
    height: Annotated[float, Field(ge=40, le=100_000)] = 300.0


class SplitSettings(Part):
    """Fractions of the dataset's samples; what is left over is not used."""

    train: Annotated[float, Field(gt=0, le=1)] = 0.7
    validation: Annotated[float, Field(ge=0, lt=1)] = 0.15
    test: Annotated[float, Field(ge=0, lt=1)] = 0.15
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0


class TrainingSettings(Part):
    """How the graph is trained unless a run says otherwise.

    `steps` counts if it is set, else `epochs`. Graphs without Input nodes have no data and no epochs.
    """

    dataset: str | None = None
    split: SplitSettings = SplitSettings()
    batch_size: Annotated[int, Field(ge=1, le=1_000_000)] = 64
    epochs: Annotated[int, Field(ge=1, le=1_000_000)] = 10
    steps: Annotated[int, Field(ge=1, le=1_000_000_000)] | None = None
    shuffle: bool = True
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    dtype: Literal["float32", "float64"] = "float32"
    backend: Annotated[str, Field(max_length=32)] = "auto"


class GraphDocument(Part):
    """The whole file."""

    format: Literal["wiregrad/graph@1"] = "wiregrad/graph@1"
    name: Name = "Untitled"
    description: Annotated[str, Field(max_length=20_000)] = ""
    nodes: Annotated[tuple[NodeDocument, ...], Field(max_length=MAX_NODES)] = ()
    wires: Annotated[tuple[Wire, ...], Field(max_length=MAX_WIRES)] = ()
    notes: Annotated[tuple[Note, ...], Field(max_length=1_000)] = ()
    frames: Annotated[tuple[Frame, ...], Field(max_length=1_000)] = ()
    training: TrainingSettings = TrainingSettings()

    def node(self, node_id: str) -> NodeDocument:
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def to_json(self) -> dict[str, Any]:
        return self.model_dump(mode="json")
