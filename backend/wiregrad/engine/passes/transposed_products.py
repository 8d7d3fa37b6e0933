"""(A B)^T = B^T A^T: a product that is only read transposed is computed in that order at once.

Weights are stored as (units, inputs), so every gradient of one is such a product. Transposed operands cost
BLAS nothing; a transposed result would have to be copied into the flat gradient.
"""

from __future__ import annotations

from collections import Counter

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Value
from wiregrad.engine.passes.rewrite import rewrite


def transposed_products(function: Function) -> Function:
    readers = Counter(operand for value in function.values() for operand in value.inputs)
    readers.update(function.outputs.values())
    once = {value for value, count in readers.items() if count == 1}

    def swap(value: Value) -> Value:
        if value.primitive.name != "transpose" or value.inputs[0].primitive.name != "matmul":
            return value
        (product,) = value.inputs
        swapped = (*range(product.rank - 2), product.rank - 1, product.rank - 2)
        if product not in once or value.attributes["permutation"] != swapped:
            return value
        a, b = product.inputs
        return ops.matmul(ops.matrix_transpose(b), ops.matrix_transpose(a))

    return rewrite(function, swap)
