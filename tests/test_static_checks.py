"""The checks that read the code without running it, so that `pytest` says whether a change may go in."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOP_LEVEL = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "uv.lock",
    "docker-compose.yml",
    "backend",
    "frontend",
    "tests",
    "docs",
}


def complain_about(*module_and_arguments: str) -> str:
    """Run a tool of this environment over the checkout and return what it found, or nothing."""
    finished = subprocess.run(
        [sys.executable, "-m", *module_and_arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return "" if finished.returncode == 0 else finished.stdout + finished.stderr


def test_the_linter_finds_nothing() -> None:
    found = complain_about("ruff", "check", "--output-format=concise")
    assert not found, found


def test_everything_is_formatted() -> None:
    found = complain_about("ruff", "format", "--check")
    assert not found, found


@pytest.mark.timeout(600)
def test_the_types_agree() -> None:
    found = complain_about("mypy")
    assert not found, found


def test_the_top_level_holds_what_the_architecture_names() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    if not listed:
        listed = [path.name for path in ROOT.iterdir()]
    names = {line.partition("/")[0] for line in listed}
    assert {name for name in names if not name.startswith(".")} <= TOP_LEVEL
