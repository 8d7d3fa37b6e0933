"""Words for the person at the terminal: answers to standard output, problems to standard error."""

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wiregrad.graph.report import Problem

FAILED = 1
INTERRUPTED = 130


class CommandFailed(Exception):  # noqa: N818 - named for the person who reads it
    """What was asked cannot be done; the message says why and what to do."""


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def describe_problems(problems: "Iterable[Problem]", labels: Mapping[str, str]) -> str:
    """Each problem with where, expected, got and remedy; `labels` are what people call the nodes, by id."""
    return "\n".join(_described(problem, labels) for problem in problems)


def _described(problem: "Problem", labels: Mapping[str, str]) -> str:
    place = f" [{_place(problem, labels)}]" if problem.node else ""
    expectation = f"\n    expected {problem.expected}; got {problem.got}" if problem.expected else ""
    return f"{problem.severity}{place}: {problem.message}{expectation}\n    {problem.remedy}"


def _place(problem: "Problem", labels: Mapping[str, str]) -> str:
    node = problem.node or ""
    port = f".{problem.port}" if problem.port else ""
    label = f" ({labels[node]})" if labels.get(node) else ""
    return f"{node}{port}{label}"


def number(value: object) -> str:
    """A figure for reading; what is not finite was recorded as None."""
    if value is None:
        return "not finite"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
