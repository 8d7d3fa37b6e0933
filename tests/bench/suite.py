"""Compare steps with PyTorch and JAX: `python -m tests.bench.suite [--write]`.

Each framework runs in a child process of its own, all with as many threads. The children take turns, round by
round, so that whatever else the machine does meets all of them. What was measured goes to the terminal, to a
JSON file, and with --write into docs/performance.md.

With --merge, cases that are in the file and not measured now are kept, so the whole can be measured in parts;
`--cases --merge --write` writes the page anew without measuring anything.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.bench import document, machine, results
from tests.bench.cases import CASES
from tests.bench.contestants import CONTESTANTS, OURS, PEERS
from tests.bench.measuring import Settings, measure
from tests.bench.tables import remarks, tables, times

FILE = Path(tempfile.gettempdir()) / "wiregrad-performance.json"
NOT_IN_COMMAND = {"json", "merge", "write"}


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--cases", nargs="*", choices=CASES, default=list(CASES))
    made.add_argument("--peers", nargs="*", choices=PEERS, default=list(PEERS))
    made.add_argument("--backend", default="auto", help="of Wiregrad")
    made.add_argument("--threads", type=int, default=2)
    made.add_argument("--rounds", type=int, default=9)
    made.add_argument("--seconds", type=float, default=0.4, help="of one round of one framework")
    made.add_argument(
        "--no-warm", action="store_true", help="leave out the second start, with a full cache on the disk"
    )
    made.add_argument("--json", type=Path, default=FILE, help=f"what was measured; by default {FILE}")
    made.add_argument("--merge", action="store_true", help="keep what is in that file and not measured now")
    made.add_argument("--write", action="store_true", help=f"write {document.FILE.name}")
    return made


def main(arguments: list[str] | None = None) -> int:
    """The exit status: 1 if something was installed and did not run, or computed something else."""
    options = parser().parse_args(arguments)
    suite = results.Suite(machine.described(), options.threads if options.cases else 0)
    if options.cases:
        note(suite, "suite", parser(), options)
    if options.merge and options.json.exists():
        suite.take_in(results.read(options.json))
    settings = Settings(
        options.threads, options.rounds, options.seconds, options.backend, not options.no_warm, _tell
    )
    for case in options.cases:
        suite.cases[case] = measure(case, [OURS, *options.peers], settings)
        _tell(times(results.Suite({}, 0, {case: suite.cases[case]})).text())
        suite.write(options.json)
    _show(suite)
    if options.write:
        document.write(suite)
    return int(any(not remark.startswith(_missing()) for remark in remarks(suite)))


def _missing() -> tuple[str, ...]:
    return tuple(f"{each.title}: {each.missing}" for each in CONTESTANTS.values() if each.missing)


def note(
    suite: results.Suite, program: str, known: argparse.ArgumentParser, options: argparse.Namespace
) -> None:
    """Write down when it was measured and how it was called, but for where things were written to."""
    given = []
    for name, value in vars(options).items():
        if name not in NOT_IN_COMMAND and value != known.get_default(name):
            flag = f"--{name.replace('_', '-')}"
            words = value if isinstance(value, list) else [] if value is True else [str(value)]
            given += [flag, *words]
    suite.date = datetime.now(UTC).strftime("%Y-%m-%d")
    suite.commands = [" ".join([f"python -m tests.bench.{program}", *given])]


def _show(suite: results.Suite) -> None:
    for table in tables(suite):
        sys.stdout.write(f"\n{table.text()}\n")
    for remark in remarks(suite):
        sys.stdout.write(f"\n!!! {remark}")
    sys.stdout.write("\n")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
