"""A graph with its weights as one file: what is evaluated, taken away, and continued from.

The file is a safetensors file, which anything can read without running code. Its metadata holds the graph as
JSON, the format's version, and the details below.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from safetensors.numpy import load as decode_tensors
from safetensors.numpy import save as encode_tensors

from wiregrad.data.normalization import Scale
from wiregrad.data.resizing import USUAL, Resize
from wiregrad.graph.document import GraphDocument, TrainingSettings
from wiregrad.graph.formats import DocumentError, parse
from wiregrad.training.files import write_atomically
from wiregrad.training.judging import Judgment
from wiregrad.training.plateau import PlateauMemory

FORMAT = "wiregrad/model@1"
MAX_HEADER_BYTES = 1 << 26
OPTIMIZER = "optimizer/"
BEST = "best/"
"""Before the names of the weights of the best epoch, which a checkpoint may hold beside the present ones."""
_LENGTH_BYTES = 8

Array = NDArray[Any]


class ModelError(ValueError):
    """A file that is not a model of this program's format; the message says what it is instead."""


class Totals(BaseModel):
    """Sums of an epoch that is not over, by name: for a loss (sum, count), for a metric its own."""

    model_config = ConfigDict(frozen=True)

    losses: dict[str, tuple[float, float]] = {}
    metrics: dict[str, tuple[float, ...]] = {}


class Details(BaseModel):
    """What is known beside graph and tensors.

    `contents` is `model` for weights alone and `checkpoint` when the optimizers' memory is there too, so that
    the run can go on. `labels` are the class names of outputs, by Output name, `input_labels` those of
    the columns that Inputs read, by Input name. `normalization` holds the scales that the training learned:
    what is given for an Input of such a column is scaled in the same way. `class_weights` are those that
    balance the classes of a loss, by its node. `resize` is how the training pictures were brought to their
    size, and how pictures of other sizes that are evaluated are. `metrics_in_data_units` is false in files of
    versions that measured normalized columns in scaled units.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    contents: Literal["model", "checkpoint"]
    step: int
    seed: int
    training: TrainingSettings
    labels: dict[str, tuple[str, ...]] = {}
    input_labels: dict[str, tuple[str, ...]] = {}
    normalization: tuple[Scale, ...] = ()
    class_weights: dict[str, tuple[float, ...]] = {}
    resize: Resize = USUAL
    learning_rates: dict[str, float] = {}
    metrics_in_data_units: bool = False
    totals: Totals = Totals()
    judgment: Judgment | None = None
    plateaus: dict[str, PlateauMemory] = {}


@dataclass(frozen=True)
class Model:
    """`tensors` are under the names of `State.arrays()`."""

    graph: GraphDocument
    tensors: Mapping[str, Array]
    details: Details
    source: Path | None = field(default=None, compare=False)

    def save(self, path: Path) -> None:
        """Write the file whole or not at all."""
        write_atomically(path, self.encode())

    def encode(self) -> bytes:
        metadata = {
            "format": FORMAT,
            "graph": json.dumps(self.graph.to_json(), ensure_ascii=False),
            "details": self.details.model_dump_json(),
        }
        # The encoder writes an array's memory as it lies, so it has to lie in row-major order.
        tensors = {name: np.asarray(array, order="C") for name, array in self.tensors.items()}
        return encode_tensors(tensors, metadata)

    def without_optimizers(self) -> "Model":
        """The weights alone: smaller, and all that evaluation needs."""
        tensors = {
            name: array for name, array in self.tensors.items() if not name.startswith((OPTIMIZER, BEST))
        }
        details = self.details.model_copy(update={"contents": "model"})
        return replace(self, tensors=tensors, details=details)

    @property
    def best_weights(self) -> dict[str, Array]:
        """Those of the best epoch so far, by tensor name; empty unless the run may want them back."""
        return {name[len(BEST) :]: array for name, array in self.tensors.items() if name.startswith(BEST)}

    @classmethod
    def load(cls, path: Path) -> "Model":
        """Read a model file.

        Raises:
            ModelError: it is something else, is damaged, or has a newer format.
            OSError: it cannot be read.

        """
        content = path.read_bytes()
        metadata = _metadata(content, path)
        _check_format(metadata, path)
        try:
            return cls(
                graph=parse(json.loads(metadata["graph"])),
                tensors=decode_tensors(content),
                details=Details.model_validate_json(metadata["details"]),
                source=path,
            )
        except (DocumentError, KeyError, SafetensorError, ValidationError, ValueError) as error:
            raise ModelError(f"{path} is a damaged Wiregrad model: {_first_line(error)}") from error


def _metadata(content: bytes, path: Path) -> Mapping[str, str]:
    length = int.from_bytes(content[:_LENGTH_BYTES], "little")
    header_end = _LENGTH_BYTES + length
    if len(content) < _LENGTH_BYTES or header_end > len(content) or length > MAX_HEADER_BYTES:
        raise ModelError(
            f"{path} is not a Wiregrad model: expected a file that `wiregrad train --out` wrote."
        )
    try:
        header = json.loads(content[_LENGTH_BYTES:header_end], object_pairs_hook=_without_duplicates)
    except ValueError as error:
        raise ModelError(f"{path} is not a Wiregrad model: its header is damaged ({error}).") from None
    metadata = header.get("__metadata__") if isinstance(header, dict) else None
    return metadata if isinstance(metadata, dict) else {}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """JSON readers differ in which of two equal keys they believe; a file that has some is refused."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a name occurs twice")
    return result


def _check_format(metadata: Mapping[str, str], path: Path) -> None:
    found = metadata.get("format")
    if found == FORMAT:
        return
    if found is None:
        raise ModelError(
            f"{path} holds tensors but no graph. Expected a model that Wiregrad wrote ({FORMAT}); "
            "weights of other programs cannot be evaluated here."
        )
    raise ModelError(
        f"{path} has the format {found!r}; expected {FORMAT!r}. "
        "A newer Wiregrad may have written it: update, then try again."
    )


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
