"""The same training steps in PyTorch eager, written as its users write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

Steps = Callable[[int], float]


def _stepper(optimizer: Any, loss_of: Callable[[], Any]) -> Steps:  # noqa: ANN401
    def steps(count: int) -> float:
        loss = torch.tensor(0.0)
        for _ in range(count):
            optimizer.zero_grad()
            loss = loss_of()
            loss.backward()
            optimizer.step()
        return float(loss.item())

    return steps


def rosenbrock() -> Steps:
    x1, x2 = (nn.Parameter(torch.tensor(2.0)) for _ in range(2))
    return _stepper(torch.optim.SGD([x1, x2], lr=0.001), lambda: (x2 - x1 * x1) ** 2 + (1 - x1) ** 2)


def _classifier(model: Any, images: Any, batch: int) -> Steps:  # noqa: ANN401
    labels = torch.randint(0, 10, (batch,))
    criterion = nn.CrossEntropyLoss()
    return _stepper(torch.optim.Adam(model.parameters(), lr=0.001), lambda: criterion(model(images), labels))


def mlp(batch: int) -> Steps:
    layers = [nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10)]
    return _classifier(nn.Sequential(*layers), torch.randn(batch, 784), batch)


def cnn(batch: int = 64) -> Steps:
    layers = [
        *(nn.Conv2d(1, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(32, 64, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(64 * 7 * 7, 128), nn.ReLU(), nn.Linear(128, 10)),
    ]
    return _classifier(nn.Sequential(*layers), torch.randn(batch, 1, 28, 28), batch)


CASES: dict[str, Callable[[], Steps]] = {
    "rosenbrock": rosenbrock,
    "mlp-32": lambda: mlp(32),
    "mlp-128": lambda: mlp(128),
    "mlp-512": lambda: mlp(512),
    "cnn-64": cnn,
}
