"""Training steps of PyTorch around the networks: eager, in channels-last memory, or with `torch.compile`."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import torch
from torch.nn import functional
from torch.nn.utils import clip_grad_norm_
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

from tests.bench import starting
from tests.bench.cases import HORIZON, ROSENBROCK_RATE, Case
from tests.bench.task import Losses, Task, repeated
from tests.bench.torch_networks import MODULES

Batch = dict[str, Any]
Compiled = Callable[[Any], Any]
WARM_UP = 40


class Training(Protocol):
    def restart(self) -> None:
        """Begin with new optimizers, and the same weights as ever."""

    def step(self, batch: Batch) -> float: ...


def task(case: Case, variant: str) -> Task:
    """`variant` is "eager", "channels-last" or "compile"."""
    model = MODULES[case.network]()
    batches = [
        {name: torch.from_numpy(array) for name, array in batch.items()} for batch in starting.batches(case)
    ]
    if variant == "channels-last":
        model = model.to(memory_format=torch.channels_last)
        for batch in batches:
            batch["image"] = batch["image"].to(memory_format=torch.channels_last)
    _load(model)
    compiled = torch.compile if variant == "compile" else _as_it_is
    parameters = sum(parameter.numel() for parameter in model.parameters())
    engine = f"PyTorch {torch.__version__}, {torch.get_num_threads()} threads"
    if case.network == "inference":
        return Task(_answers(compiled(model.eval()), batches), lambda: None, parameters, engine)
    training = TRAININGS.get(case.network, Classification)(model, compiled)
    training.restart()
    steps = repeated(lambda number: training.step(batches[number % len(batches)]))
    return Task(steps, training.restart, parameters, engine)


def _as_it_is(function: Any) -> Any:
    return function


def _load(model: Any) -> None:
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if not name.endswith("num_batches_tracked"):
                tensor.copy_(torch.from_numpy(starting.weight(name, tuple(tensor.shape))))


def _answers(model: Any, batches: list[Batch]) -> Callable[[int], Losses]:
    def steps(count: int) -> Losses:
        answer = torch.zeros(1)
        with torch.inference_mode():
            for number in range(count):
                answer = model(batches[number % len(batches)]["image"])
        return [float(answer.abs().mean())]

    return steps


class Classification:
    """Cross-entropy with Adam."""

    def __init__(self, model: Any, compiled: Compiled) -> None:
        self.model = model
        self.loss_of = compiled(self.loss)

    def loss(self, batch: Batch) -> Any:
        given = batch["image"] if "image" in batch else batch["sequence"]
        return functional.cross_entropy(self.model(given), batch["digit"])

    def optimizer(self) -> Any:
        return torch.optim.Adam(self.model.parameters(), lr=0.001)

    def restart(self) -> None:
        _load(self.model)
        self.optimizing = self.optimizer()

    def step(self, batch: Batch) -> float:
        self.optimizing.zero_grad()
        loss = self.loss_of(batch)
        loss.backward()
        self.optimizing.step()
        return float(loss.item())


class Valley(Classification):
    """The value of the function itself, with SGD."""

    def loss(self, batch: Batch) -> Any:  # noqa: ARG002
        return self.model()

    def optimizer(self) -> Any:
        return torch.optim.SGD(self.model.parameters(), lr=ROSENBROCK_RATE)


class Pictures(Classification):
    """The same with SGD, as residual networks are trained."""

    def optimizer(self) -> Any:
        return torch.optim.SGD(self.model.parameters(), lr=0.01, momentum=0.9, weight_decay=1e-4)


class Writing(Classification):
    """The next character: AdamW, clipped, warm-up and cosine; counts how many it has right."""

    def loss(self, batch: Batch) -> Any:
        scores = self.model(batch["text"])
        right = (scores.detach().argmax(-1) == batch["next"]).sum()
        return functional.cross_entropy(scores.transpose(1, 2), batch["next"]), right

    def restart(self) -> None:
        _load(self.model)
        self.optimizing = torch.optim.AdamW(self.model.parameters(), lr=0.004)
        warm_up = LinearLR(self.optimizing, start_factor=0.1, total_iters=WARM_UP)
        cosine = CosineAnnealingLR(self.optimizing, HORIZON - WARM_UP)
        self.schedule = SequentialLR(self.optimizing, [warm_up, cosine], [WARM_UP])
        self.right = 0

    def step(self, batch: Batch) -> float:
        self.optimizing.zero_grad()
        loss, right = self.loss_of(batch)
        loss.backward()
        clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizing.step()
        self.schedule.step()
        self.right += int(right)
        return float(loss.item())


class Adversaries:
    """One optimizer after the other, on the same points and the same noise."""

    def __init__(self, model: Any, compiled: Compiled) -> None:
        self.model = model
        self.invent, self.mistakes, self.noticed = map(
            compiled, (model.invent, model.mistakes, model.noticed)
        )

    def restart(self) -> None:
        _load(self.model)
        self.discriminating, self.generating = (
            torch.optim.Adam(parameters, lr=0.002, betas=(0.5, 0.999))
            for parameters in (self.model.discriminator_parameters(), self.model.generator_parameters())
        )

    def step(self, batch: Batch) -> float:
        invented = self.invent(torch.randn(256, 16))
        self.discriminating.zero_grad()
        loss = self.mistakes(batch["point"], invented.detach())
        loss.backward()
        self.discriminating.step()
        self.generating.zero_grad()
        noticed = self.noticed(invented)
        noticed.backward()
        self.generating.step()
        noticed.item()
        return float(loss.item())


TRAININGS: dict[str, Callable[[Any, Compiled], Training]] = {
    "rosenbrock": Valley,
    "resnet20": Pictures,
    "transformer": Writing,
    "gan": Adversaries,
}
