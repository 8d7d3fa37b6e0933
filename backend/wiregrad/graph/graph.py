"""A graph in Python: load, check, save."""

import json
from dataclasses import dataclass
from pathlib import Path

from wiregrad.graph.check import check
from wiregrad.graph.document import GraphDocument
from wiregrad.graph.formats import DocumentError, DocumentFault, parse
from wiregrad.graph.report import Report


@dataclass(frozen=True, slots=True)
class Graph:
    """A drawn network: an immutable document with the things one does with it."""

    document: GraphDocument

    @classmethod
    def load(cls, path: str | Path) -> "Graph":
        """Read a graph file. Raises DocumentError for anything that is not one, and OSError."""
        try:
            data = json.loads(Path(path).read_text(encoding="utf-8"))
        except (RecursionError, ValueError) as error:
            raise DocumentError((DocumentFault(str(path), f"expected JSON; {error}"),)) from None
        return cls.from_json(data)

    @classmethod
    def from_json(cls, data: object) -> "Graph":
        """Take decoded JSON of any released format."""
        return cls(parse(data))

    def save(self, path: str | Path) -> None:
        text = json.dumps(self.document.to_json(), indent=2, ensure_ascii=False)
        Path(path).write_text(text + "\n", encoding="utf-8")

    def check(self) -> Report:
        """Problems, and per wire dtype, shape and gradient, and per node its cost."""
        return check(self.document)
