"""Long sums, as gradients of what is read in many places make them, with less work.

A sequence is cut into its steps by slices, and the gradient of a slice is a pad: as many arrays of the whole
sequence's size as there are steps, mostly zeros, to be added up. Where pads do not overlap, their sum is a
concat. A weight that every step multiplies by gets a product from each step; the sum of the products is one
product of the factors side by side.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import cast

from wiregrad.engine import ops
from wiregrad.engine.ir import Function, Shape, Value
from wiregrad.engine.passes.rewrite import with_inputs

FEWEST_PRODUCTS = 3


def sums(function: Function) -> Function:
    order = function.values()
    readers = Counter(operand for value in order for operand in value.inputs)
    readers.update(function.outputs.values())
    is_partial = {
        operand
        for value in order
        if _is(value, "add")
        for operand in value.inputs
        if _is(operand, "add") and readers[operand] == 1
    }
    totals = [value for value in order if _is(value, "add") and value not in is_partial]
    improved = {total: terms for total in totals if _can_merge(terms := _terms(total, is_partial))}
    return _rebuilt(function, order, improved) if improved else function


def _is(value: Value, name: str) -> bool:
    return value.primitive.name == name


def _terms(total: Value, is_partial: set[Value]) -> list[Value]:
    """What a sum adds up, through the partial sums that nobody else reads."""
    terms, rest = [], [*reversed(total.inputs)]
    while rest:
        value = rest.pop()
        if value in is_partial:
            rest += reversed(value.inputs)
        else:
            terms.append(value)
    return terms


def _rebuilt(function: Function, order: Sequence[Value], improved: dict[Value, list[Value]]) -> Function:
    new: dict[Value, Value] = {}
    for value in order:
        if value in improved:
            new[value] = _merged([new[term] for term in improved[value]])
        else:
            new[value] = with_inputs(value, tuple(new[operand] for operand in value.inputs))
    outputs = {name: new[value] for name, value in function.outputs.items()}
    return Function(function.name, function.inputs, outputs, function.carries)


def _can_merge(terms: Sequence[Value]) -> bool:
    return len(_merged_terms(terms)) < len(terms)


def _merged(terms: Sequence[Value]) -> Value:
    first, *rest = _merged_terms(terms)
    for term in rest:
        first = ops.add(first, term)
    return first


def _merged_terms(terms: Sequence[Value]) -> list[Value]:
    pads: dict[int, list[Value]] = defaultdict(list)
    products, others = [], []
    for term in terms:
        if (axis := _padded_axis(term)) is not None:
            pads[axis].append(term)
        elif _is(term, "matmul") and term.rank == 2:
            products.append(term)
        else:
            others.append(term)
    return (
        others + _one_product(products) + [x for axis, found in pads.items() for x in _concats(found, axis)]
    )


# ---- Pads ----


def _padded_axis(value: Value) -> int | None:
    """The only axis along which a value is another one between zeros."""
    if not _is(value, "pad") or value.attributes["value"] != 0 or any(_setting(value, "interior")):
        return None
    axes = [
        axis for axis, sides in enumerate(zip(_setting(value, "low"), _setting(value, "high"), strict=True))
        if any(sides)
    ]  # fmt: skip
    return axes[0] if len(axes) == 1 else None


def _setting(value: Value, name: str) -> Shape:
    return cast(Shape, value.attributes[name])


def _concats(pads: Sequence[Value], axis: int) -> list[Value]:
    """The same sum with pads that do not overlap made one."""
    if len(pads) < 2:
        return list(pads)
    bundles: list[list[Value]] = []
    for value in sorted(pads, key=lambda pad: _setting(pad, "low")[axis]):
        fitting = (bundle for bundle in bundles if _end(bundle[-1], axis) <= _setting(value, "low")[axis])
        bundle = next(fitting, None)
        if bundle is None:
            bundles.append([value])
        else:
            bundle.append(value)
    return [_concat(bundle, axis) for bundle in bundles]


def _end(value: Value, axis: int) -> int:
    return value.shape[axis] - _setting(value, "high")[axis]


def _concat(bundle: Sequence[Value], axis: int) -> Value:
    if len(bundle) == 1:
        return bundle[0]
    parts: list[Value] = []
    done = _setting(bundle[0], "low")[axis]
    for value in bundle:
        start = _setting(value, "low")[axis]
        if start > done:
            gap = (*value.shape[:axis], start - done, *value.shape[axis + 1 :])
            parts.append(ops.full(0, value.dtype, gap))
        parts.append(value.inputs[0])
        done = _end(value, axis)
    low, high = [0] * bundle[0].rank, [0] * bundle[0].rank
    low[axis], high[axis] = _setting(bundle[0], "low")[axis], _setting(bundle[-1], "high")[axis]
    whole = ops.concat(parts, axis)
    return ops.pad(whole, low, high) if any(low + high) else whole


# ---- Products ----


def _one_product(products: Sequence[Value]) -> list[Value]:
    """a b + c d = [a c] [b; d], where putting side by side costs less than adding up."""
    if len(products) < FEWEST_PRODUCTS:
        return list(products)
    copied = sum(a.size + b.size for a, b in (product.inputs for product in products))
    if copied > sum(product.size for product in products):
        return list(products)
    left = [product.inputs[0] for product in products]
    right = [product.inputs[1] for product in products]
    return [ops.matmul(_side_by_side(left, 1), _side_by_side(right, 0))]


def _side_by_side(matrices: Sequence[Value], axis: int) -> Value:
    """Transposes go outside, where they cost a product nothing."""
    if all(_is(matrix, "transpose") for matrix in matrices):
        return ops.matrix_transpose(ops.concat([matrix.inputs[0] for matrix in matrices], 1 - axis))
    return ops.concat(matrices, axis)
