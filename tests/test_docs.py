"""The documentation is true where a program can tell: its links lead somewhere and its Python runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import wiregrad
from tests.what_ran import read_cases

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")
PATH = re.compile(r"`((?:backend|frontend|tests|docs)/[\w./-]+)`")


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def python_blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", page.read_text(), flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_to_something(page: Path) -> None:
    targets = LINK.findall(page.read_text())
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_every_path_in_the_architecture_exists() -> None:
    """So that moving a file is noticed where it is described."""
    named = set(PATH.findall((ROOT / "docs" / "architecture.md").read_text()))
    assert len(named) > 10
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_the_python_of_the_readme_runs() -> None:
    (block,) = python_blocks(ROOT / "README.md")
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-"], input=block, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert "x1" in finished.stdout


def test_the_commands_of_the_readme_work(tmp_path: Path) -> None:
    text = (ROOT / "README.md").read_text()
    commands = re.findall(r"^    wiregrad (.+?)(?: +#.*)?$", text, flags=re.MULTILINE)
    assert len(commands) == 5
    wiregrad.examples["line-fit"].save(tmp_path / "graph.json")
    Image.new("L", (8, 8), "white").save(tmp_path / "digit.png")
    for command in commands:
        finished = subprocess.run(
            [Path(sys.executable).with_name("wiregrad"), *command.split()],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, f"{command}:\n{finished.stdout}{finished.stderr}"


def copy_of_the_checkout(folder: Path) -> Path:
    """Copy what the tests of node kinds need, to change it without changing the checkout."""
    ignored = shutil.ignore_patterns("__pycache__", "static", "e2e", "bench")
    for part in ("backend", "tests"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_the_kind_that_the_guide_adds_passes_what_every_kind_has_to(tmp_path: Path) -> None:
    guide = (ROOT / "docs" / "adding-a-node.md").read_text()
    (code,) = python_blocks(ROOT / "docs" / "adding-a-node.md")
    place = re.search(r"^`(backend/wiregrad/nodes/\w+\.py)`:$", guide, flags=re.MULTILINE)
    command = re.search(r"^    uv run pytest (.+)$", guide, flags=re.MULTILINE)
    assert place
    assert command
    checkout = copy_of_the_checkout(tmp_path)
    (checkout / place[1]).write_text(code)

    report = tmp_path / "report.xml"
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *command[1].split(), f"--junitxml={report}"],
        cwd=checkout,
        env={**os.environ, "PYTHONPATH": str(checkout / "backend")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    assert len([case for case in read_cases(report) if case.skipped is None]) >= 10


def test_the_code_of_the_guide_is_as_tidy_as_the_rest() -> None:
    (code,) = python_blocks(ROOT / "docs" / "adding-a-node.md")
    file = ROOT / "backend" / "wiregrad" / "nodes" / "prelu.py"
    for arguments in (["check"], ["format", "--check"]):
        finished = subprocess.run(
            [sys.executable, "-m", "ruff", *arguments, "--stdin-filename", str(file), "-"],
            input=code,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert finished.returncode == 0, finished.stdout + finished.stderr
