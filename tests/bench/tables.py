"""Measurements as tables, for the terminal and for the documentation."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.bench.cases import BEST, CASES, Bar
from tests.bench.contestants import CONTESTANTS, OURS, PEERS
from tests.bench.results import Measured, Start, Streamed, Suite

MIB = 2**20
UNITS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "us"), (1e-9, "ns"))
HALF = 0.5
MOST_FOR_WATCHING = 0.02
NOT_ALL = " (of those that ran)"

Row = list[str]
Cell = Callable[[Measured], str]


@dataclass(frozen=True, slots=True)
class Table:
    """The first column holds names, the others figures."""

    title: str
    head: Row
    rows: list[Row]

    def text(self) -> str:
        widths = [max(map(len, column)) for column in zip(self.head, *self.rows, strict=True)]
        lines = [_aligned(row, widths) for row in (self.head, *self.rows)]
        return "\n".join([self.title, "-" * len(lines[0]), *lines])

    def markdown(self) -> str:
        rule = ["---", *("---:" for _ in self.head[1:])]
        return "\n".join(f"| {' | '.join(row)} |" for row in (self.head, rule, *self.rows))


def _aligned(row: Row, widths: list[int]) -> str:
    first, *rest = (cell.rjust(width) for cell, width in zip(row, widths, strict=True))
    return "   ".join([first.strip().ljust(widths[0]), *rest])


def duration(seconds: float) -> str:
    """Three digits and a unit."""
    size, unit = next((pair for pair in UNITS if seconds >= pair[0]), UNITS[-1])
    return f"{_three_digits(seconds / size)} {unit}"


def _three_digits(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}" if value < 10 else f"{value:.1f}"


def tables(suite: Suite) -> list[Table]:
    """Of everything that was measured."""
    found = (
        [each(suite) for each in (times, ratios, compiling, building, starts, memory)] if suite.cases else []
    )
    return [*found, streaming(suite)] if suite.streamed else found


def remarks(suite: Suite) -> list[str]:
    """What did not run, and why."""
    grouped: dict[str, list[str]] = {}
    for case, contestants in suite.cases.items():
        for name, measured in contestants.items():
            if measured.failed:
                grouped.setdefault(f"{CONTESTANTS[name].title}: {measured.failed}", []).append(case)
    return [f"{what} ({', '.join(cases)})" for what, cases in grouped.items()]


# ---- One column for each contestant ----


def times(suite: Suite) -> Table:
    title = "Time of a step: median (shortest) of the rounds"
    return _by_contestant(suite, title, lambda m: f"{duration(m.median)} ({duration(m.shortest)})")


def starts(suite: Suite) -> Table:
    title = "From the start of the process to the end of its first step: cold, warm"
    return _by_contestant(suite, title, lambda m: _twice(m, lambda start: start.whole))


def compiling(suite: Suite) -> Table:
    title = "Compiling: the first step less a usual one: cold, warm"
    return _by_contestant(suite, title, lambda m: _twice(m, lambda start: start.compiling))


def building(suite: Suite) -> Table:
    title = "From the first look at the network to its first step, compiling included: cold, warm"
    return _by_contestant(suite, title, lambda m: _twice(m, lambda start: start.building + start.compiling))


def _twice(measured: Measured, figure: Callable[[Start], float]) -> str:
    return ", ".join(
        "-" if start is None else duration(figure(start)) for start in (measured.cold, measured.warm)
    )


def memory(suite: Suite) -> Table:
    """Of the whole process, in brackets what came after the imports; ours against the least of the others."""
    table = _by_contestant(
        suite,
        "Peak memory of the process in MiB (after the imports)",
        lambda m: f"{m.peak_bytes / MIB:.0f} ({(m.peak_bytes - m.imported_bytes) / MIB:.0f})",
    )
    verdicts = [_memory_verdict(contestants) for _, contestants in _ordered(suite)]
    rows = [[*row, verdict] for row, verdict in zip(table.rows, verdicts, strict=True)]
    return Table(table.title, [*table.head, "below the best, aim half"], rows)


def _memory_verdict(contestants: dict[str, Measured]) -> str:
    ours, best = contestants.get(OURS), _best(contestants, lambda m: m.peak_bytes)
    if ours is None or not ours.counts or best is None:
        return "NOT COMPARED"
    part = ours.peak_bytes / contestants[best].peak_bytes
    return f"{part:.2f} {_verdict(part < 1, part <= HALF)}"


def _by_contestant(suite: Suite, title: str, cell: Cell) -> Table:
    names = [name for name in CONTESTANTS if any(name in found for found in suite.cases.values())]
    head = ["case", *(CONTESTANTS[name].title for name in names)]
    rows = [
        [case, *(_cell(contestants.get(name), cell) for name in names)]
        for case, contestants in _ordered(suite)
    ]
    return Table(title, head, rows)


def _cell(measured: Measured | None, cell: Cell) -> str:
    if measured is None:
        return ""
    return cell(measured) if measured.counts else measured.failed.partition(":")[0]


def _ordered(suite: Suite) -> Iterator[tuple[str, dict[str, Measured]]]:
    return ((case, suite.cases[case]) for case in CASES if case in suite.cases)


def streaming(suite: Suite) -> Table:
    head = ["example", "backend", "pages", "steps/s alone", "steps/s watched", "cost", "at most", ""]
    rows = [[name, *_streamed(found)] for name, found in suite.streamed.items()]
    return Table("What it costs the step rate when pages watch: median (least to most) of rounds", head, rows)


def _streamed(found: Streamed) -> Row:
    rates = [f"{statistics.median(rates):,.0f}" for rates in (found.quiet, found.watched)]
    cost = statistics.median(found.costs)
    shown = f"{cost:.1%} ({min(found.costs):.1%} to {max(found.costs):.1%})"
    verdict = "enough" if cost <= MOST_FOR_WATCHING else "MISSED"
    return [found.engine, str(found.pages), *rates, shown, f"{MOST_FOR_WATCHING:.0%}", verdict]


# ---- Ours against theirs ----


def ratios(suite: Suite) -> Table:
    head = ["case", "against", "times faster", "at least", "aim", ""]
    rows = [row for case, contestants in _ordered(suite) for row in _ratios(case, contestants)]
    return Table("Their median step time over that of Wiregrad", head, rows)


def _ratios(case: str, contestants: dict[str, Measured]) -> Iterable[Row]:
    for against, bar in (CASES[case].bars or {BEST: Bar(0)}).items():
        name = _best(contestants, lambda m: m.median) if against == BEST else against
        shown = CONTESTANTS[name].title if name else "the best of the others"
        if against == BEST and any(contestants[peer].failed for peer in PEERS if peer in contestants):
            shown += NOT_ALL
        asked = [f"{figure:g}" if figure else "" for figure in (bar.least, bar.aim)]
        yield [case, shown, *_ratio(contestants, name, bar, asked)]


def _ratio(contestants: dict[str, Measured], name: str | None, bar: Bar, asked: Row) -> Row:
    ours, theirs = contestants.get(OURS), contestants.get(name or "")
    if ours is None or theirs is None or not (ours.counts and theirs.counts):
        return ["-", *asked, "NOT COMPARED"]
    ratio = theirs.median / ours.median
    verdict = _verdict(ratio >= bar.least, bar.aim is not None and ratio >= bar.aim) if bar.least else ""
    return [_three_digits(ratio), *asked, verdict]


def _verdict(is_enough: bool, reaches_aim: bool) -> str:
    return "aim reached" if reaches_aim else "enough" if is_enough else "MISSED"


def _best(contestants: dict[str, Measured], figure: Callable[[Measured], float]) -> str | None:
    counted = {name: figure(contestants[name]) for name in PEERS if _takes_part(contestants.get(name))}
    return min(counted, key=counted.__getitem__, default=None)


def _takes_part(measured: Measured | None) -> bool:
    return measured is not None and measured.counts
