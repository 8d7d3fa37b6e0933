"""Writes into the report what each test needed and found, so that `tests/what_ran.py` can count it.

At the end, one line says how much was compared with PyTorch, and how far the numbers were apart.
"""

import pytest

from tests.requirements import REQUIREMENT_PROPERTY, take_found
from tests.tally import TALLY


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.user_properties.extend((REQUIREMENT_PROPERTY, name) for name in sorted(take_found()))
    TALLY.finish(getattr(item, "hypothesis_statistics", ""))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if TALLY.comparisons:
        terminalreporter.write_line(TALLY.line())
