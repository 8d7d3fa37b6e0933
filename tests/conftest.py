"""Writes into the report what each test needed and found, so that `tests/what_ran.py` can count it."""

import pytest

from tests.requirements import REQUIREMENT_PROPERTY, take_found


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> None:
    item.user_properties.extend((REQUIREMENT_PROPERTY, name) for name in sorted(take_found()))
