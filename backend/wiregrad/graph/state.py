"""What a program trains: its tensors, the Optimizers' memory, and how many steps were done."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from wiregrad.graph.layout import Array

SEED = "seed"
STEP = "step"
TOTAL_STEPS = "total_steps"
STEPS_PER_EPOCH = "steps_per_epoch"
TENSOR = "tensor/"


class StateError(ValueError):
    """Saved arrays that do not belong to this program."""


@dataclass(frozen=True, slots=True)
class State:
    """`parameters` by `node.tensor`, running statistics included; `optimizer` by the names of the step."""

    parameters: Mapping[str, Array]
    optimizer: Mapping[str, Array]
    step: int
    seed: int

    def arrays(self) -> dict[str, Array]:
        """Everything that is needed to go on, under flat names."""
        return {
            **{f"{TENSOR}{name}": array for name, array in self.parameters.items()},
            **self.optimizer,
            STEP: np.asarray(self.step, np.int64),
            SEED: np.asarray(self.seed, np.uint64),
        }
