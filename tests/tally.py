"""Counts comparisons with PyTorch while tests run, for one line at the end."""

import re
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

CLOSE = 1e-9
EXAMPLES = re.compile(r"(\d+) passing")


@dataclass
class Tally:
    """What was compared: kinds, how often, and how far the numbers were apart, relative to those above 1.

    Apart from the rest stands what had to agree closely, because neither side rounds to float32.
    """

    kinds: set[str] = field(default_factory=set)
    comparisons: int = 0
    examples: int = 0
    farthest: dict[str, tuple[float, str]] = field(default_factory=dict)
    seen: int = 0

    def record(self, kind: str, got: NDArray[Any], wanted: NDArray[Any], tolerance: float) -> None:
        """Count one array that was held against PyTorch's; numbers equal in being infinite are equal."""
        self.kinds.add(kind)
        self.comparisons += 1
        both = np.isfinite(got) & np.isfinite(wanted)
        if not both.any():
            return
        ours, theirs = np.asarray(got[both], np.float64), np.asarray(wanted[both], np.float64)
        deviation = float((np.abs(ours - theirs) / np.maximum(np.abs(theirs), 1.0)).max())
        name = f"{got.dtype}, {'at most' if tolerance <= CLOSE else 'more than'} {CLOSE:.0e} allowed"
        self.farthest[name] = max(self.farthest.get(name, (0.0, kind)), (deviation, kind))

    def finish(self, statistics: str) -> None:
        """Count the examples that Hypothesis tried in a test, if it compared anything."""
        if self.comparisons > self.seen:
            self.examples += sum(map(int, EXAMPLES.findall(statistics)))
        self.seen = self.comparisons

    def told(self) -> dict[str, Any]:
        """What was counted, in plain values, for another process to `add`."""
        return {"kinds": sorted(self.kinds), "farthest": self.farthest} | {
            name: getattr(self, name) for name in ("comparisons", "examples")
        }

    def add(self, told: dict[str, Any] | None) -> None:
        if told is None:
            return
        self.kinds.update(told["kinds"])
        self.comparisons += told["comparisons"]
        self.examples += told["examples"]
        for name, (far, kind) in told["farthest"].items():
            self.farthest[name] = max(self.farthest.get(name, (0.0, kind)), (far, kind))

    def line(self) -> str:
        floats = sorted((name, *rest) for name, rest in self.farthest.items() if name.startswith("float"))
        deviations = "; ".join(f"{far:.1e} ({kind}) in {name}" for name, far, kind in floats)
        return (
            f"{len(self.kinds)} kinds equal PyTorch's in {self.comparisons:,} comparisons of values and "
            f"gradients, {self.examples:,} Hypothesis examples; largest relative deviations {deviations}"
        )


TALLY = Tally()
