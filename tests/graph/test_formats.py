"""Files of any format: what is read, what is refused, and migrations both ways."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.graph.drawing import classifier
from wiregrad.graph import DocumentError, Graph
from wiregrad.graph.formats import MIGRATIONS, Migration, lift


def test_a_graph_survives_saving_and_loading(tmp_path: Path) -> None:
    graph = classifier()
    graph.save(tmp_path / "graph.json")
    assert Graph.load(tmp_path / "graph.json") == graph


def test_unknown_kinds_survive_saving_and_loading(tmp_path: Path) -> None:
    data = classifier().document.to_json()
    data["nodes"].append({"id": "future", "kind": "Teleport", "settings": {"to": [1, {"deep": None}]}})
    Graph.from_json(data).save(tmp_path / "graph.json")
    assert Graph.load(tmp_path / "graph.json").document.node("future").settings == {"to": [1, {"deep": None}]}


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"format": "wiregrad/graph@99"}, "format"),
        ({"format": None}, "format"),
        ({"nodes": [{"id": "has space", "kind": "Add"}]}, "nodes.0.id"),
        ({"wires": [{"source": {"node": "a"}}]}, "wires.0.source.port"),
        ({"surprise": 1}, "surprise"),
        ({"nodes": [{"id": "a", "kind": "Add", "position": {"x": float("nan"), "y": 0}}]}, "file"),
    ],
)
def test_a_malformed_file_is_refused_with_the_place(change: dict[str, Any], where: str) -> None:
    with pytest.raises(DocumentError) as caught:
        Graph.from_json(classifier().document.to_json() | change)
    assert where in [fault.where for fault in caught.value.faults]


@pytest.mark.parametrize("content", ["", "[1, 2]", "{", '"text"', "null", "[" * 100_000])
def test_what_is_no_graph_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "graph.json").write_text(content)
    with pytest.raises(DocumentError):
        Graph.load(tmp_path / "graph.json")


RENAME = Migration(
    "test@1",
    "test@2",
    up=lambda data: {key: value for key, value in data.items() if key != "title"} | {"name": data["title"]},
    down=lambda data: {key: value for key, value in data.items() if key != "name"} | {"title": data["name"]},
)


def test_a_migration_lifts_a_document_and_down_undoes_up() -> None:
    old = {"format": "test@1", "title": "t"}
    new = lift(dict(old), (RENAME,))
    assert new == {"format": "test@2", "name": "t"}
    assert RENAME.down(new) | {"format": "test@1"} == old


def test_migrations_form_a_chain() -> None:
    for earlier, later in pairwise(MIGRATIONS):
        assert earlier.after == later.before
