"""What was measured, as it goes into a file and comes back."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FORMAT = "wiregrad/benchmark@1"


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of a process to the end of its first step, and what took them besides imports.

    Building makes the network ready for its first step; compiling is what the first step takes longer than
    others.
    """

    whole: float
    building: float
    compiling: float


@dataclass(slots=True)
class Measured:
    """One network in one framework. `failed` says why there are no numbers, or why they do not count.

    `rounds` are seconds per step. `cold` is a start with an empty cache on the disk, `warm` with a full one.
    `peak_bytes` is the most memory that the process ever had, `imported_bytes` what it had before it
    looked at the network.
    """

    failed: str = ""
    engine: str = ""
    parameters: int = 0
    loss: float = 0.0
    rounds: list[float] = field(default_factory=list)
    cold: Start | None = None
    warm: Start | None = None
    peak_bytes: int = 0
    imported_bytes: int = 0

    @property
    def median(self) -> float:
        return statistics.median(self.rounds)

    @property
    def shortest(self) -> float:
        return min(self.rounds)

    @property
    def counts(self) -> bool:
        return not self.failed and bool(self.rounds)


@dataclass(frozen=True, slots=True)
class Streamed:
    """Steps per second of a run, round by round: while nobody watched, and while so many pages did.

    `frames` and `bytes` are what all of them received, `reading` the part of a processor that they read with.
    """

    engine: str
    pages: int
    quiet: list[float]
    watched: list[float]
    frames: int
    bytes: int
    reading: float = 0.0

    @property
    def costs(self) -> list[float]:
        """The part of the step rate that watching took in each round."""
        pairs = zip(self.quiet, self.watched, strict=True)
        return [1 - watched / quiet for quiet, watched in pairs]


@dataclass(slots=True)
class Suite:
    """Measurements by case and contestant, and of streaming by example, all of one machine.

    `threads` is 0 where no case was measured.
    """

    machine: dict[str, str]
    threads: int = 0
    cases: dict[str, dict[str, Measured]] = field(default_factory=dict)
    streamed: dict[str, Streamed] = field(default_factory=dict)
    commands: list[str] = field(default_factory=list)
    date: str = ""

    def write(self, file: Path) -> None:
        file.write_text(json.dumps({"format": FORMAT, **asdict(self)}, indent=1), encoding="utf-8")

    def take_in(self, earlier: Suite) -> None:
        """Keep the cases that were measured before and are not here.

        Raises ValueError if that was on another machine, or with another number of threads.
        """
        if self.machine != earlier.machine:
            raise ValueError(f"measured on another machine: expected {self.machine}; got {earlier.machine}")
        if self.threads and earlier.threads not in (0, self.threads):
            raise ValueError(f"expected measurements with {self.threads} threads; got {earlier.threads}")
        self.threads = self.threads or earlier.threads
        self.cases = {**earlier.cases, **self.cases}
        self.streamed = {**earlier.streamed, **self.streamed}
        self.commands = list(dict.fromkeys([*earlier.commands, *self.commands]))
        self.date = max(self.date, earlier.date)


def read(file: Path) -> Suite:
    """Raises ValueError if this is no file of the suite."""
    content = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or content.pop("format", None) != FORMAT:
        raise ValueError(f"{file}: expected measurements in the format {FORMAT}")
    cases = content.pop("cases")
    content["streamed"] = {name: Streamed(**found) for name, found in content["streamed"].items()}
    content["cases"] = {
        case: {name: _measured(found) for name, found in contestants.items()}
        for case, contestants in cases.items()
    }
    return Suite(**content)


def _measured(found: Mapping[str, Any]) -> Measured:
    starts = {name: None if found[name] is None else Start(**found[name]) for name in ("cold", "warm")}
    return Measured(**{**found, **starts})
