"""A state in motion: the buffers that a program steps, and the fast path through them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import numpy as np

from wiregrad.engine.backends import Executable
from wiregrad.graph.ends import Ends
from wiregrad.graph.inputs import Batch, batch_size_of, conformed, lowered_size
from wiregrad.graph.layout import Array
from wiregrad.graph.lowering import FloatDType
from wiregrad.graph.state import SEED, STEPS_PER_EPOCH, TOTAL_STEPS, State
from wiregrad.nodes import Sums

SumAndCount = tuple[float, float]


@dataclass(frozen=True, slots=True)
class StepResult:
    """Losses and learning rates by optimizer; metrics as sums over the batch."""

    losses: dict[str, float]
    learning_rates: dict[str, float]
    metrics: dict[str, Sums]


@dataclass(frozen=True, slots=True)
class StepResults:
    """The same of several steps, an array each."""

    losses: dict[str, Array]
    learning_rates: dict[str, Array]


@dataclass(frozen=True, slots=True)
class Measurement:
    """Sums over a batch in evaluation mode; add them up over batches, then summarize."""

    losses: dict[str, SumAndCount]
    metrics: dict[str, Sums]


class HorizonError(ValueError):
    """A schedule follows the length of the run, which nobody has told."""


@dataclass(frozen=True, slots=True)
class Horizon:
    """How long a run is, for schedules that follow that."""

    total_steps: int
    steps_per_epoch: int = 1

    def __post_init__(self) -> None:
        if self.total_steps < 1 or self.steps_per_epoch < 1:
            raise ValueError(
                f"expected 1 or more steps in the run and in an epoch; got {self.total_steps} and "
                f"{self.steps_per_epoch}"
            )


class Steppable(Protocol):
    """What a session needs of its program."""

    ends: Ends
    horizon: Horizon | None
    dtype: FloatDType

    def compile_step(self, batch_size: int) -> Executable: ...
    def carry_of(self, state: State) -> dict[str, Array]: ...
    def state_of(self, carry: Mapping[str, Array], step: int, seed: int) -> State: ...
    def measure(self, state: State, batch: Batch) -> Measurement: ...
    def evaluate(
        self, state: State, inputs: Batch | None = None, outputs: Sequence[str] | None = None
    ) -> dict[str, Array]: ...


class _Entrance(NamedTuple):
    """An Input and what came for it last, and fitted: its names in batches and in feeds, the array's type."""

    name: str
    key: str
    dtype: np.dtype[Any]
    shape: tuple[int, ...]


class Session:
    """Steps a state in place. One step executable per batch size; the state moves to the one in use."""

    def __init__(self, program: Steppable, state: State) -> None:
        self._program = program
        self._executables: dict[int, Executable] = {}
        self._rates = {end.name: end.role.base_learning_rate for end in program.ends.optimizers}
        self._horizon = program.horizon
        self.load(state)

    def load(self, state: State) -> None:
        """Go on from another state of the same program."""
        self._carry = self._program.carry_of(state)
        self._active: Executable | None = None
        self._known: list[_Entrance] | None = None
        self._state: State | None = state
        self._seed = state.seed
        self._steps_done = state.step
        self._prepare_scalars()

    @property
    def step_count(self) -> int:
        return self._steps_done

    @property
    def learning_rates(self) -> Mapping[str, float]:
        """The base rates, before any schedule."""
        return dict(self._rates)

    def set_learning_rate(self, optimizer: str, value: float) -> None:
        """Takes effect with the next step. Raises KeyError for an unknown optimizer."""
        if optimizer not in self._rates:
            raise KeyError(f"expected an optimizer among {', '.join(self._rates)}; got {optimizer!r}")
        self._rates[optimizer] = value
        self._prepare_scalars()

    def set_horizon(self, total_steps: int, steps_per_epoch: int = 1) -> None:
        """How long the run is: schedules that cover the whole run, or count epochs, follow that.

        Raises ValueError for numbers below 1.
        """
        self._horizon = Horizon(total_steps, steps_per_epoch)
        self._prepare_scalars()

    def prepare(self, batch_size: int) -> None:
        """Compile the step for batches of this size now, not when the first one comes."""
        self._executable_of(lowered_size(self._program.ends.inputs, batch_size))

    def step(self, batch: Batch | None = None) -> StepResult:
        """One update by every Optimizer. Raises InputError if the batch does not fit."""
        outputs = self._run(batch or {})
        self._advance(1)
        return StepResult(
            losses={name: float(outputs[f"loss/{name}"]) for name in self._rates},
            learning_rates={name: float(outputs[f"rate_used/{name}"]) for name in self._rates},
            metrics=_sums(outputs, self._program.ends),
        )

    def steps(self, count: int) -> StepResults:
        """Several steps in one call, for graphs without Input nodes."""
        if self._program.ends.inputs:
            raise ValueError("steps() is for graphs without Input nodes; give each step its batch")
        names = [f"{prefix}/{name}" for name in self._rates for prefix in ("loss", "rate_used")]
        outputs = self._executable_for({}).run_many(self.feed_of({}), count, names)
        self._advance(count)
        return StepResults(
            losses={name: outputs[f"loss/{name}"] for name in self._rates},
            learning_rates={name: outputs[f"rate_used/{name}"] for name in self._rates},
        )

    def state(self) -> State:
        """A copy of everything, from which another session can go on; the same object until the next step."""
        if self._state is None:
            self._state = self._program.state_of(self._read(), self._steps_done, self._seed)
        return self._state

    def measure(self, batch: Batch) -> Measurement:
        """Losses and metrics of the present weights in evaluation mode."""
        return self._program.measure(self.state(), batch)

    def evaluate(self, inputs: Batch | None = None, outputs: list[str] | None = None) -> dict[str, Array]:
        return self._program.evaluate(self.state(), inputs, outputs)

    def _run(self, batch: Batch) -> dict[str, Array]:
        """A batch like the last one is not looked at again: small steps take less than that."""
        if self._active is not None and (feed := self._feed_like_the_last(batch)) is not None:
            return self._active.run(feed)
        executable, feed = self._executable_for(batch), self.feed_of(batch)
        names = [(end.name, f"input/{end.name}") for end in self._program.ends.inputs]
        self._known = [_Entrance(name, key, feed[key].dtype, feed[key].shape) for name, key in names]
        return executable.run(feed)

    def _feed_like_the_last(self, batch: Batch) -> dict[str, Array] | None:
        """None for any difference, even one that can be cast away."""
        if self._known is None:
            return None
        feed = self._scalars.copy()
        for name, key, dtype, shape in self._known:
            array = batch.get(name)
            if not isinstance(array, np.ndarray) or array.dtype != dtype or array.shape != shape:
                return None
            feed[key] = array
        return feed

    def _prepare_scalars(self) -> None:
        """Arrays that every step is fed with, and nobody writes to. A new rate or horizon has new ones."""
        dtype = self._program.dtype
        rates = {f"rate/{name}": np.asarray(rate, dtype) for name, rate in self._rates.items()}
        lengths = self._horizon or Horizon(1)
        self._scalars: dict[str, Array] = {
            **rates,
            SEED: np.asarray(self._seed, np.uint64),
            TOTAL_STEPS: np.asarray(lengths.total_steps, np.int64),
            STEPS_PER_EPOCH: np.asarray(lengths.steps_per_epoch, np.int64),
        }
        for array in self._scalars.values():
            array.setflags(write=False)

    def _check_horizon(self) -> None:
        followers = [end.name for end in self._program.ends.optimizers if end.role.follows_horizon]
        if followers and self._horizon is None:
            raise HorizonError(
                f"The schedule of {followers[0]} follows the length of the run, which is not known here. "
                "Call set_horizon(total_steps, steps_per_epoch), set the number of steps in the training "
                "settings, or give the schedule a length in steps."
            )

    def _advance(self, count: int) -> None:
        self._steps_done += count
        self._state = None

    def feed_of(self, batch: Batch) -> dict[str, Array]:
        """What the step function is fed with for a batch: that, the rates and what else is not carried."""
        inputs = self._program.ends.inputs
        if not inputs:
            return self._scalars
        arrays = conformed(inputs, batch, batch_size_of(inputs, batch), self._program.dtype)
        return self._scalars | {f"input/{name}": array for name, array in arrays.items()}

    def _executable_for(self, batch: Batch) -> Executable:
        wanted = self._executable_of(batch_size_of(self._program.ends.inputs, batch))
        if wanted is not self._active:
            wanted.load(self._read())
            self._active = wanted
        return wanted

    def _executable_of(self, size: int) -> Executable:
        if size not in self._executables:
            self._check_horizon()
            self._executables[size] = self._program.compile_step(size)
        return self._executables[size]

    def _read(self) -> Mapping[str, Array]:
        return self._carry if self._active is None else self._active.read()


def _named(outputs: Mapping[str, Array], prefix: str) -> dict[str, float]:
    start = f"{prefix}/"
    return {name[len(start) :]: float(array) for name, array in outputs.items() if name.startswith(start)}


def _sums(outputs: Mapping[str, Array], ends: Ends) -> dict[str, Sums]:
    """Copies: the executable will write into its arrays again."""
    return {
        end.name: end.role.sums(np.array(outputs[f"metric/{end.name}"], np.float64)) for end in ends.metrics
    }


def measured(outputs: Mapping[str, Array], batch_size: int, ends: Ends) -> Measurement:
    return Measurement(
        losses={name: (total, float(batch_size)) for name, total in _named(outputs, "loss_sum").items()},
        metrics=_sums(outputs, ends),
    )
