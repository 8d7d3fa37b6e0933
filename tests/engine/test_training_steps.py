"""Whole training steps against PyTorch, large enough for blocks, chunks and every reuse of memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.engine.training_programs import Parameters, cross_entropy, drawn, linear, training_step
from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.backends import available
from wiregrad.engine.ir import Value
from wiregrad.engine.optimizers import UpdateRule
from wiregrad.engine.optimizers.adam import Adam
from wiregrad.engine.optimizers.sgd import Sgd

BATCH, STEPS, RATE = 24, 12, 0.01
SHAPES = [(3, 3, 2, 16), (16,), (16,), (16,), (3, 3, 16, 24), (24,), (24 * 5 * 5, 64), (64,), (64, 10), (10,)]
RULES: list[tuple[UpdateRule, str, dict[str, Any]]] = [
    (Adam(), "Adam", {}),
    (Sgd(momentum=0.9, weight_decay=1e-3), "SGD", {"momentum": 0.9, "weight_decay": 1e-3}),
]


def _channels_last(x: Value) -> Value:
    return ops.transpose(x, (0, 2, 3, 1))


def _channels_first(x: Value) -> Value:
    return ops.transpose(x, (0, 3, 1, 2))


def _normalized(x: Value, scale: Value, shift: Value) -> Value:
    axes = [0, 2, 3]
    centered = ops.sub(x, ops.broadcast(ops.mean(x, axes), x.shape, [1]))
    variance = ops.mean(ops.square(centered), axes)
    deviation = ops.sqrt(ops.add(variance, ops.full_like(1e-5, variance)))
    factor = ops.broadcast(ops.div(scale, deviation), x.shape, [1])
    return ops.add(ops.mul(centered, factor), ops.broadcast(shift, x.shape, [1]))


def _ours(images: Value, w: list[Value]) -> Value:
    """Overlapping pools, batch normalization, a stride: channels-first between the layers."""
    x = _channels_first(ops.conv2d(_channels_last(images), w[0], padding=((1, 1), (1, 1))))
    x = ops.add(x, ops.broadcast(w[1], x.shape, [1]))
    x = ops.relu(_normalized(x, w[2], w[3]))
    x = _channels_first(ops.max_pool2d(_channels_last(x), 3, 2, ((1, 1), (1, 1))))
    x = _channels_first(ops.conv2d(_channels_last(x), w[4], stride=2, padding=((1, 1), (1, 1))))
    x = ops.tanh(ops.add(x, ops.broadcast(w[5], x.shape, [1])))
    x = ops.relu(linear(ops.reshape(x, (BATCH, 24 * 5 * 5)), w[6], w[7]))
    return linear(x, w[8], w[9])


def _theirs(torch: Any, images: Any, w: list[Any]) -> Any:  # noqa: ANN401
    f = torch.nn.functional
    kernels = [w[i].permute(3, 2, 0, 1) for i in (0, 4)]
    x = f.conv2d(images, kernels[0], w[1], padding=1)
    x = f.relu(f.batch_norm(x, None, None, w[2], w[3], training=True))
    x = f.max_pool2d(x, 3, 2, padding=1)
    x = torch.tanh(f.conv2d(x, kernels[1], w[5], stride=2, padding=1))
    x = f.relu(x.flatten(1) @ w[6] + w[7])
    return x @ w[8] + w[9]


@pytest.mark.parametrize("backend", available(), ids=lambda backend: backend.name)
@pytest.mark.parametrize(("rule", "name", "settings"), RULES, ids=["adam", "sgd"])
def test_a_convolutional_network_trains_as_in_pytorch(
    rule: UpdateRule, name: str, settings: dict[str, Any], backend: Any  # noqa: ANN401
) -> None:  # fmt: skip
    torch = require_torch()
    parameters = Parameters(drawn(*SHAPES))
    images, labels = (
        ops.input("images", "float32", (BATCH, 2, 20, 20)),
        ops.input("labels", "int64", (BATCH,)),
    )
    loss = cross_entropy(_ours(images, parameters.values), labels)
    function = training_step("cnn", {"images": images, "labels": labels}, loss, parameters, rule)
    executable = backend.compile(function)
    executable.load({"parameters": parameters.start()})

    weights = [torch.nn.Parameter(torch.from_numpy(array.copy())) for array in parameters.starts]
    optimizer = getattr(torch.optim, name)(weights, lr=RATE, **settings)
    draw = np.random.default_rng(5)
    for _ in range(STEPS):
        fed = draw.standard_normal((BATCH, 2, 20, 20), np.float32)
        classes = draw.integers(0, 10, BATCH)
        optimizer.zero_grad()
        expected = torch.nn.functional.cross_entropy(
            _theirs(torch, torch.from_numpy(fed), weights), torch.from_numpy(classes)
        )
        expected.backward()
        optimizer.step()
        got = executable.run({"images": fed, "labels": classes, "rate": np.array(RATE, "float32")})["loss"]
        np.testing.assert_allclose(got, expected.item(), rtol=2e-4)
