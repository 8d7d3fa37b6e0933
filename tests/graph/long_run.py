"""Compares many random graphs with PyTorch, and spoils each in one place; see `random_graphs`."""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.graph.comparing import Comparison, compare
from tests.graph.random_graphs import RandomGraph, random_graph, seeded
from tests.graph.spoiling import spoiled
from wiregrad.engine.backends import BACKEND_VARIABLE, available
from wiregrad.graph import GraphDocument

MOST_UNDECIDABLE = 0.01
"""The share of graphs in which a number may be left to rounding; with more, too little would be compared."""


@dataclass
class Tally:
    agreed: int = 0
    undecidable: list[int] = field(default_factory=list)
    refused: int = 0
    failures: list[str] = field(default_factory=list)
    worst: float = 0.0
    slopes: int = 0
    corners: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def compare(self, seed: int) -> None:
        drawn = random_graph(seeded(seed))
        try:
            found = compare(drawn)
        except Exception as error:
            self.failures.append(
                f"graph {seed}: {type(error).__name__}: {' '.join(str(error).split())[:300]}"
            )
        else:
            self._agree(drawn, found, seed)
        self.spoil(drawn, seed)

    def _agree(self, drawn: RandomGraph, found: Comparison, seed: int) -> None:
        if found.agreement.undecidable:
            self.undecidable.append(seed)
        else:
            self.agreed += 1
        self.worst = max(self.worst, found.agreement.deviation)
        self.slopes += found.slopes
        self.corners += found.corners
        self.kinds.update(kinds_of(drawn.graph.document))

    def spoil(self, drawn: RandomGraph, seed: int) -> None:
        wrong = spoiled(drawn.graph, seeded(seed))
        if wrong is None:
            return
        try:
            refused = wrong.is_refused()
        except Exception as error:
            self.failures.append(f"spoiled graph {seed}: {type(error).__name__}: {error}")
            return
        self.refused += refused
        if not refused:
            self.failures.append(f"spoiled graph {seed}: no {sorted(wrong.codes)} at {wrong.node}")

    def __str__(self) -> str:
        return (
            f"{self.agreed} agreed with PyTorch, largest deviation {self.worst:.1e}; "
            f"{len(self.undecidable)} undecidable {self.undecidable}; "
            f"{self.slopes} derivatives agreed with differences, {self.corners} lay on corners; "
            f"{self.refused} spoiled graphs refused; {len(self.failures)} failures; "
            f"{len(self.kinds)} kinds, {self.kinds.total()} nodes"
        )


def kinds_of(document: GraphDocument) -> Iterable[str]:
    for nodes in (document.nodes, *(block.nodes for block in document.blocks)):
        yield from (node.kind for node in nodes)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    names = [backend.name for backend in available()]
    parser.add_argument("--backend", choices=names, default="numpy", help="what trains the graphs")
    arguments = parser.parse_args()
    os.environ[BACKEND_VARIABLE] = arguments.backend
    tally = Tally()
    for seed in range(arguments.seed, arguments.seed + arguments.count):
        failures = len(tally.failures)
        tally.compare(seed)
        for failure in tally.failures[failures:]:
            sys.stdout.write(f"{failure}\n")
        if (seed - arguments.seed + 1) % 100 == 0:
            sys.stdout.write(f"{tally}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{tally}\n")
    return bool(tally.failures) or len(tally.undecidable) > max(1, MOST_UNDECIDABLE * arguments.count)


if __name__ == "__main__":
    sys.exit(main())
