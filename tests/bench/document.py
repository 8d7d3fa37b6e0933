"""Writes what was measured into the documentation."""

from __future__ import annotations

from pathlib import Path

from tests.bench.cases import CASES
from tests.bench.results import Suite
from tests.bench.tables import Table, remarks, tables

FILE = Path(__file__).parents[2] / "docs" / "performance.md"

HEAD = """\
# How fast it is

Written by `python -m tests.bench.suite --write`, which measures the same networks in Wiregrad, PyTorch and
JAX. Do not edit it by hand. Times depend on the machine, and on what else it does: only what stands in one
row, measured in turns in one run, can be compared.
"""

METHOD = """\
## How it is measured

Each framework runs each network in a process of its own, in as many threads ({threads} here), on as many
cores. All start from the same weights and see the same batches. The numbers of parameters must be equal, and
so must the losses after three steps, or the measurement does not count. (In `gan` each framework draws noise
of its own.) The processes take turns: after a round that does not count, each takes steps for a while, from
the starting weights, and again, round by round. Shown are the median and the shortest time per step.

Wiregrad goes through its Python API: a graph as a person draws it, or an example that comes with it, compiled
and stepped. PyTorch is written as its users write it, with its optimizers as they are by default;
`torch.compile` compiles everything up to the loss. JAX is one jitted function for a whole step, the update
included, in channels-last layout. For `rosenbrock` every loss is recorded; JAX does so with a call for each
step, and in one compiled loop of 10,000.

Cold means that a framework's folder for compiled code is empty, warm that an earlier process has filled it.
Memory is the most that the process ever had, of which the imports of the framework are a part; processes that
it starts to compile in are not counted.

`python -m tests.bench.streaming` measures what it costs to watch a run in five pages."""


def written(suite: Suite) -> str:
    parts = [HEAD, _facts(suite), *map(_section, tables(suite))]
    if found := remarks(suite):
        parts.append("## What did not run\n\n" + "\n".join(f"- {remark}" for remark in found) + "\n")
    parts += [_cases(suite), METHOD.format(threads=suite.threads) + "\n"]
    return "\n".join(parts)


def write(suite: Suite, file: Path = FILE) -> None:
    file.write_text(written(suite), encoding="utf-8")


def _facts(suite: Suite) -> str:
    engines = {found["wiregrad"].engine for found in suite.cases.values() if "wiregrad" in found}
    facts = {**suite.machine, "threads": str(suite.threads), "measured": suite.date}
    facts["Wiregrad's backend"] = ", ".join(sorted(filter(None, engines))) or "none"
    lines = [f"| {name} | {value} |" for name, value in facts.items()]
    commands = "".join(f"    {command}\n" for command in suite.commands)
    return "\n".join(["| | |", "|---|---|", *lines, "", commands])


def _section(table: Table) -> str:
    return f"## {table.title}\n\n{table.markdown()}\n"


def _cases(suite: Suite) -> str:
    lines = [f"- `{name}`: {case.title}" for name, case in CASES.items() if name in suite.cases]
    return "\n".join(["## The networks", "", *lines, ""])
