"""What a framework's file of networks gives to the process that measures it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, SupportsFloat

from numpy.typing import NDArray

Losses = Sequence[SupportsFloat] | NDArray[Any]


@dataclass(frozen=True, slots=True)
class Task:
    """One network, ready to take its first step.

    `steps` takes as many steps as it is asked for, rounded up to a multiple of `chunk`, and returns the
    losses of its last call of the framework; for inference one number that stands for what came out.
    `restart` goes back to the starting weights. `engine` says what computes it.
    """

    steps: Callable[[int], Losses]
    restart: Callable[[], None]
    parameters: int
    engine: str
    chunk: int = 1


def repeated(step: Callable[[int], float]) -> Callable[[int], Losses]:
    """`Task.steps` of a function that takes the step of a given number and returns its loss."""

    def steps(count: int) -> Losses:
        return [step(number) for number in range(count)]

    return steps
