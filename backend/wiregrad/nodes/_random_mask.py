"""Random zeros while training, as Dropout and Attention set them."""

from wiregrad.engine import ops
from wiregrad.engine.ir import Value
from wiregrad.nodes._node import Build

BITS = 32


def dropped(build: Build, x: Value, probability: float, stream: int) -> Value:
    """Each number is set to zero with this probability, and else divided by 1 - probability."""
    threshold = round(probability * 2**BITS)
    if threshold == 0:
        return x
    zero = ops.full_like(0, x)
    if threshold >= 2**BITS:
        return ops.mul(x, zero)
    bits = ops.random_bits(build.seed, build.step, stream, x.shape)
    keep = ops.ge(bits, ops.full_like(threshold, bits))
    # A factor and not a selection: the backward pass reuses it, and needs no mask of its own.
    return ops.mul(x, ops.select(keep, ops.full_like(1 / (1 - probability), x), zero))
