"""The front end's own checks and unit tests, run with the Node.js of this environment."""

from pathlib import Path

import pytest
from hatch_build import Npm

from tests.requirements import require_node

FRONTEND = Path(__file__).parents[1] / "frontend"


@pytest.fixture(scope="module")
def npm() -> Npm:
    require_node()
    npm = Npm(FRONTEND)
    npm.install()
    return npm


def test_the_types_agree_and_the_linter_finds_nothing(npm: Npm) -> None:
    npm.run("run", "check")


def test_the_unit_tests_pass(npm: Npm) -> None:
    npm.run("run", "test")


def test_the_client_is_the_one_that_the_committed_interface_generates(npm: Npm) -> None:
    npm.run("ci", "--prefix", "codegen", "--ignore-scripts")
    npm.run("run", "--prefix", "codegen", "check")
