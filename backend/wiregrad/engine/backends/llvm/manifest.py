"""A program as it is kept: what is to be known of its memory, and its object code."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np

from wiregrad.engine.backends.backend import Array
from wiregrad.engine.backends.llvm.looks import Look
from wiregrad.engine.backends.llvm.translate import pieces_of, read_pieces


@dataclass(frozen=True)
class Manifest:
    inputs: dict[str, Look]
    lent: dict[str, int]
    """Inputs that are read where the caller has them, and where in memory their addresses are expected."""
    outputs: dict[str, Look]
    carries: dict[str, str]
    literals: Sequence[tuple[int, Array]]
    memory_bytes: int
    value_bytes: int
    computed_start: int
    """Where memory begins that holds nothing between two calls, but outputs."""
    guards: list[int]
    threads: int
    kernel_count: int


@dataclass(frozen=True)
class Program:
    manifest: Manifest
    objects: Sequence[bytes]

    def to_bytes(self) -> bytes:
        described = asdict(self.manifest)
        described["literals"] = [(start, str(a.dtype), a.shape) for start, a in self.manifest.literals]
        literals = [np.ascontiguousarray(array).tobytes() for _, array in self.manifest.literals]
        return pieces_of([json.dumps(described).encode(), *literals, *self.objects])

    @staticmethod
    def from_bytes(content: bytes | None) -> Program | None:
        """The inverse of `to_bytes`."""
        if content is None:
            return None
        head, *pieces = read_pieces(content)
        described = json.loads(head)
        kinds = described.pop("literals")
        literals = [
            (start, np.frombuffer(piece, dtype).reshape(shape))
            for (start, dtype, shape), piece in zip(kinds, pieces, strict=False)
        ]
        for side in ("inputs", "outputs"):
            described[side] = {name: _look(fields) for name, fields in described[side].items()}
        return Program(Manifest(literals=literals, **described), pieces[len(literals) :])


def _look(fields: dict[str, object]) -> Look:
    lists = {name: tuple(field) if isinstance(field, list) else field for name, field in fields.items()}
    return Look(**lists)  # type: ignore[arg-type]
