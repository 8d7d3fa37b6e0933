"""What `wiregrad compile --explain` and `--compare` say to a person."""

import math
from itertools import groupby

from rich.console import Console, RenderableType
from rich.table import Table

from wiregrad.data.byte_counts import in_words
from wiregrad.engine.backends.llvm.explaining.comparing import Comparison, Deviation
from wiregrad.engine.backends.llvm.explaining.explanation import Explanation, LaunchLine

PIPE_WIDTH = 180
"""Columns where nobody watches, so that nothing is wrapped in a file."""

MOST_WORDS = 44
MOST_NAMED = 10


def tell(found: Explanation) -> None:
    console = Console(markup=False, highlight=False)
    if not console.is_terminal:
        console = Console(markup=False, highlight=False, width=PIPE_WIDTH)
    console.print(_heading(found), soft_wrap=True)
    console.print()
    console.print(_passes(found))
    console.print()
    console.print(_launches(found))
    console.print()
    console.print(_footing(found), soft_wrap=True)


def _heading(found: Explanation) -> str:
    near, far = found.peaks.bandwidths[0][1], found.peaks.bandwidths[-1][1]
    return (
        f"For {found.cpu}, vectors of {found.vector_bits} bits, {_count(found.threads, 'thread')}. "
        f"One core here: {found.peaks.flops / 1e9:.3g} GFLOP/s; copies {near / 1e9:.3g} GB/s in the nearest "
        f"caches, {far / 1e9:.3g} GB/s in memory."
    )


def _passes(found: Explanation) -> RenderableType:
    """A row for each round of all passes: how many values there are after each."""
    lowered, *others = found.passes
    names = list(dict.fromkeys(line.name for line in others))
    table = Table("Values after", *(name.replace("_", " ") for name in names), box=None, pad_edge=False)
    table.add_row(f"lowering {lowered.values:,}")
    for start in range(0, len(others), len(names)):
        counts = (f"{line.values:,}" for line in others[start : start + len(names)])
        table.add_row(f"round {start // len(names) + 1}", *counts)
    return table


def _launches(found: Explanation) -> RenderableType:
    table = Table(box=None, pad_edge=False, show_footer=True)
    step = found.step_seconds
    total = f"{len(found.launches)} kernels in {_count(found.phases, 'phase')}"
    whole = "" if step is None else f"a step takes {_micro(step)}"
    sums = (sum(line.flops for line in found.launches), sum(x.moved_bytes for x in found.launches))
    columns = (
        ("Group", "", "right"),
        ("Kernel", total, "left"),
        ("Shapes", whole, "left"),
        ("Units", "", "right"),
        ("kFLOP", _thousands(sums[0]), "right"),
        ("kB", _thousands(sums[1]), "right"),
        ("Predicted µs", _micro(found.predicted, ""), "right"),
        ("Measured µs", _micro(found.measured, ""), "right"),
        ("GFLOP/s", _rate(sums[0], found.measured), "right"),
        ("GB/s", _rate(sums[1], found.measured), "right"),
    )
    for name, footer, side in columns:
        table.add_column(name, footer=footer, justify="right" if side == "right" else "left")
    for _, phase in groupby(found.launches, key=lambda line: line.phase):
        lines = list(phase)
        for line in lines:
            table.add_row(*_cells(line), end_section=line is lines[-1])
    return table


def _cells(line: LaunchLine) -> tuple[str, ...]:
    return (
        "" if line.group is None else str(line.group),
        _named(line),
        _short(line.shapes),
        f"{line.extent:,} {'⇉' if line.is_shared else ' '}",
        _thousands(line.flops),
        _thousands(line.moved_bytes),
        _micro(line.predicted, ""),
        _micro(line.measured, ""),
        _rate(line.flops, line.measured),
        _rate(line.moved_bytes, line.measured),
    )


def _named(line: LaunchLine) -> str:
    """The kernel, and what it computes if its name does not say that."""
    first = line.computes.split(",")[0].split(" ")[-1]
    return _short(line.kernel if first in line.kernel else f"{line.kernel}: {line.computes}")


def _short(words: str) -> str:
    return words if len(words) <= MOST_WORDS else f"{words[: MOST_WORDS - 1]}…"


def _micro(seconds: float | None, unit: str = " µs") -> str:
    return "" if seconds is None else f"{seconds * 1e6:,.2f}{unit}"


def _thousands(count: int) -> str:
    return f"{count / 1e3:,.1f}"


def _rate(count: int, seconds: float | None) -> str:
    return f"{count / seconds / 1e9:.2f}" if seconds else ""


def _count(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


def _footing(found: Explanation) -> str:
    memory, cache = found.memory, found.cache
    stages = ", ".join(f"{name} {seconds:.3g} s" for name, seconds in found.stages.items())
    load = cache.load_seconds
    was = "was not there" if load is None else f"was there, loaded in {1000 * load:.3g} ms"
    return (
        f"⇉ shared among threads{_meetings(found)}. Predicted and measured: one thread.\n"
        f"Memory: {in_words(memory.total)}: {in_words(memory.values)} inputs and weights, "
        f"{in_words(memory.arena)} computed, {in_words(memory.scratch)} scratch.\n"
        f"Compiled in {sum(found.stages.values()):.3g} s: {stages}.\n"
        f"Object code: {in_words(cache.nbytes)} in {cache.path}; it {was}."
    )


def _meetings(found: Explanation) -> str:
    if found.threads == 1:
        return ", if there are several"
    return f", which meet {_count(found.meetings, 'time')} in a step"


# ---- Comparisons ----


def compared_in_words(found: Comparison, other: str) -> str:
    lines = []
    if not found.deviations:
        lines.append("Every group computes what the plainest kernels do.")
    else:
        first = found.deviations[0]
        lines += [f"Group {first.group} is the first that deviates:"]
        lines += [f"  {_deviation(line)}" for line in found.deviations[:MOST_NAMED]]
        more = len(found.deviations) - MOST_NAMED
        lines += [f"  and {more} more"] if more > 0 else []
        lines.append(_alone(found))
    worst = sorted(found.steps_apart.items(), key=lambda item: -_size(item[1]))[:MOST_NAMED]
    lines.append(f"After {_count(found.steps, 'step')}, {other} is as far away (of the largest magnitude):")
    lines += [f"  {name} {distance:.2g}" for name, distance in worst]
    return "\n".join(lines)


def _alone(found: Comparison) -> str:
    if not found.taken_apart:
        return "With its values apart nothing deviates: what is wrong is how they are fused."
    return f"With its values apart, the first wrong one is: {_deviation(found.taken_apart[0])}"


def _deviation(line: Deviation) -> str:
    return (
        f"group {line.group}: {line.value}: {line.wrong:,} of {line.elements:,} elements, by up to "
        f"{line.largest:.3g} (rounding explains {line.allowed:.3g})"
    )


def _size(distance: float) -> float:
    return distance if math.isfinite(distance) else math.inf
