"""Graphs by file name or example name, and where datasets and runs are kept."""

import difflib
from pathlib import Path

from wiregrad.cli.console import CommandFailed
from wiregrad.data.store import DatasetStore
from wiregrad.gallery import examples
from wiregrad.graph import DocumentError, Graph, GraphDocument


def graph_named(name: str) -> Graph:
    """The graph in the file of that name, else the example.

    Raises:
        CommandFailed: there is neither, or the file is not a graph.

    """
    path = Path(name)
    if path.is_file():
        return _load(path)
    if name in examples:
        return examples[name]
    near = difflib.get_close_matches(name, examples, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise CommandFailed(
        f"There is no file and no example called {name!r}.{hint} `wiregrad examples` lists the examples."
    )


def _load(path: Path) -> Graph:
    try:
        return Graph.load(path)
    except DocumentError as error:
        raise CommandFailed(f"{path}: {error}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{path} cannot be read: {error}") from None


def data_folder(chosen: Path | None) -> Path:
    """The chosen folder, else the one that the server uses."""
    from wiregrad.server.main import default_data_dir  # noqa: PLC0415 - the server's, only where it is needed

    return chosen or default_data_dir()


def stored_datasets(chosen: Path | None) -> DatasetStore:
    return DatasetStore(data_folder(chosen) / "datasets")


def labels_of(document: GraphDocument) -> dict[str, str]:
    return {node.id: node.label for node in document.nodes}
