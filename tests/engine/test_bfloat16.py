"""Rounding to bfloat16, and products that read rounded numbers, against PyTorch."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pytest

from tests.engine.training_programs import Parameters, cross_entropy, drawn, linear, training_step
from tests.requirements import require_torch
from wiregrad.engine import ops
from wiregrad.engine.autodiff import gradients
from wiregrad.engine.backends import get_backend
from wiregrad.engine.interpreter import Array, evaluate
from wiregrad.engine.ir import Function, IRError, Value
from wiregrad.engine.optimizers.sgd import Sgd
from wiregrad.engine.passes import optimize
from wiregrad.engine.passes.bfloat16 import PRODUCTS, bfloat16_products, holds_bfloat16

SPECIAL = np.array([0, 1, 0x7F80, 0x7F7F, 0x3F80, 0xFFFF, 0xFF80, 0x8000, 0x7FC0], np.uint32) << 16


def of_all_kinds() -> Array:
    """Numbers of any bits, and ones near, at and halfway between those of bfloat16."""
    drawn_bits = np.random.default_rng(0).integers(0, 2**32, 200_000, np.uint32)
    near = (drawn_bits[:1000, None] & 0xFFFF0000) + np.array(
        [0, 1, 0x7FFF, 0x8000, 0x8001, 0xFFFF], np.uint32
    )
    special = SPECIAL[:, None] + np.array([0, 1, 0x7FFF, 0x8000, 0xFFFF], np.uint32)
    return np.concatenate([drawn_bits, near.ravel(), special.ravel()]).view(np.float32)


@pytest.mark.parametrize("backend", ["numpy", "llvm"])
def test_rounds_as_pytorch(backend: str) -> None:
    torch = require_torch()
    numbers = of_all_kinds()
    x = ops.input("x", "float32", numbers.shape)
    function = Function("rounded", {"x": x}, {"y": ops.round_bfloat16(x)})
    found = get_backend(backend).compile(function).run({"x": numbers})["y"]
    expected = torch.from_numpy(numbers).bfloat16().float().numpy()
    is_number = ~np.isnan(numbers)
    np.testing.assert_array_equal(found[is_number].view("uint32"), expected[is_number].view("uint32"))
    assert np.isnan(found[~is_number]).all()
    assert not (found.view("uint32") & 0xFFFF).any()


def test_rounds_single_precision_only() -> None:
    with pytest.raises(IRError, match=r"round_bfloat16: expected float32; got float64\[3\]"):
        ops.round_bfloat16(ops.input("x", "float64", (3,)))


# ---- Which operands are rounded ----


def counted(function: Function) -> Counter[str]:
    return Counter(value.primitive.name for value in function.values())


def test_forward_and_backward_share_what_is_rounded() -> None:
    x, w = ops.input("x", "float32", (5, 4)), ops.input("w", "float32", (3, 4))
    y = ops.tanh(ops.matmul(x, ops.matrix_transpose(w)))
    found = gradients(ops.reduce_sum(ops.mul(y, y), (0, 1)), [x, w])
    outputs = {name: g for name, g in zip("xw", found, strict=True) if g is not None}
    counts = counted(optimize(bfloat16_products(Function("f", {"x": x, "w": w}, outputs))))
    assert (counts["matmul"], counts["round_bfloat16"]) == (3, 3)


def test_every_kind_of_product_reads_rounded_numbers() -> None:
    x, w = ops.input("x", "float32", (2, 5, 5, 3)), ops.input("w", "float32", (3, 3, 3, 4))
    y = ops.conv2d(x, w)
    outputs = {
        "y": y,
        "into": ops.conv2d_input_gradient(y, w, x.shape),
        "of weights": ops.conv2d_weight_gradient(x, y, (3, 3)),
        "rows": ops.matmul(ops.reshape(x, (10, 15)), ops.reshape(x, (15, 10))),
    }
    rounded = bfloat16_products(Function("f", {"x": x, "w": w}, outputs))
    products = [value for value in rounded.values() if value.primitive.name in PRODUCTS]
    assert len(products) == 4
    assert all(holds_bfloat16(operand) for product in products for operand in product.inputs)
    assert counted(rounded)["round_bfloat16"] == 3


def test_products_in_double_precision_stay_as_they_are() -> None:
    x = ops.input("x", "float64", (3, 3))
    function = Function("f", {"x": x}, {"y": ops.matmul(x, x)})
    assert bfloat16_products(function).outputs == function.outputs


@pytest.mark.parametrize(
    ("make", "holds"),
    [
        (lambda x: x, True),
        (lambda x: ops.slice(ops.transpose(x, (1, 0)), (0, 0), (2, 2)), True),
        (lambda x: ops.pad(x, (1, 1), (0, 0)), True),
        (lambda x: ops.pad(x, (1, 1), (0, 0), value=0.1), False),
        (lambda x: ops.concat([x, ops.full(0.5, "float32", x.shape)], 0), True),
        (lambda x: ops.concat([x, ops.full(0.1, "float32", x.shape)], 0), False),
        (lambda x: ops.add(x, x), False),
    ],
)
def test_what_only_moves_rounded_numbers_holds_them(make: Any, holds: bool) -> None:  # noqa: ANN401
    value: Value = make(ops.round_bfloat16(ops.input("x", "float32", (3, 3))))
    assert holds_bfloat16(value) is holds


# ---- Whole training steps ----

SHAPES = ((3, 3, 2, 8), (8,), (8 * 6 * 6, 24), (24,), (24, 10), (10,))
BATCH, STEPS, RATE = 12, 6, 0.05


def rounding_products(torch: Any) -> tuple[Any, Any]:  # noqa: ANN401
    """Of PyTorch: matmul and conv2d whose operands are rounded, forward and backward."""

    def near(x: Any) -> Any:  # noqa: ANN401
        return x.bfloat16().float()

    class Product(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(a: Any, b: Any) -> Any:  # noqa: ANN401
            return near(a) @ near(b)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:  # noqa: ANN401, ARG004
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:  # noqa: ANN401
            a, b = ctx.saved_tensors
            return near(g) @ near(b).T, near(a).T @ near(g)

    class Convolution(torch.autograd.Function):  # type: ignore[misc]
        @staticmethod
        def forward(x: Any, w: Any) -> Any:  # noqa: ANN401
            return torch.nn.functional.conv2d(near(x), near(w), padding=1)

        @staticmethod
        def setup_context(ctx: Any, inputs: Any, output: Any) -> None:  # noqa: ANN401, ARG004
            ctx.save_for_backward(*inputs)

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:  # noqa: ANN401
            x, w = ctx.saved_tensors
            of_input = torch.nn.grad.conv2d_input(x.shape, near(w), near(g), padding=1)
            return of_input, torch.nn.grad.conv2d_weight(near(x), w.shape, near(g), padding=1)

    return Product.apply, Convolution.apply


def network(images: Value, w: list[Value]) -> Value:
    x = ops.conv2d(images, w[0], padding=((1, 1), (1, 1)))
    x = ops.relu(ops.add(x, ops.broadcast_to(w[1], x.shape)))
    x = ops.reshape(ops.max_pool2d(x, 2), (BATCH, 8 * 6 * 6))
    return linear(ops.tanh(linear(x, w[2], w[3])), w[4], w[5])


def torch_losses(images: Array, labels: Array) -> tuple[list[float], Array]:
    torch = require_torch()
    product, convolution = rounding_products(torch)
    w = [torch.tensor(start, requires_grad=True) for start in drawn(*SHAPES)]
    optimizer = torch.optim.SGD(w, lr=RATE, momentum=0.9)
    losses = []
    for _ in range(STEPS):
        x = convolution(torch.tensor(images).permute(0, 3, 1, 2), w[0].permute(3, 2, 0, 1))
        x = torch.nn.functional.max_pool2d(torch.relu(x + w[1][:, None, None]), 2)
        x = torch.tanh(product(x.permute(0, 2, 3, 1).flatten(1), w[2]) + w[3])
        loss = torch.nn.functional.cross_entropy(product(x, w[4]) + w[5], torch.tensor(labels))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    return losses, np.concatenate([array.detach().numpy().ravel() for array in w])


@pytest.mark.parametrize("backend", ["numpy", "llvm"])
def test_a_network_trains_as_in_pytorch_with_rounded_operands(backend: str) -> None:
    """Sums in another order may round to the bfloat16 beside, so they drift, by less than rounding does."""
    draw = np.random.default_rng(5)
    images = draw.standard_normal((BATCH, 12, 12, 2)).astype("float32")
    labels = draw.integers(0, 10, BATCH)
    parameters = Parameters(drawn(*SHAPES))
    inputs = {"images": ops.input("images", "float32", images.shape)}
    inputs["labels"] = ops.input("labels", "int64", labels.shape)
    loss = cross_entropy(network(inputs["images"], parameters.values), inputs["labels"])
    exact = training_step("network", inputs, loss, parameters, Sgd(momentum=0.9))
    expected, weights = torch_losses(images, labels)
    found, trained = run(backend, bfloat16_products(exact), parameters, images, labels)
    plain, changed = run(backend, exact, parameters, images, labels)
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(trained, weights, atol=1e-4)
    assert np.abs(np.subtract(plain, expected)).max() > 3e-4
    assert np.abs(changed - weights).max() > 5e-4


def run(
    backend: str, function: Function, parameters: Parameters, images: Array, labels: Array
) -> tuple[list[float], Array]:
    executable = get_backend(backend).compile(function)
    executable.load({"parameters": parameters.start()})
    feed = {"images": images, "labels": labels, "rate": np.array(RATE, "float32")}
    losses = [float(executable.run(feed)["loss"]) for _ in range(STEPS)]
    return losses, executable.read()["parameters"]


def test_gradients_pass_rounding_as_if_it_were_not_there() -> None:
    x = ops.input("x", "float32", (3,))
    weights = ops.constant(np.array([1.001, 2.003, -3.0007]), "float32")
    (gradient,) = gradients(ops.reduce_sum(ops.mul(ops.round_bfloat16(x), weights), (0,)), [x])
    assert gradient is not None
    (found,) = evaluate([gradient], {"x": np.ones(3, "float32")})
    np.testing.assert_array_equal(found, np.array([1.001, 2.003, -3.0007], "float32"))
