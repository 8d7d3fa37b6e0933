"""Writes into the report what each test needed and found, so that `tests/what_ran.py` can count it.

At the end, one line says how much was compared with PyTorch, and how far the numbers were apart.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.requirements import REQUIREMENT_PROPERTY, take_found
from tests.tally import TALLY
from wiregrad.engine.backends import BACKEND_VARIABLE
from wiregrad.engine.backends.llvm.cache import DIRECTORY_VARIABLE

# The same examples each time, on a slow machine as well. `HYPOTHESIS_PROFILE=explore` looks for new ones.
settings.register_profile(
    "repeat", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeat"))

# What tests compile is kept beside what pytest keeps, not among the programs of who runs them.
os.environ.setdefault(DIRECTORY_VARIABLE, str(Path(__file__).parents[1] / ".pytest_cache" / "object-code"))

ON_NUMPY = tuple(Path(__file__).parent / folder for folder in ("graph", "nodes"))
"""Folders whose thousands of small graphs are about numbers, not about speed: NumPy needs no time to compile.

`WIREGRAD_BACKEND=llvm pytest tests/nodes tests/graph` tries the same graphs on native code.
"""


@pytest.fixture(autouse=True)
def backend_of_the_folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if BACKEND_VARIABLE not in os.environ and any(request.path.is_relative_to(path) for path in ON_NUMPY):
        monkeypatch.setenv(BACKEND_VARIABLE, "numpy")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.user_properties.extend((REQUIREMENT_PROPERTY, name) for name in sorted(take_found()))
    TALLY.finish(getattr(item, "hypothesis_statistics", ""))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give what this process counted to the one that reports, where tests run in several."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["tally"] = TALLY.told()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:  # noqa: ANN401 - pytest-xdist has no types
    TALLY.add(getattr(node, "workeroutput", {}).get("tally"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.comparisons:
        terminalreporter.write_line(TALLY.line())
