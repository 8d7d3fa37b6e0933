"""A small network of most of what networks are made of, and a step of its training."""

from __future__ import annotations

import numpy as np

from tests.engine.training_programs import Parameters, cross_entropy, drawn, linear, training_step
from wiregrad.engine import ops
from wiregrad.engine.interpreter import Array
from wiregrad.engine.ir import Function
from wiregrad.engine.optimizers.adam import Adam

SHAPES = ((3, 3, 2, 24), (24,), (24 * 8 * 8, 10), (10,))


def classifier() -> Function:
    parameters = Parameters(drawn(*SHAPES))
    kernel, bias, weight, shift = parameters.values
    images = ops.input("images", "float32", (4, 16, 16, 2))
    labels = ops.input("labels", "int64", (4,))
    x = ops.conv2d(images, kernel, padding=((1, 1), (1, 1)))
    x = ops.max_pool2d(ops.tanh(ops.add(x, ops.broadcast_to(bias, x.shape))), 2)
    loss = cross_entropy(linear(ops.reshape(x, (4, 24 * 8 * 8)), weight, shift), labels)
    return training_step("classifier", {"images": images, "labels": labels}, loss, parameters, Adam())


def classifier_feed() -> dict[str, Array]:
    """A batch, starting weights, and what the optimizer begins with."""
    draw = np.random.default_rng(1)
    weights = np.concatenate([array.reshape(-1) for array in drawn(*SHAPES)])
    zeros = np.zeros_like(weights)
    return {
        "images": draw.standard_normal((4, 16, 16, 2)).astype("float32"),
        "labels": draw.integers(0, 10, 4),
        "parameters": weights,
        "rate": np.array(0.01, "float32"),
        "step": np.array(0),
        "mean": zeros,
        "square": zeros,
    }
