"""A faster way to write LLVM's language: instructions are text from the start.

llvmlite makes an object of each instruction, and prints it later by way of several more; for the 30,000 of a
large network that took a third of its compilation. What is rare is left to llvmlite: both kinds may stand in
one block, and be each other's operands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from llvmlite import ir

SIGNS = {"==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
BINARY = (
    "add", "sub", "mul", "udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr",
    "fadd", "fsub", "fmul", "fdiv", "and_", "or_", "xor",
)  # fmt: skip
CASTS = ("trunc", "zext", "sext", "fptrunc", "fpext", "bitcast", "uitofp", "sitofp", "ptrtoint", "inttoptr")


class Register:
    """What an instruction gives."""

    __slots__ = ("reference", "type")

    def __init__(self, type_: Any, reference: str) -> None:
        self.type = type_
        self.reference = reference

    def get_reference(self) -> str:
        return self.reference

    def __str__(self) -> str:
        return f"{self.type} {self.reference}"


class Phi(Register):
    """Written when the block is printed: values come in until then."""

    __slots__ = ("_incoming",)

    def __init__(self, type_: Any, reference: str) -> None:
        super().__init__(type_, reference)
        self._incoming: list[str] = []

    def add_incoming(self, value: Any, block: Any) -> None:
        _check_types("phi", value.type, self.type)
        self._incoming.append(f"[{value.get_reference()}, {block.get_reference()}]")

    def __format__(self, _: str) -> str:
        return f"{self.reference} = phi {self.type} {', '.join(self._incoming)}"


class Writer(ir.IRBuilder):  # type: ignore[misc] # llvmlite has no types
    """As llvmlite's builder, without names, flags and attributes for what is overridden here."""

    _block: Any
    _anchor: int
    """Where the next instruction comes in the block; llvmlite's own."""

    def __init__(self, block: Any) -> None:
        super().__init__(block)
        self._prefix = f"%{block.scope.register('v', deduplicate=True)}_"
        self._count = 0

    def _write(self, type_: Any, text: str) -> Register:
        self._count += 1
        found = Register(type_, f"{self._prefix}{self._count}")
        self._insert(f"{found.reference} = {text}")
        return found

    def _insert(self, instruction: Any) -> None:
        self._block.instructions.insert(self._anchor, instruction)
        self._anchor += 1

    # ---- Numbers ----

    def _compared(self, word: str, a: Any, b: Any) -> Register:
        _check_types(word, a.type, b.type)
        count = getattr(a.type, "count", 0)
        truth = ir.VectorType(ir.IntType(1), count) if count else ir.IntType(1)
        return self._write(truth, f"{word} {a.type} {a.get_reference()}, {b.get_reference()}")

    def icmp_signed(self, sign: str, a: Any, b: Any) -> Register:
        return self._compared(f"icmp {_of_integers('s', sign)}", a, b)

    def icmp_unsigned(self, sign: str, a: Any, b: Any) -> Register:
        return self._compared(f"icmp {_of_integers('u', sign)}", a, b)

    def fcmp_ordered(self, sign: str, a: Any, b: Any) -> Register:
        return self._compared(f"fcmp {_of_floats('o', sign)}", a, b)

    def fcmp_unordered(self, sign: str, a: Any, b: Any) -> Register:
        return self._compared(f"fcmp {_of_floats('u', sign)}", a, b)

    def select(self, condition: Any, a: Any, b: Any) -> Register:
        _check_types("select", a.type, b.type)
        return self._write(a.type, f"select {_typed(condition)}, {_typed(a)}, {_typed(b)}")

    def not_(self, a: Any) -> Register:
        return self._write(a.type, f"xor {_typed(a)}, {_repeated(-1, a.type)}")

    def neg(self, a: Any) -> Register:
        return self._write(a.type, f"sub {a.type} {_repeated(0, a.type)}, {a.get_reference()}")

    # ---- Vectors ----

    def insert_element(self, vector: Any, value: Any, lane: Any) -> Register:
        return self._write(vector.type, f"insertelement {_typed(vector)}, {_typed(value)}, {_typed(lane)}")

    def extract_element(self, vector: Any, lane: Any) -> Register:
        return self._write(vector.type.element, f"extractelement {_typed(vector)}, {_typed(lane)}")

    def shuffle_vector(self, a: Any, b: Any, lanes: Any) -> Register:
        type_ = ir.VectorType(a.type.element, lanes.type.count)
        return self._write(type_, f"shufflevector {_typed(a)}, {_typed(b)}, {_typed(lanes)}")

    # ---- Memory ----

    def gep(self, pointer: Any, indices: Sequence[Any], *, source_etype: Any) -> Register:
        steps = ", ".join(map(_typed, indices))
        return self._write(pointer.type, f"getelementptr {source_etype}, {_typed(pointer)}, {steps}")

    def load(self, pointer: Any, *, typ: Any, align: int | None = None) -> Register:
        return self._write(typ, f"load {typ}, {_typed(pointer)}{_aligned(align)}")

    def store(self, value: Any, pointer: Any, align: int | None = None) -> None:
        self._insert(f"store {_typed(value)}, {_typed(pointer)}{_aligned(align)}")

    # ---- Control ----

    @contextmanager
    def goto_entry_block(self) -> Iterator[None]:
        """Write at the end of the function's first block, before it branches if it does already."""
        block, anchor = self._block, self._anchor
        self._block = self.function.entry_basic_block
        start = self._anchor = len(self._block.instructions) - bool(self._block.is_terminated)
        yield
        added = self._anchor - start if self._block is block else 0
        self._block, self._anchor = block, anchor + added

    def phi(self, type_: Any) -> Phi:
        self._count += 1
        found = Phi(type_, f"{self._prefix}{self._count}")
        self._insert(found)
        return found

    def branch(self, block: Any) -> None:
        self._set_terminator(f"br label {block.get_reference()}")

    def cbranch(self, condition: Any, yes: Any, no: Any) -> None:
        labels = f"label {yes.get_reference()}, label {no.get_reference()}"
        self._set_terminator(f"br {_typed(condition)}, {labels}")

    def call(self, function: Any, arguments: Sequence[Any]) -> Register | None:
        kind = function.function_type
        for given, expected in zip(arguments, kind.args, strict=True):
            _check_types(function.name, given.type, expected)
        given_ = ", ".join(map(_typed, arguments))
        text = f"call {kind.return_type} {function.get_reference()}({given_})"
        if not isinstance(kind.return_type, ir.VoidType):
            return self._write(kind.return_type, text)
        self._insert(text)
        return None


def _repeated(number: int, type_: Any) -> str:
    count = getattr(type_, "count", 0)
    return str(ir.Constant(type_, [number] * count if count else number).get_reference())


def _of_integers(kind: str, sign: str) -> str:
    return SIGNS[sign] if sign in ("==", "!=") else f"{kind}{SIGNS[sign]}"


def _of_floats(kind: str, sign: str) -> str:
    """The words that ask for NaN itself, `ord` and `uno`, are the same in both kinds."""
    return f"{kind}{SIGNS[sign]}" if sign in SIGNS else sign


def _typed(value: Any) -> str:
    return f"{value.type} {value.get_reference()}"


def _aligned(align: int | None) -> str:
    return "" if align is None else f", align {align}"


def _check_types(what: str, given: Any, expected: Any) -> None:
    if given is not expected and given != expected:
        raise TypeError(f"{what}: expected {expected}; got {given}")


def _binary(name: str) -> Callable[[Writer, Any, Any], Register]:
    word = name.rstrip("_")

    def write(self: Writer, a: Any, b: Any) -> Register:
        _check_types(word, b.type, a.type)
        return self._write(a.type, f"{word} {a.type} {a.get_reference()}, {b.get_reference()}")

    return write


def _cast(name: str) -> Callable[[Writer, Any, Any], Any]:
    def write(self: Writer, value: Any, type_: Any) -> Any:
        return value if value.type == type_ else self._write(type_, f"{name} {_typed(value)} to {type_}")

    return write


for _name in BINARY:
    setattr(Writer, _name, _binary(_name))
for _name in CASTS:
    setattr(Writer, _name, _cast(_name))
