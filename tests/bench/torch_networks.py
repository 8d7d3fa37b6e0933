"""The benchmark's networks in PyTorch, written as its users write them."""

# ruff: noqa: ANN401 - PyTorch is not a dependency, so its types are unknown here

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional

from tests.bench import starting
from tests.bench.cases import CHARACTERS, CONTEXT


class Rosenbrock(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.x1, self.x2 = (nn.Parameter(torch.tensor(starting.START)) for _ in range(2))

    def forward(self) -> Any:
        return (self.x2 - self.x1 * self.x1) ** 2 + (1 - self.x1) ** 2


class Mlp(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.linear_1, self.linear_2 = nn.Linear(784, 256), nn.Linear(256, 128)
        self.linear_3 = nn.Linear(128, 10)

    def forward(self, x: Any) -> Any:
        return self.linear_3(torch.relu(self.linear_2(torch.relu(self.linear_1(x)))))


class Cnn(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.conv_1, self.conv_2 = nn.Conv2d(1, 32, 3, padding=1), nn.Conv2d(32, 64, 3, padding=1)
        self.linear_1, self.linear_2 = nn.Linear(64 * 7 * 7, 128), nn.Linear(128, 10)

    def forward(self, x: Any) -> Any:
        x = functional.max_pool2d(torch.relu(self.conv_1(x)), 2)
        x = functional.max_pool2d(torch.relu(self.conv_2(x)), 2)
        return self.linear_2(torch.relu(self.linear_1(x.flatten(1))))


class Residual(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self, channels: int, filters: int, stride: int) -> None:
        super().__init__()
        self.conv_1 = nn.Conv2d(channels, filters, 3, stride, padding=1, bias=False)
        self.conv_2 = nn.Conv2d(filters, filters, 3, padding=1, bias=False)
        self.norm_1, self.norm_2 = nn.BatchNorm2d(filters), nn.BatchNorm2d(filters)
        self.changes = stride > 1
        if self.changes:
            self.conv_kept = nn.Conv2d(channels, filters, 1, stride, bias=False)
            self.norm_kept = nn.BatchNorm2d(filters)

    def forward(self, x: Any) -> Any:
        y = self.norm_2(self.conv_2(torch.relu(self.norm_1(self.conv_1(x)))))
        return torch.relu(y + (self.norm_kept(self.conv_kept(x)) if self.changes else x))


class ResNet20(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16)
        widths = [16, *(16 << number // 3 for number in range(9))]
        pairs = itertools.pairwise(widths)
        self.blocks = nn.Sequential(*(Residual(a, b, 2 if b > a else 1) for a, b in pairs))
        self.linear = nn.Linear(64, 10)

    def forward(self, x: Any) -> Any:
        x = self.blocks(torch.relu(self.norm(self.conv(x))))
        return self.linear(x.mean((2, 3)))


class Layer(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.norm_1, self.norm_2 = nn.LayerNorm(64), nn.LayerNorm(64)
        self.attention = nn.MultiheadAttention(64, 4, batch_first=True)
        self.wide, self.narrow = nn.Linear(64, 192), nn.Linear(192, 64)

    def forward(self, x: Any, mask: Any) -> Any:
        y = self.norm_1(x)
        x = x + self.attention(y, y, y, attn_mask=mask, is_causal=True, need_weights=False)[0]
        return x + self.narrow(functional.gelu(self.wide(self.norm_2(x))))


class Transformer(nn.Module):  # type: ignore[misc, unused-ignore]
    mask: Any

    def __init__(self) -> None:
        super().__init__()
        self.embedding, self.position = nn.Embedding(CHARACTERS, 64), nn.Embedding(CONTEXT, 64)
        self.layers = nn.ModuleList(Layer() for _ in range(2))
        self.norm, self.scores = nn.LayerNorm(64), nn.Linear(64, CHARACTERS)
        mask = nn.Transformer.generate_square_subsequent_mask(CONTEXT)
        self.register_buffer("mask", mask, persistent=False)

    def forward(self, text: Any) -> Any:
        x = self.embedding(text) + self.position.weight
        for layer in self.layers:
            x = layer(x, self.mask)
        return self.scores(self.norm(x))


class Lstm(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.lstm, self.linear = nn.LSTM(28, 128, batch_first=True), nn.Linear(128, 10)

    def forward(self, sequence: Any) -> Any:
        return self.linear(self.lstm(sequence)[0][:, -1])


class Gan(nn.Module):  # type: ignore[misc, unused-ignore]
    def __init__(self) -> None:
        super().__init__()
        self.generator_1, self.generator_2 = nn.Linear(16, 64), nn.Linear(64, 64)
        self.invented = nn.Linear(64, 2)
        self.discriminator_1, self.discriminator_2 = nn.Linear(2, 64), nn.Linear(64, 64)
        self.discriminator_3 = nn.Linear(64, 1)

    def generator_parameters(self) -> list[Any]:
        layers = (self.generator_1, self.generator_2, self.invented)
        return [parameter for layer in layers for parameter in layer.parameters()]

    def discriminator_parameters(self) -> list[Any]:
        layers = (self.discriminator_1, self.discriminator_2, self.discriminator_3)
        return [parameter for layer in layers for parameter in layer.parameters()]

    def invent(self, noise: Any) -> Any:
        return self.invented(torch.relu(self.generator_2(torch.relu(self.generator_1(noise)))))

    def judge(self, points: Any) -> Any:
        x = functional.leaky_relu(self.discriminator_1(points), 0.2)
        return self.discriminator_3(functional.leaky_relu(self.discriminator_2(x), 0.2))

    def mistakes(self, real: Any, invented: Any) -> Any:
        return _taken_for(self.judge(real), 1.0) + _taken_for(self.judge(invented), 0.0)

    def noticed(self, invented: Any) -> Any:
        return _taken_for(self.judge(invented), 1.0)


def _taken_for(scores: Any, what: float) -> Any:
    return functional.binary_cross_entropy_with_logits(scores, torch.full_like(scores, what))


MODULES: dict[str, Callable[[], Any]] = {
    "rosenbrock": Rosenbrock,
    "mlp": Mlp,
    "cnn": Cnn,
    "resnet20": ResNet20,
    "transformer": Transformer,
    "lstm": Lstm,
    "gan": Gan,
    "inference": Cnn,
}
