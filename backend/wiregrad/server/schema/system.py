"""What the server is, what node kinds it has and which examples come with it."""

from wiregrad.graph.document import GraphDocument
from wiregrad.nodes import KindDescription
from wiregrad.server.schema.base import Answer


class BackendInfo(Answer):
    """A way to compute. `missing` says what to install or mend when it is not available.

    `without_bfloat16` says why products of bfloat16 cannot be chosen with it; null: they can.
    """

    name: str
    device: str
    available: bool
    missing: str | None
    without_bfloat16: str | None


class Health(Answer):
    """Versions, backends and places; `ok` is false when the database does not answer."""

    ok: bool
    version: str
    python: str
    numpy: str
    sqlite: str
    backends: tuple[BackendInfo, ...]
    database: str
    data_dir: str


class Catalogue(Answer):
    """Every node kind, in alphabetical order."""

    kinds: tuple[KindDescription, ...]


class ExampleGraph(Answer):
    """A graph that comes with Wiregrad. `goal` is what a person learns or reaches with it."""

    id: str
    name: str
    description: str
    goal: str
    graph: GraphDocument
