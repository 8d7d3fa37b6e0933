"""What is shipped: the wheel and the sdist hold the page, and the page is built only when it has to be."""

import json
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from hatch_build import Npm, Page, fingerprint, wants_system_node

from tests.requirements import require_node

ROOT = Path(__file__).parents[1]


def hatchling(*arguments: str, root: Path = ROOT, **environment: str) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", *arguments],
        cwd=root,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    require_node()
    folder = tmp_path_factory.mktemp("dist")
    hatchling("-d", str(folder))
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (wheel,) = built.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def unpacked_sdist(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    (sdist,) = built.glob("*.tar.gz")
    folder = tmp_path_factory.mktemp("sdist")
    with tarfile.open(sdist) as archive:
        archive.extractall(folder, filter="data")
    (root,) = folder.iterdir()
    return root


def test_the_wheel_holds_the_page_and_nothing_but_the_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        page = archive.read("wiregrad/server/static/index.html").decode()
    assert {name.partition("/")[0] for name in names} == {"wiregrad", "wiregrad-0.1.0.dist-info"}
    assert [name for name in names if name.startswith("wiregrad/server/static/assets/")]
    assert "/assets/" in page


def test_the_wheel_works_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")  # noqa: S202 - built above
    finished = subprocess.run(
        [sys.executable, "-c", "from wiregrad.cli import main; main()", "examples", "--json"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "installed")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert "rosenbrock" in {example["id"] for example in json.loads(finished.stdout)}


def test_a_wheel_built_from_the_sdist_needs_no_node(unpacked_sdist: Path, tmp_path: Path) -> None:
    hatchling("-t", "wheel", "-d", str(tmp_path), root=unpacked_sdist, WIREGRAD_NODE="system", PATH="")
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert "wiregrad/server/static/index.html" in archive.namelist()


@pytest.fixture
def frontend(tmp_path: Path) -> Path:
    frontend = tmp_path / "frontend"
    (frontend / "src").mkdir(parents=True)
    (frontend / "src" / "main.tsx").write_text("export {};\n")
    (frontend / "package.json").write_text(json.dumps({"name": "page", "scripts": {"build": "exit 3"}}))
    lock = {"name": "page", "lockfileVersion": 3, "packages": {"": {"name": "page"}}}
    (frontend / "package-lock.json").write_text(json.dumps(lock))
    return frontend


def test_the_fingerprint_sees_an_edit_and_a_new_name(frontend: Path) -> None:
    seen = {fingerprint(frontend)}
    (frontend / "src" / "main.tsx").write_text("export { };\n")
    seen.add(fingerprint(frontend))
    (frontend / "src" / "main.tsx").rename(frontend / "src" / "start.tsx")
    seen.add(fingerprint(frontend))
    assert len(seen) == 3


def test_the_fingerprint_ignores_what_the_page_does_not_hold(frontend: Path) -> None:
    before = fingerprint(frontend)
    (frontend / "src" / "main.test.ts").write_text("export {};\n")
    (frontend / "node_modules").mkdir()
    (frontend / "node_modules" / "index.html").touch()
    assert fingerprint(frontend) == before


def test_a_page_whose_sources_did_not_change_is_not_built_again(frontend: Path) -> None:
    page = Page(frontend.parent)
    page.folder.mkdir(parents=True)
    page.stamp.write_text(fingerprint(frontend))
    page.build()
    assert not (frontend / "node_modules").exists()


def test_a_page_that_does_not_build_says_which_command_failed(frontend: Path) -> None:
    require_node()
    page = Page(frontend.parent)
    with pytest.raises(RuntimeError, match=r"(?s)`npm run build` failed in .*frontend.*exit 3"):
        page.build()
    assert not page.is_fresh()


def test_a_missing_system_npm_is_said(frontend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREGRAD_NODE", "system")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RuntimeError, match="no npm on the search path"):
        Npm(frontend)


def test_an_unknown_choice_of_node_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WIREGRAD_NODE", "deno")
    with pytest.raises(RuntimeError, match="'pypi'"):
        wants_system_node()
