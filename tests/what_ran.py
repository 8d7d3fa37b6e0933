"""Reads pytest's JUnit report and says what did not run: `python -m tests.what_ran REPORT`.

A green run proves little when its browser tests were deselected or its comparisons never called PyTorch. So
every group below must have run at least once, and nothing may be skipped but for want of a GPU.
"""

import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.requirements import GPU_SENTENCE, REQUIREMENT_PROPERTY


@dataclass(frozen=True, slots=True)
class Case:
    """One test of the report: where it stands, what it needed, and why it was skipped if it was."""

    module: str
    name: str
    requirements: frozenset[str]
    skipped: str | None

    def __str__(self) -> str:
        return f"{self.module}::{self.name}"


GROUPS: dict[str, Callable[[Case], bool]] = {
    "browser tests": lambda case: case.module.startswith("tests.e2e."),
    "static checks": lambda case: case.module == "tests.test_static_checks",
    "front-end checks": lambda case: case.module == "tests.test_frontend",
    "comparisons with PyTorch": lambda case: "torch" in case.requirements,
}


def read_cases(report: Path) -> list[Case]:
    root = ET.parse(report).getroot()  # noqa: S314 - pytest wrote it a moment ago
    return [_case(element) for element in root.iter("testcase")]


def _case(element: ET.Element) -> Case:
    skipped = element.find("skipped")
    expected_failure = skipped is not None and skipped.get("type") == "pytest.xfail"
    return Case(
        module=element.get("classname", ""),
        name=element.get("name", ""),
        requirements=frozenset(
            entry.get("value", "")
            for entry in element.iter("property")
            if entry.get("name") == REQUIREMENT_PROPERTY
        ),
        skipped=None if skipped is None or expected_failure else skipped.get("message", ""),
    )


def count_groups(cases: Iterable[Case]) -> dict[str, int]:
    """Count the tests of each group that ran to their end."""
    ran = [case for case in cases if case.skipped is None]
    return {group: sum(map(belongs, ran)) for group, belongs in GROUPS.items()}


def complaints(cases: list[Case]) -> list[str]:
    """Say which groups did not run, and which tests were skipped without a good reason."""
    absent = [f"no {group} ran" for group, count in count_groups(cases).items() if count == 0]
    skipped = [
        f"{case} was skipped: {case.skipped}"
        for case in cases
        if case.skipped is not None and GPU_SENTENCE not in case.skipped
    ]
    return absent + skipped


def main(arguments: list[str]) -> int:
    cases = read_cases(Path(arguments[0]))
    found = complaints(cases)
    for complaint in found:
        print(f"not everything ran: {complaint}", file=sys.stderr)  # noqa: T201 - this is a command
    counts = ", ".join(f"{count} {group}" for group, count in count_groups(cases).items())
    print(f"{len(cases)} tests, of which {counts}")  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
