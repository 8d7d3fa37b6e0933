"""Faster ways to the numbers of a primitive's own kernel, by primitive."""

from wiregrad.engine.backends.numpy.kernels import (
    convolution,
    elementwise,
    indexing,
    movement,
    pooling,
    reduction,
)
from wiregrad.engine.backends.numpy.kernels.lowering import Lowering, plain
from wiregrad.engine.ir import Value
from wiregrad.engine.primitive import Elementwise

LOWERINGS: dict[str, Lowering] = {
    name: lowering
    for module in (convolution, elementwise, indexing, movement, pooling, reduction)
    for name, lowering in module.LOWERINGS.items()
}
PLAIN = Lowering(plain)


def lowering_of(value: Value) -> Lowering:
    general = elementwise.ELEMENTWISE if isinstance(value.primitive, Elementwise) else PLAIN
    return LOWERINGS.get(value.primitive.name, general)
