"""Random bits by counting: Philox4x64-10 (Salmon et al., SC 2011), numbered as `numpy.random.Philox` does."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import ir

from wiregrad.engine.backends.llvm.code import INDEX, Code, Emitted
from wiregrad.engine.ir import Shape

MULTIPLIERS = 0xD2E7470EE14C6C93, 0xCA5A826395121157
KEY_STEPS = 0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B
TURNS = 10
WIDE, HALF = ir.IntType(128), ir.IntType(32)
HALVES = 8
"""Results of a block: four words, of each the low half first."""

Words = list[Emitted]


@dataclass(frozen=True)
class RandomBits:
    """Pointers seed, step (64 bits each), result (uint32). A unit is the block of one counter."""

    stream: int
    shape: Shape
    name = "random bits"
    scratch_bytes = 0
    flops = 0

    @property
    def _size(self) -> int:
        return math.prod(self.shape)

    @property
    def extent(self) -> int:
        return -(-self._size // HALVES)

    def emit(
        self, code: Code, pointers: Sequence[Emitted], begin: Emitted, end: Emitted, scratch: Emitted
    ) -> None:
        seed, step = (code.load(pointer, 0, "uint64") for pointer in pointers[:2])
        result = pointers[2]
        whole, left_over = divmod(self._size, HALVES)

        def put(block: Emitted, count: int = HALVES) -> None:
            words = [code.plus(block, 1), code.index(0), step, code.index(0)]
            start = code.at(result, code.times(block, HALVES), "uint32")
            for number, half in enumerate(_halves(code, _mixed(code, words, seed, self.stream))[:count]):
                code.store(half, start, number, "uint32")

        code.loop(begin, code.least(end, code.index(whole)), put)
        if left_over:
            code.loop(code.most(begin, code.index(whole)), end, lambda block: put(block, left_over))


def _mixed(code: Code, words: Words, seed: Emitted, stream: int) -> Words:
    """The random words that belong to a counter."""
    for turn in range(TURNS):
        steps = [turn * step % 2**64 for step in KEY_STEPS]
        keys = code.builder.add(seed, code.index(steps[0])), code.index((stream + steps[1]) % 2**64)
        words = _turned(code, words, keys)
    return words


def _turned(code: Code, words: Words, keys: tuple[Emitted, Emitted]) -> Words:
    builder = code.builder
    low_0, high_0 = _product(code, words[0], MULTIPLIERS[0])
    low_1, high_1 = _product(code, words[2], MULTIPLIERS[1])
    first = builder.xor(builder.xor(high_1, words[1]), keys[0])
    third = builder.xor(builder.xor(high_0, words[3]), keys[1])
    return [first, low_1, third, low_0]


def _product(code: Code, word: Emitted, factor: int) -> tuple[Emitted, Emitted]:
    """The low and the high word."""
    builder = code.builder
    product = builder.mul(builder.zext(word, WIDE), WIDE(factor))
    return builder.trunc(product, INDEX), builder.trunc(builder.lshr(product, WIDE(64)), INDEX)


def _halves(code: Code, words: Words) -> list[Emitted]:
    builder = code.builder
    return [
        builder.trunc(part, HALF) for word in words for part in (word, builder.lshr(word, code.index(32)))
    ]
