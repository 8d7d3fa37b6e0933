"""Training steps of JAX around the networks: one jitted function for a whole step, its update included."""

# ruff: noqa: ANN401 - JAX is not a dependency, so its types are unknown here

from __future__ import annotations

import importlib
import math
from collections.abc import Callable
from typing import Any

from tests.bench import jax_networks as networks
from tests.bench import starting
from tests.bench.cases import CHUNK, HORIZON, ROSENBROCK_RATE, Case
from tests.bench.jax_networks import Weights, jax, jnp, lax
from tests.bench.task import Losses, Task

Tree = Any
Batch = dict[str, Any]
Start = Callable[[Weights], Tree]
Step = Callable[[Tree, Batch], tuple[Tree, Any]]
"""From everything that is carried and a batch to what is carried on, and the loss."""

tree: Any = importlib.import_module("jax.tree_util")
WARM_UP = 40


def task(case: Case, variant: str) -> Task:
    """`variant` is "call" for one call a step, or "loop" for many steps in one compiled loop."""
    weights = networks.starting_weights(case.network)
    parameters = sum(math.prod(array.shape) for array in weights.values())
    batches = [_last_channels(batch) for batch in starting.batches(case)]
    engine = f"JAX {jax.__version__}"
    if case.network == "inference":
        return Task(_answers(weights, batches), lambda: None, parameters, engine)
    start, step = TRAININGS.get(case.network) or _adam(NETWORKS[case.network])
    run = (_Loop if variant == "loop" else _Calls)(lambda: start(weights), step, batches)
    return Task(run.steps, run.restart, parameters, engine, CHUNK if variant == "loop" else 1)


def _last_channels(batch: Batch) -> Batch:
    arrays = {name: jnp.asarray(array) for name, array in batch.items()}
    if "image" in arrays and arrays["image"].ndim == 4:
        arrays["image"] = jnp.moveaxis(arrays["image"], 1, -1)
    return arrays


# ---- How steps are called ----


class _Calls:
    def __init__(self, start: Callable[[], Tree], step: Step, batches: list[Batch]) -> None:
        self._start, self._batches = start, batches
        self._step = jax.jit(step, donate_argnums=0)
        self.restart()

    def restart(self) -> None:
        self._carried = tree.tree_map(jnp.copy, self._start())

    def steps(self, count: int) -> Losses:
        """Losses are kept as they come, so that a call need not wait for the one before."""
        losses = []
        for number in range(count):
            batch = self._batches[number % len(self._batches)]
            self._carried, loss = self._step(self._carried, batch)
            losses.append(loss)
        jax.block_until_ready(losses[-1])
        return losses


class _Loop(_Calls):
    """Every loss of its steps comes out of the compiled loop."""

    def __init__(self, start: Callable[[], Tree], step: Step, batches: list[Batch]) -> None:
        super().__init__(start, step, batches)
        (batch, *_) = batches
        self._loop = jax.jit(
            lambda carried: lax.scan(lambda c, _: step(c, batch), carried, length=CHUNK), donate_argnums=0
        )

    def steps(self, count: int) -> Losses:
        losses: Losses = ()
        for _ in range(math.ceil(count / CHUNK)):
            self._carried, recorded = self._loop(self._carried)
            losses = importlib.import_module("numpy").asarray(recorded)
        return losses


def _answers(weights: Weights, batches: list[Batch]) -> Callable[[int], Losses]:
    answer_to = jax.jit(networks.cnn)

    def steps(count: int) -> Losses:
        answer = jnp.zeros(1)
        for number in range(count):
            answer = answer_to(weights, batches[number % len(batches)]["image"]).block_until_ready()
        return [float(jnp.abs(answer).mean())]

    return steps


# ---- Updates ----


def _moments(w: Weights) -> Tree:
    zeros = tree.tree_map(jnp.zeros_like, w)
    return zeros, zeros, jnp.zeros((), jnp.int32)


def _adam_update(
    w: Weights, moments: Tree, slopes: Weights, rate: Any, *, beta1: float = 0.9, decay: float = 0.0
) -> tuple[Weights, Tree]:
    mean, square, count = moments
    count = count + 1
    mean = tree.tree_map(lambda m, g: beta1 * m + (1 - beta1) * g, mean, slopes)
    square = tree.tree_map(lambda v, g: 0.999 * v + 0.001 * g * g, square, slopes)
    size = rate / (1 - beta1**count)
    root = jnp.sqrt(1 - 0.999**count)
    w = tree.tree_map(
        lambda p, m, v: p * (1 - rate * decay) - size * m / (jnp.sqrt(v) / root + 1e-8), w, mean, square
    )
    return w, (mean, square, count)


# ---- Trainings ----


def _adam(network: Callable[[Weights, Any], Any]) -> tuple[Start, Step]:
    def loss_of(w: Weights, batch: Batch) -> Any:
        given = batch["image"] if "image" in batch else batch["sequence"]
        return networks.cross_entropy(network(w, given), batch["digit"])

    def step(carried: Tree, batch: Batch) -> tuple[Tree, Any]:
        w, moments = carried
        loss, slopes = jax.value_and_grad(loss_of)(w, batch)
        return _adam_update(w, moments, slopes, 0.001), loss

    return lambda w: (w, _moments(w)), step


def _valley(w: Weights, _: Batch) -> tuple[Tree, Any]:
    loss, slopes = jax.value_and_grad(networks.rosenbrock)(w)
    return tree.tree_map(lambda p, g: p - ROSENBROCK_RATE * g, w, slopes), loss


def _pictures(carried: Tree, batch: Batch) -> tuple[Tree, Any]:
    w, velocity, running = carried

    def loss_of(w: Weights) -> Any:
        moved = dict(running)
        scores = networks.resnet20(w, batch["image"], moved)
        return networks.cross_entropy(scores, batch["digit"]), moved

    (loss, moved), slopes = jax.value_and_grad(loss_of, has_aux=True)(w)
    velocity = tree.tree_map(lambda v, g, p: 0.9 * v + g + 1e-4 * p, velocity, slopes, w)
    return (tree.tree_map(lambda p, v: p - 0.01 * v, w, velocity), velocity, moved), loss


def _writing(carried: Tree, batch: Batch) -> tuple[Tree, Any]:
    """AdamW, clipped, with warm-up and cosine; counts how many characters it has right."""
    w, moments, all_right = carried

    def loss_of(w: Weights) -> Any:
        scores = networks.transformer(w, batch["text"])
        right = (scores.argmax(-1) == batch["next"]).sum()
        return networks.cross_entropy(scores, batch["next"]), right

    (loss, right), slopes = jax.value_and_grad(loss_of, has_aux=True)(w)
    norm = jnp.sqrt(sum(jnp.sum(g * g) for g in slopes.values()))
    slopes = tree.tree_map(lambda g: g * jnp.minimum(1.0, 1.0 / (norm + 1e-6)), slopes)
    done = moments[2]
    part = jnp.maximum(done - WARM_UP, 0) / (HORIZON - WARM_UP)
    warm = 0.1 + 0.9 * jnp.minimum(done, WARM_UP) / WARM_UP
    rate = 0.004 * warm * (1 + jnp.cos(jnp.pi * part)) / 2
    return (*_adam_update(w, moments, slopes, rate, decay=0.01), all_right + right), loss


def _adversaries(carried: Tree, batch: Batch) -> tuple[Tree, Any]:
    """One optimizer after the other, on the same points and the same noise."""
    generator, discriminator, first, second, key = carried
    key, drawn = jax.random.split(key)
    noise = jax.random.normal(drawn, (256, 16))

    def mistakes(d: Weights) -> Any:
        invented = networks.invent(generator, noise)
        unreal = networks.taken_for(networks.judge(d, invented), 0.0)
        return networks.taken_for(networks.judge(d, batch["point"]), 1.0) + unreal

    def noticed(g: Weights) -> Any:
        return networks.taken_for(networks.judge(discriminator, networks.invent(g, noise)), 1.0)

    loss, slopes = jax.value_and_grad(mistakes)(discriminator)
    discriminator, first = _adam_update(discriminator, first, slopes, 0.002, beta1=0.5)
    _, slopes = jax.value_and_grad(noticed)(generator)
    generator, second = _adam_update(generator, second, slopes, 0.002, beta1=0.5)
    return (generator, discriminator, first, second, key), loss


def _both(w: Weights) -> Tree:
    discriminator = {name: array for name, array in w.items() if name.startswith("discriminator")}
    generator = {name: array for name, array in w.items() if name not in discriminator}
    return generator, discriminator, _moments(discriminator), _moments(generator), jax.random.PRNGKey(0)


NETWORKS: dict[str, Callable[[Weights, Any], Any]] = {
    "mlp": networks.mlp,
    "cnn": networks.cnn,
    "lstm": networks.lstm,
}
TRAININGS: dict[str, tuple[Start, Step]] = {
    "rosenbrock": (lambda w: w, _valley),
    "resnet20": (
        lambda w: (w, tree.tree_map(jnp.zeros_like, w), networks.starting_statistics(w)),
        _pictures,
    ),
    "transformer": (lambda w: (w, _moments(w), jnp.zeros((), jnp.int32)), _writing),
    "gan": (_both, _adversaries),
}
