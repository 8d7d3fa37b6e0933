"""The benchmark's networks in plain JAX, in the layouts that its users choose: channels last.

Weights are named as in PyTorch and turned into JAX's layout once, at the start.
"""

# ruff: noqa: ANN401 - JAX is not a dependency, so its types are unknown here

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from tests.bench import starting
from tests.bench.cases import CHARACTERS, CONTEXT
from tests.bench.starting import Shape

jax: Any = importlib.import_module("jax")
jnp: Any = importlib.import_module("jax.numpy")
lax: Any = jax.lax

Weights = dict[str, Any]
PICTURE_AXES = ("NHWC", "HWIO", "NHWC")
HEADS = 4


# ---- Parts ----


def linear(w: Weights, name: str, x: Any) -> Any:
    return x @ w[f"{name}.weight"] + w[f"{name}.bias"]


def conv(w: Weights, name: str, x: Any, stride: int = 1, padding: int = 1) -> Any:
    border = ((padding, padding), (padding, padding))
    kernel = w[f"{name}.weight"]
    return lax.conv_general_dilated(x, kernel, (stride, stride), border, dimension_numbers=PICTURE_AXES)


def max_pool(x: Any) -> Any:
    return lax.reduce_window(x, -jnp.inf, lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def batch_norm(w: Weights, name: str, x: Any, running: Weights) -> Any:
    """Follows the statistics in `running`, which is the caller's to keep."""
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    count = x.size // x.shape[-1]
    for key, new in (("running_mean", mean), ("running_var", variance * (count / (count - 1)))):
        old = running[f"{name}.{key}"]
        running[f"{name}.{key}"] = old + 0.1 * (new - old)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]


def layer_norm(w: Weights, name: str, x: Any) -> Any:
    mean, variance = x.mean(-1, keepdims=True), x.var(-1, keepdims=True)
    return (x - mean) * lax.rsqrt(variance + 1e-5) * w[f"{name}.weight"] + w[f"{name}.bias"]


def cross_entropy(scores: Any, labels: Any) -> Any:
    logs = jax.nn.log_softmax(scores)
    return -jnp.take_along_axis(logs, labels[..., None], -1).mean()


# ---- Networks ----


def rosenbrock(w: Weights) -> Any:
    return (w["x2"] - w["x1"] * w["x1"]) ** 2 + (1 - w["x1"]) ** 2


def mlp(w: Weights, x: Any) -> Any:
    x = jax.nn.relu(linear(w, "linear_1", x))
    return linear(w, "linear_3", jax.nn.relu(linear(w, "linear_2", x)))


def cnn(w: Weights, x: Any) -> Any:
    for name in ("conv_1", "conv_2"):
        x = max_pool(jax.nn.relu(conv(w, name, x) + w[f"{name}.bias"]))
    x = jax.nn.relu(linear(w, "linear_1", x.reshape(x.shape[0], -1)))
    return linear(w, "linear_2", x)


def resnet20(w: Weights, x: Any, running: Weights) -> Any:
    x = jax.nn.relu(batch_norm(w, "norm", conv(w, "conv", x), running))
    for number in range(9):
        name, stride = f"blocks.{number}", 2 if number in (3, 6) else 1
        y = batch_norm(w, f"{name}.norm_1", conv(w, f"{name}.conv_1", x, stride), running)
        y = batch_norm(w, f"{name}.norm_2", conv(w, f"{name}.conv_2", jax.nn.relu(y)), running)
        if stride > 1:
            x = batch_norm(w, f"{name}.norm_kept", conv(w, f"{name}.conv_kept", x, stride, 0), running)
        x = jax.nn.relu(x + y)
    return linear(w, "linear", x.mean((1, 2)))


def attention(w: Weights, name: str, x: Any) -> Any:
    batch, steps, width = x.shape
    parts = x @ w[f"{name}.in_proj_weight"] + w[f"{name}.in_proj_bias"]
    queries, keys, values = jnp.moveaxis(parts.reshape(batch, steps, 3, HEADS, width // HEADS), 2, 0)
    found = jax.nn.dot_product_attention(queries, keys, values, is_causal=True)
    return linear(w, f"{name}.out_proj", found.reshape(batch, steps, width))


def transformer(w: Weights, text: Any) -> Any:
    x = w["embedding.weight"][text] + w["position.weight"]
    for number in range(2):
        name = f"layers.{number}"
        x = x + attention(w, f"{name}.attention", layer_norm(w, f"{name}.norm_1", x))
        y = linear(w, f"{name}.wide", layer_norm(w, f"{name}.norm_2", x))
        x = x + linear(w, f"{name}.narrow", jax.nn.gelu(y, approximate=False))
    return linear(w, "scores", layer_norm(w, "norm", x))


def lstm(w: Weights, sequence: Any) -> Any:
    bias = w["lstm.bias_ih_l0"] + w["lstm.bias_hh_l0"]
    projected = sequence.swapaxes(0, 1) @ w["lstm.weight_ih_l0"] + bias

    def advance(memory: Any, part: Any) -> Any:
        state, cell = memory
        gates = jnp.split(part + state @ w["lstm.weight_hh_l0"], 4, -1)
        taken, kept, given = (jax.nn.sigmoid(gates[number]) for number in (0, 1, 3))
        cell = kept * cell + taken * jnp.tanh(gates[2])
        return (given * jnp.tanh(cell), cell), None

    zeros = jnp.zeros((sequence.shape[0], 128))
    (state, _), _ = lax.scan(advance, (zeros, zeros), projected)
    return linear(w, "linear", state)


def invent(w: Weights, noise: Any) -> Any:
    x = jax.nn.relu(linear(w, "generator_1", noise))
    return linear(w, "invented", jax.nn.relu(linear(w, "generator_2", x)))


def judge(w: Weights, points: Any) -> Any:
    x = jax.nn.leaky_relu(linear(w, "discriminator_1", points), 0.2)
    return linear(w, "discriminator_3", jax.nn.leaky_relu(linear(w, "discriminator_2", x), 0.2))


def taken_for(scores: Any, what: float) -> Any:
    return (jax.nn.softplus(scores) - scores * what).mean()


# ---- Shapes as PyTorch has them, and how they come into JAX's layout ----


def _linear(name: str, inputs: int, units: int) -> dict[str, Shape]:
    return {f"{name}.weight": (units, inputs), f"{name}.bias": (units,)}


def _conv(name: str, channels: int, filters: int) -> dict[str, Shape]:
    return {f"{name}.weight": (filters, channels, 3, 3), f"{name}.bias": (filters,)}


def _norm(name: str, width: int) -> dict[str, Shape]:
    return {f"{name}.weight": (width,), f"{name}.bias": (width,)}


def _resnet20() -> dict[str, Shape]:
    shapes: dict[str, Shape] = {"conv.weight": (16, 3, 3, 3), **_norm("norm", 16)}
    channels = 16
    for number in range(9):
        name, filters = f"blocks.{number}", 16 << number // 3
        shapes |= {f"{name}.conv_1.weight": (filters, channels, 3, 3), **_norm(f"{name}.norm_1", filters)}
        shapes |= {f"{name}.conv_2.weight": (filters, filters, 3, 3), **_norm(f"{name}.norm_2", filters)}
        if filters > channels:
            shapes |= {f"{name}.conv_kept.weight": (filters, channels, 1, 1)}
            shapes |= _norm(f"{name}.norm_kept", filters)
        channels = filters
    return shapes | _linear("linear", 64, 10)


def _transformer() -> dict[str, Shape]:
    shapes: dict[str, Shape] = {"embedding.weight": (CHARACTERS, 64), "position.weight": (CONTEXT, 64)}
    for number in range(2):
        name = f"layers.{number}"
        shapes |= {f"{name}.attention.in_proj_weight": (192, 64), f"{name}.attention.in_proj_bias": (192,)}
        shapes |= _linear(f"{name}.attention.out_proj", 64, 64) | _norm(f"{name}.norm_1", 64)
        shapes |= _norm(f"{name}.norm_2", 64)
        shapes |= _linear(f"{name}.wide", 64, 192) | _linear(f"{name}.narrow", 192, 64)
    return shapes | _norm("norm", 64) | _linear("scores", 64, CHARACTERS)


def _lstm() -> dict[str, Shape]:
    shapes: dict[str, Shape] = {"lstm.weight_ih_l0": (512, 28), "lstm.weight_hh_l0": (512, 128)}
    shapes |= {"lstm.bias_ih_l0": (512,), "lstm.bias_hh_l0": (512,)}
    return shapes | _linear("linear", 128, 10)


def _layers(**sizes: tuple[int, int]) -> dict[str, Shape]:
    return {key: shape for name, size in sizes.items() for key, shape in _linear(name, *size).items()}


def _cnn() -> dict[str, Shape]:
    shapes = _conv("conv_1", 1, 32) | _conv("conv_2", 32, 64)
    return shapes | _layers(linear_1=(64 * 7 * 7, 128), linear_2=(128, 10))


SHAPES: dict[str, Callable[[], dict[str, Shape]]] = {
    "rosenbrock": lambda: {"x1": (), "x2": ()},
    "mlp": lambda: _layers(linear_1=(784, 256), linear_2=(256, 128), linear_3=(128, 10)),
    "cnn": _cnn,
    "resnet20": _resnet20,
    "transformer": _transformer,
    "lstm": _lstm,
    "gan": lambda: _layers(
        generator_1=(16, 64),
        generator_2=(64, 64),
        invented=(64, 2),
        discriminator_1=(2, 64),
        discriminator_2=(64, 64),
        discriminator_3=(64, 1),
    ),
    "inference": _cnn,
}


def starting_weights(network: str) -> Weights:
    return {
        name: jnp.asarray(_in_jax_layout(name, starting.weight(name, shape)))
        for name, shape in SHAPES[network]().items()
    }


def _in_jax_layout(name: str, array: Any) -> Any:
    if name == "linear_1.weight" and array.shape[1] == 64 * 7 * 7:  # from channels, height, width
        array = array.reshape(-1, 64, 7, 7).transpose(0, 2, 3, 1).reshape(len(array), -1)
    if array.ndim == 4:
        return array.transpose(2, 3, 1, 0)
    is_table = name in ("embedding.weight", "position.weight")
    return array.T if array.ndim == 2 and not is_table else array


def starting_statistics(w: Weights) -> Weights:
    """Of every norm among the weights of a network with batch norms."""
    names = [name.removesuffix(".weight") for name in w if "norm" in name and name.endswith(".weight")]
    means = {f"{name}.running_mean": jnp.zeros_like(w[f"{name}.bias"]) for name in names}
    return means | {f"{name}.running_var": jnp.ones_like(w[f"{name}.bias"]) for name in names}
