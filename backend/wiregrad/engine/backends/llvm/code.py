"""Words for emitting one native function: loops, vectors, and memory by element."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import Any

from llvmlite import ir

from wiregrad.engine.backends.llvm import constants
from wiregrad.engine.backends.llvm.target import Target
from wiregrad.engine.ir import DType

Emitted = Any  # an llvmlite value: the library has no types

INDEX = ir.IntType(64)
BIT = ir.IntType(1)
BYTE = ir.IntType(8)
POINTER = ir.PointerType()
NUMBERS: dict[DType, Any] = {
    "bool": BIT, "int32": ir.IntType(32), "uint32": ir.IntType(32), "int64": INDEX, "uint64": INDEX,
    "float32": ir.FloatType(), "float64": ir.DoubleType(),
}  # fmt: skip
"""LLVM's type of an element in a register. In memory a boolean is a byte."""

STORED: dict[DType, Any] = {**NUMBERS, "bool": BYTE}
LoopBody = Callable[..., Sequence[Emitted] | None]


class Code:
    """Emits into one function. Widths are in lanes; a width of 0 means a scalar."""

    def __init__(self, builder: ir.IRBuilder, target: Target) -> None:
        self.builder = builder
        self.target = target

    @property
    def module(self) -> Any:
        return self.builder.module

    # ---- Numbers ----

    def index(self, number: int) -> Emitted:
        return constants.index(number)

    def plus(self, a: Emitted, b: Emitted | int) -> Emitted:
        """The sum of two indices; nothing is emitted where one of them is a literal zero."""
        if _is_zero(a):
            return b if not isinstance(b, int) else self.index(b)
        return a if _is_zero(b) else self.builder.add(a, self.index(b) if isinstance(b, int) else b)

    def times(self, a: Emitted, factor: int) -> Emitted:
        if factor in (0, 1):
            return a if factor else self.index(0)
        return self.builder.mul(a, self.index(factor))

    def least(self, a: Emitted, b: Emitted) -> Emitted:
        return self.builder.select(self.builder.icmp_signed("<", a, b), a, b)

    def most(self, a: Emitted, b: Emitted) -> Emitted:
        return self.builder.select(self.builder.icmp_signed(">", a, b), a, b)

    def number(self, value: float | bool, dtype: DType, width: int = 0) -> Emitted:
        """A constant, in every lane."""
        one = _constant(value, dtype)
        return ir.Constant(ir.VectorType(NUMBERS[dtype], width), [one] * width) if width else one

    def splat(self, scalar: Emitted, width: int) -> Emitted:
        """The same in every lane."""
        if not width:
            return scalar
        undefined = ir.Constant(ir.VectorType(scalar.type, width), ir.Undefined)
        first = self.builder.insert_element(undefined, scalar, constants.lane(0))
        return self.builder.shuffle_vector(first, undefined, constants.lanes((0,) * width))

    def lane(self, vector: Emitted, number: int) -> Emitted:
        return self.builder.extract_element(vector, constants.lane(number))

    def intrinsic(self, name: str, *operands: Emitted) -> Emitted:
        """Call an intrinsic whose result has the type of its operands, such as `llvm.fma`."""
        type_ = operands[0].type
        function = self.declared(name, [type_], ir.FunctionType(type_, [type_] * len(operands)))
        return self.builder.call(function, operands)

    def declared(self, name: str, overloads: Sequence[Any], signature: Any) -> Emitted:
        """An intrinsic by the types that tell its overloads apart; llvmlite cannot spell those of vectors."""
        full = ".".join([name, *(_spelled(type_) for type_ in overloads)])
        return self.module.globals.get(full) or ir.Function(self.module, signature, full)

    def fma(self, a: Emitted, b: Emitted, c: Emitted) -> Emitted:
        """a * b + c, rounded once."""
        return self.intrinsic("llvm.fma", a, b, c)

    # ---- Memory ----

    def at(self, pointer: Emitted, offset: Emitted | int, dtype: DType) -> Emitted:
        """The address so many elements on."""
        if _is_zero(offset):
            return pointer
        step = self.index(offset) if isinstance(offset, int) else offset
        return self.builder.gep(pointer, [step], source_etype=STORED[dtype])

    def load(
        self, pointer: Emitted, offset: Emitted | int, dtype: DType, width: int = 0, stride: int = 1
    ) -> Emitted:
        """`width` elements that stand `stride` apart: a vector; one repeated for stride 0."""
        address = self.at(pointer, offset, dtype)
        if not width or stride == 0:
            return self.splat(self._read(address, STORED[dtype], dtype), width)
        if stride == 1:
            return self._read(address, _vector_of(dtype, width), dtype)
        lanes = [self._read(self.at(address, stride * n, dtype), STORED[dtype], dtype) for n in range(width)]
        return self.gathered(lanes)

    def gathered(self, scalars: Sequence[Emitted]) -> Emitted:
        """A vector of these lanes."""
        vector = ir.Constant(ir.VectorType(scalars[0].type, len(scalars)), ir.Undefined)
        for number, scalar in enumerate(scalars):
            vector = self.builder.insert_element(vector, scalar, constants.lane(number))
        return vector

    def _read(self, address: Emitted, stored: Any, dtype: DType) -> Emitted:
        align = 1 if dtype == "bool" else _size(stored)
        read = self.builder.load(address, align=align, typ=stored)
        return (
            self.builder.icmp_unsigned("!=", read, ir.Constant(stored, _zeros(stored)))
            if dtype == "bool"
            else read
        )

    def store(
        self, value: Emitted, pointer: Emitted, offset: Emitted | int, dtype: DType, stride: int = 1
    ) -> None:
        """Put a scalar, or the lanes of a vector `stride` elements apart."""
        address = self.at(pointer, offset, dtype)
        if isinstance(value.type, ir.VectorType) and stride != 1:
            for number in range(value.type.count):
                self.store(self.lane(value, number), address, stride * number, dtype)
            return
        if dtype == "bool":
            wide = ir.VectorType(BYTE, value.type.count) if isinstance(value.type, ir.VectorType) else BYTE
            self.builder.store(self.builder.zext(value, wide), address, align=1)
        else:
            self.builder.store(value, address, align=_size(value.type))

    def load_first(
        self, pointer: Emitted, offset: Emitted | int, dtype: DType, width: int, count: int
    ) -> Emitted:
        """The first `count` of `width` lanes from memory, zeros in the rest; nothing beyond is touched."""
        if count == width:
            return self.load(pointer, offset, dtype, width)
        if dtype == "bool":
            found = [self.load(pointer, self.plus(_offset(offset), lane), dtype) for lane in range(count)]
            return self.gathered([*found, *[BIT(0)] * (width - count)])
        type_ = ir.VectorType(NUMBERS[dtype], width)
        mask_type = ir.VectorType(BIT, width)
        function = self.declared(
            "llvm.masked.load", [type_, POINTER], ir.FunctionType(type_, [POINTER, mask_type, type_])
        )
        arguments = [
            self.at(pointer, offset, dtype),
            _first_lanes(width, count),
            ir.Constant(type_, _zeros(type_)),
        ]
        return self.builder.call(function, arguments)

    def store_first(
        self, value: Emitted, pointer: Emitted, offset: Emitted | int, dtype: DType, count: int
    ) -> None:
        """Put the first `count` lanes; nothing beyond is touched. Masked stores are slow on some machines."""
        if count == value.type.count:
            self.store(value, pointer, offset, dtype)
            return
        address = self.at(pointer, offset, dtype)
        for done, piece in powers_of_two(count, count):
            picked = constants.lanes(tuple(range(done, done + piece)))
            part = self.builder.shuffle_vector(value, value, picked) if piece > 1 else self.lane(value, done)
            self.store(part, address, done, dtype)

    # ---- Control ----

    def loop(
        self,
        begin: Emitted | int,
        end: Emitted | int,
        body: LoopBody,
        step: int = 1,
        carried: Sequence[Emitted] = (),
    ) -> list[Emitted]:
        """`body(index, *carried)` gives the next carried values; those after the last turn come back.

        Runs while index < end: not at all if begin is not less.
        """
        begin = self.index(begin) if isinstance(begin, int) else begin
        end = self.index(end) if isinstance(end, int) else end
        builder, function = self.builder, self.builder.function
        before = builder.block
        head, turn, after = (function.append_basic_block(name) for name in ("head", "turn", "after"))
        builder.branch(head)
        builder.position_at_end(head)
        index = builder.phi(INDEX)
        index.add_incoming(begin, before)
        kept = []
        for value in carried:
            phi = builder.phi(value.type)
            phi.add_incoming(value, before)
            kept.append(phi)
        builder.cbranch(builder.icmp_signed("<", index, end), turn, after)
        builder.position_at_end(turn)
        following = body(index, *kept) or ()
        index.add_incoming(builder.add(index, self.index(step)), builder.block)
        for phi, value in zip(kept, following, strict=True):
            phi.add_incoming(value, builder.block)
        builder.branch(head)
        builder.position_at_end(after)
        return kept

    def when(self, condition: Emitted, body: Callable[[], None]) -> None:
        """Run the body only if the condition holds."""
        with self.builder.if_then(condition):
            body()

    # ---- Memory as a whole ----

    def fill_zero(self, pointer: Emitted, nbytes: Emitted | int) -> None:
        function = self.declared(
            "llvm.memset", [POINTER, INDEX], ir.FunctionType(ir.VoidType(), [POINTER, BYTE, INDEX, BIT])
        )
        count = self.index(nbytes) if isinstance(nbytes, int) else nbytes
        self.builder.call(function, [pointer, BYTE(0), count, BIT(0)])

    def copy_bytes(self, target: Emitted, source: Emitted, nbytes: Emitted | int) -> None:
        function = self.declared(
            "llvm.memcpy",
            [POINTER, POINTER, INDEX],
            ir.FunctionType(ir.VoidType(), [POINTER, POINTER, INDEX, BIT]),
        )
        count = self.index(nbytes) if isinstance(nbytes, int) else nbytes
        self.builder.call(function, [target, source, count, BIT(0)])


def powers_of_two(count: int, most: int) -> Iterator[tuple[int, int]]:
    """The start and length of pieces that make up `count` lanes: the longest first, `most` lanes at most."""
    done = 0
    while done < count:
        piece = 1 << (min(most, count - done).bit_length() - 1)
        yield done, piece
        done += piece


@cache
def _vector_of(dtype: DType, width: int) -> Any:
    """As it is stored; made once, since llvmlite takes a while to spell a type."""
    return ir.VectorType(STORED[dtype], width)


def repeated(number: float, type_: Any) -> Emitted:
    """A constant of the type of some value, in every lane if there are any."""
    return ir.Constant(type_, [number] * type_.count if isinstance(type_, ir.VectorType) else number)


def _is_zero(value: Emitted | int) -> bool:
    return value == 0 if isinstance(value, int) else isinstance(value, ir.Constant) and value.constant == 0


def _spelled(type_: Any) -> str:
    if isinstance(type_, ir.VectorType):
        return f"v{type_.count}{_spelled(type_.element)}"
    return str(type_.intrinsic_name)


def _offset(offset: Emitted | int) -> Emitted:
    return INDEX(offset) if isinstance(offset, int) else offset


def _constant(value: float | bool, dtype: DType) -> Emitted:
    if dtype.startswith("float"):
        return ir.Constant(NUMBERS[dtype], float(value))
    return ir.Constant(NUMBERS[dtype], int(value))


def _size(type_: Any) -> int:
    """Bytes of a number, or of a lane."""
    if isinstance(type_, ir.VectorType):
        return _size(type_.element)
    if isinstance(type_, ir.IntType):
        return max(1, int(type_.width) // 8)
    return 8 if isinstance(type_, ir.DoubleType) else 4


def _zeros(type_: Any) -> Any:
    return [0] * type_.count if isinstance(type_, ir.VectorType) else 0


def _first_lanes(width: int, count: int) -> Emitted:
    return ir.Constant(ir.VectorType(BIT, width), [int(lane < count) for lane in range(width)])
