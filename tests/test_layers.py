"""Imports point one way: a layer may import the layers before it, and nothing else of Wiregrad."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "backend" / "wiregrad"

MAY_IMPORT = {
    "engine": set[str](),
    "nodes": {"engine"},
    "graph": {"engine", "nodes"},
    "gallery": {"graph"},
    "data": {"engine", "nodes", "graph"},
    "training": {"engine", "nodes", "graph", "gallery", "data"},
    "export": {"engine", "nodes", "graph"},
    "server": {"engine", "nodes", "graph", "gallery", "data", "training", "export"},
    "cli": {"engine", "nodes", "graph", "gallery", "data", "training", "export", "server"},
}


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_layers(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which layer is meant"
            names = [node.module or ""]
            if node.module == "wiregrad":
                names = [f"wiregrad.{alias.name}" for alias in node.names]
        for name in names:
            if name.startswith("wiregrad."):
                yield name.split(".")[1]


FILES = [path for path in sorted(PACKAGE.rglob("*.py")) if layer_of(path) in MAY_IMPORT]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_imports_only_the_layers_before_its_own(path: Path) -> None:
    layer = layer_of(path)
    allowed = MAY_IMPORT[layer] | {layer}
    assert set(imported_layers(path)) <= allowed


def test_every_folder_and_module_is_a_known_layer() -> None:
    found = {layer_of(path) for path in PACKAGE.rglob("*.py")}
    assert found - {"__init__", "__main__"} <= MAY_IMPORT.keys()
