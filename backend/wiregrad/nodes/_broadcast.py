"""How values of different types meet: which type they have in common, and how each gets there.

Sample shapes broadcast as NumPy's do; a value without a batch axis is repeated for every sample. Each rule
stands above the build that follows it.
"""

from collections.abc import Sequence
from itertools import zip_longest

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build
from wiregrad.nodes._types import NodeProblem, Shape, ValueDType, ValueType, format_shape


def common_dtype(a: ValueType, b: ValueType) -> ValueDType:
    """int64 with float32 becomes float32, as in PyTorch; booleans meet only booleans."""
    if "bool" in (a.dtype, b.dtype) and a.dtype != b.dtype:
        raise NodeProblem(
            "Booleans and numbers do not mix.",
            code="dtype",
            port="b" if b.dtype == "bool" else "a",
            expected="two values of numbers, or two of booleans",
            got=f"{a} and {b}",
            remedy="Connect two values of the same kind; Compare makes booleans from numbers.",
        )
    return a.dtype if a.dtype == b.dtype else "float32"


def convert(build: Build, value: Value, dtype: ValueDType) -> Value:
    """The value in another dtype; `float32` stands for the program's float dtype."""
    return ops.cast(value, build.float_dtype if dtype == "float32" else dtype)


def broadcast_shapes(a: Shape, b: Shape) -> Shape:
    """Like `numpy.broadcast_shapes` for two sample shapes."""
    pairs = list(zip_longest(reversed(a), reversed(b), fillvalue=1))
    if any(m != n and 1 not in (m, n) for m, n in pairs):
        raise NodeProblem(
            f"The shapes {format_shape(a)} and {format_shape(b)} do not fit each other.",
            port="b",
            expected=f"lengths that are 1 or equal to those of {format_shape(a)}, from the last axis on",
            got=format_shape(b),
            remedy="Reshape one of the two, or change the sizes of the nodes before them.",
        )
    return tuple(n if m == 1 else m for m, n in reversed(pairs))


def broadcast_type(a: ValueType, b: ValueType) -> ValueType:
    """The type that both operands of an elementwise operation are brought to."""
    return ValueType(common_dtype(a, b), broadcast_shapes(a.shape, b.shape), a.batched or b.batched)


def broadcast_value(build: Build, value: Value, source: ValueType, target: ValueType) -> Value:
    """Convert and repeat a value of type `source` so that it has the type `target`."""
    value = convert(build, value, target.dtype)
    rank = len(target.shape)
    axes = list(range(rank - source.rank, rank))
    if not target.batched:
        shape = target.shape
    else:
        shape = (build.batch_size, *target.shape)
        axes = [0] * source.batched + [axis + 1 for axis in axes]
    return value if value.shape == shape else ops.broadcast(value, shape, axes)


def broadcast_values(
    build: Build, target: ValueType, values: Sequence[Value], sources: Sequence[ValueType]
) -> list[Value]:
    return [broadcast_value(build, v, source, target) for v, source in zip(values, sources, strict=True)]
