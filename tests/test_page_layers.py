"""The page's folders import one way too, and only `editor` knows React Flow."""

import re
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "frontend" / "src"

ORDER = [
    *("api", "ui", "graph", "net", "telemetry", "charts", "editing", "workspace", "run"),
    *("commands", "palette", "inspector", "editor", "evaluate", "start", "data", "app"),
]
"""Each folder may import those before it."""

IMPORT = re.compile(r"""(?:from|import)\s+["'](\.[^"']+|@xyflow/[^"']+)["']""")

FILES = sorted(path for path in SOURCES.rglob("*.ts*") if ".test." not in path.name)


def folder_of(path: Path) -> str:
    return path.relative_to(SOURCES).parts[0]


def imports_of(path: Path) -> list[str]:
    return IMPORT.findall(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(SOURCES).as_posix())
def test_a_file_imports_only_the_folders_before_its_own(path: Path) -> None:
    targets = {folder_of((path.parent / name).resolve()) for name in imports_of(path) if name.startswith(".")}
    allowed = set(ORDER[: ORDER.index(folder_of(path)) + 1])
    assert targets <= allowed


def test_only_the_editor_knows_react_flow() -> None:
    knowing = {folder_of(path) for path in FILES if any("@xyflow" in name for name in imports_of(path))}
    assert knowing == {"editor"}


def test_every_folder_has_its_place() -> None:
    assert {folder_of(path) for path in FILES if path.parent != SOURCES} == set(ORDER)
