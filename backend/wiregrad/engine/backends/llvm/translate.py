"""Turn LLVM's text into object code, in a process of its own: LLVM's bindings do one thing at a time in each.

Run as a file, so that nothing but llvmlite has to be imported. Reads the processor in JSON and then texts,
writes the object code of each when it is done: all after their length in eight bytes.
"""

from __future__ import annotations

import json
import struct
import sys
import threading
from collections.abc import Sequence
from functools import cache, lru_cache
from queue import SimpleQueue
from typing import IO, Any

import llvmlite.binding as llvm

LENGTH = struct.Struct("<Q")


@cache
def _initialize() -> None:
    """Once in a process.

    Reducing the strength of loops takes a third of the time and gains nothing here: kernels step through
    memory by constants.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.set_option("", "--disable-lsr")


def machine_for(triple: str, cpu: str, features: str) -> Any:
    """LLVM's code generator for a processor."""
    _initialize()
    target = llvm.Target.from_triple(triple)
    return target.create_target_machine(cpu=cpu, features=features, opt=3, jit=True)


@cache
def translating_machine(triple: str, cpu: str, features: str) -> Any:
    """The same each time: not for linking, which takes its machine for its own."""
    return machine_for(triple, cpu, features)


def object_code(text: str, machine: Any, thoroughly: bool = False) -> bytes:
    """Optimize a module and translate it.

    Kernels are emitted as they should run and need little: the code generator does the rest. A step of many
    small ones gains from all that LLVM can do.
    """
    module = llvm.parse_assembly(text)
    module.verify()
    few_passes, builder = _passes(machine)
    # LLVM's own choice of passes serves for one module only.
    manager = builder.getModulePassManager() if thoroughly else few_passes
    manager.run(module, builder)
    code: bytes = machine.emit_object(module)
    return code


@lru_cache(8)
def _passes(machine: Any) -> tuple[Any, Any]:
    """For all modules of a machine: LLVM keeps some memory for good each time that passes are set up."""
    manager = llvm.create_new_module_pass_manager()
    manager.add_always_inliner_pass()
    manager.add_instruction_combine_pass()
    manager.add_loop_rotate_pass()
    return manager, llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(speed_level=2))


def pieces_of(pieces: Sequence[bytes]) -> bytes:
    """Some bytes in one, each piece after its length."""
    return b"".join(part for piece in pieces for part in (LENGTH.pack(len(piece)), piece))


def read_piece(stream: IO[bytes]) -> bytes | None:
    """The next piece; None where there is none, or not the whole of it."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    piece = stream.read(length)
    return piece if len(piece) == length else None


def read_pieces(content: bytes) -> list[bytes]:
    """The inverse of `pieces_of`."""
    pieces, at = [], 0
    while at < len(content):
        (length,) = LENGTH.unpack_from(content, at)
        at += LENGTH.size
        pieces.append(content[at : at + length])
        at += length
    return pieces


def main() -> None:
    pieces: SimpleQueue[bytes | None] = SimpleQueue()
    threading.Thread(target=_read, args=(pieces,), daemon=True).start()
    machine = machine_for(**json.loads(pieces.get() or "{}"))
    while (text := pieces.get()) is not None:
        sys.stdout.buffer.write(pieces_of([object_code(text.decode(), machine)]))
        sys.stdout.buffer.flush()


def _read(pieces: SimpleQueue[bytes | None]) -> None:
    """In a thread of its own: who sends must never wait for what is translated, or both might."""
    while (piece := read_piece(sys.stdin.buffer)) is not None:
        pieces.put(piece)
    pieces.put(None)


if __name__ == "__main__":
    main()
