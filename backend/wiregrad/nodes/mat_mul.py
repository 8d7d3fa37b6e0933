from math import prod
from typing import ClassVar, NamedTuple

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._arithmetic import check_numbers
from wiregrad.nodes._broadcast import broadcast_shapes, broadcast_value
from wiregrad.nodes._node import Build, Category, Example, Node, Port, wired
from wiregrad.nodes._ports import OPERANDS, OUTPUT
from wiregrad.nodes._types import NodeProblem, Shape, ValueType, format_shape

MATRIX_RANK = 2


class _Product(NamedTuple):
    """Both shapes with two or more axes, what they broadcast to before the last two, and the result's."""

    a: Shape
    b: Shape
    lead: Shape
    result: Shape


class MatMul(Node):
    """Multiplies two matrices: rows of a by columns of b.

    (..., m, k) with (..., k, n) gives (..., m, n), as `numpy.matmul` does for each sample: the axes before
    the last two broadcast, and an operand with a single axis counts as one row (a) or one column (b), which
    the result leaves out. The result is float32.
    """

    title: ClassVar[str] = "Matrix multiply"
    category: ClassVar[Category] = "Arithmetic"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (2, 3), True), ValueType("float32", (3, 4)))),
        Example((ValueType("float32", (3,), True), ValueType("float32", (3, 2)))),
        Example((ValueType("float32", (2, 3)), ValueType("float32", (3, 4), True))),
        Example((ValueType("float32", (5, 1, 2, 3), True), ValueType("float32", (2, 3, 2), True))),
        Example((ValueType("float32", (3,), True), ValueType("float32", (3,), True))),
        Example((ValueType("float32", (3,)), ValueType("int64", (3,)))),
    )

    def inputs(self) -> tuple[Port, ...]:
        return OPERANDS

    def outputs(self) -> tuple[Port, ...]:
        return OUTPUT

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        a, b = wired(inputs)
        for port, operand in (("a", a), ("b", b)):
            check_numbers(operand, port)
            if not operand.shape:
                raise _single_number(operand, port)
        return (ValueType("float32", _product(a, b).result, a.batched or b.batched),)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        first, second = wired(build.inputs)
        (result,) = self.infer(first, second)
        shapes = _product(first, second)
        if second.batched or second.rank > MATRIX_RANK:
            common = ValueType("float32", shapes.lead, result.batched)
            targets = [common.with_shape(shapes.lead + shape[-2:]) for shape in (shapes.a, shapes.b)]
        else:
            # One matrix for all: the engine makes a single product of all rows of a.
            targets = [ValueType("float32", shapes.a, first.batched), ValueType("float32", shapes.b)]
        operands = zip(wired(inputs), (first, second), (shapes.a, shapes.b), targets, strict=True)
        a, b = (_matrices(build, *operand) for operand in operands)
        return (ops.reshape(ops.matmul(a, b), result.tensor(build.batch_size).shape),)

    def torch(self, *inputs: ValueType | None) -> str:
        a, b = wired(inputs)
        rank = max(len(_product(a, b).a), len(_product(a, b).b))
        left, right = _aligned("a", a, -2, rank), _aligned("b", b, -1, rank)
        squeezes = [f".squeeze({axis})" for axis, value in ((-2, a), (-1, b)) if value.rank == 1]
        return f"({left} @ {right}){''.join(squeezes)}"

    def multiply_adds(self, *inputs: ValueType | None) -> int:
        a, b = wired(inputs)
        shapes = _product(a, b)
        return prod(shapes.lead) * shapes.a[-2] * prod(shapes.b[-2:])


def _product(a: ValueType, b: ValueType) -> _Product:
    left = a.shape if a.rank > 1 else (1, *a.shape)
    right = b.shape if b.rank > 1 else (*b.shape, 1)
    if left[-1] != right[-2]:
        raise NodeProblem(
            "The rows of a and the columns of b have different lengths.",
            port="b",
            expected=f"b of shape (..., {left[-1]}, n), for a of shape {format_shape(a.shape)}",
            got=format_shape(b.shape),
            remedy="Make the last axis of a as long as the last but one of b.",
        )
    lead = broadcast_shapes(left[:-2], right[:-2])
    rows = left[-2:-1] if a.rank > 1 else ()
    columns = right[-1:] if b.rank > 1 else ()
    return _Product(left, right, lead, lead + rows + columns)


def _single_number(value: ValueType, port: str) -> NodeProblem:
    return NodeProblem(
        "A single number is no matrix.",
        port=port,
        expected="at least one axis",
        got=str(value),
        remedy="Use Mul to multiply by a number.",
    )


def _matrices(build: Build, value: Value, source: ValueType, shape: Shape, target: ValueType) -> Value:
    """The value with its missing row or column axis, broadcast to the target."""
    matrix = ops.reshape(value, value.shape[: source.batched] + shape)
    return broadcast_value(build, matrix, source.with_shape(shape), target)


def _aligned(name: str, value: ValueType, missing_axis: int, rank: int) -> str:
    """An operand in PyTorch with its missing axis, and its batch axis before those that broadcast."""
    text = name if value.is_float else f"{name}.to(torch.float32)"
    if value.rank == 1:
        text += f".unsqueeze({missing_axis})"
    ones = rank - max(value.rank, MATRIX_RANK)
    if value.batched and ones:
        text += f".unflatten(0, (-1, {', '.join(['1'] * ones)}))"
    return text
