"""One `.npy` file mapped into memory, after everything that its header claims has been checked."""

import ast
import math
import re
import struct
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits

_READABLE_KINDS = "biufUS"
_LENGTH_BYTES = {(1, 0): 2, (2, 0): 4}
_MAGIC = b"\x93NUMPY"
_START = struct.Struct("6sBB")
_SIMPLE_TYPE = re.compile(r"[<>|=]?[?bcfimuMOSUV][0-9]{0,9}(?:\[[0-9]*[a-zA-Z]{1,2}\])?")
_DAMAGED = "Save it again with numpy.save or numpy.savez."
_BROKEN_HEADER = (
    ValueError,
    TypeError,
    AttributeError,
    SyntaxError,
    OverflowError,
    RecursionError,
    MemoryError,
)


def open_array(path: Path, limits: Limits) -> NDArray[Any]:
    """Map an array read-only; nothing of its content is executed, unpickled or copied.

    Raises:
        DataError: no NumPy file, objects or other types that are not numbers, booleans or text, no samples,
            too large, or a file that is shorter than its header says.

    """
    with path.open("rb") as file:
        shape, fortran, dtype = _header(file, limits)
        offset = file.tell()
    _check_type(dtype)
    _check_shape(shape, limits)
    wanted = math.prod(shape) * dtype.itemsize
    there = path.stat().st_size - offset
    if there < wanted:
        raise DataError(
            f"The file is cut off: its header promises {wanted:,} bytes of values, {there:,} are there.",
            remedy=_DAMAGED,
        )
    return np.memmap(path, dtype, mode="r", offset=offset, shape=shape, order="F" if fortran else "C")


def _header(file: BinaryIO, limits: Limits) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read shape, Fortran order and dtype: our own reading, for NumPy's loads a header of any size first."""
    start = file.read(_START.size)
    if len(start) < _START.size or not start.startswith(_MAGIC):
        raise DataError("This is not a NumPy array.", remedy=_DAMAGED)
    version = _START.unpack(start)[1:]
    if version not in _LENGTH_BYTES:
        raise DataError(f"NumPy format {version[0]}.{version[1]} is not read.", remedy=_DAMAGED)
    length = int.from_bytes(file.read(_LENGTH_BYTES[version]), "little")
    if length > limits.array_header:
        raise DataError(
            f"Its header has {length:,} bytes; at most {limits.array_header:,} are read.", remedy=_DAMAGED
        )
    try:
        return _understood(file.read(length).decode("latin-1"))
    except _BROKEN_HEADER as error:
        raise DataError("Its header cannot be understood.", remedy=_DAMAGED) from error


def _understood(header: str) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Understand the one dictionary of literals that a header is; anything else is an error of some kind."""
    found = ast.literal_eval(header.strip())
    if found.keys() != {"descr", "fortran_order", "shape"}:
        raise ValueError(found)
    shape, fortran, description = found["shape"], found["fortran_order"], found["descr"]
    if not (isinstance(shape, tuple) and all(type(length) is int for length in shape)):
        raise ValueError(shape)
    if not isinstance(fortran, bool):
        raise TypeError(fortran)
    if isinstance(description, list):
        return shape, fortran, np.dtype(np.void)
    if not _SIMPLE_TYPE.fullmatch(description):
        raise ValueError(description)
    return shape, fortran, np.dtype(description)


def _check_type(dtype: np.dtype[Any]) -> None:
    if dtype.hasobject:
        raise DataError(
            "It holds Python objects, which are never read because they can run code.",
            remedy="Convert it to an array of numbers, for example with .astype('float32').",
        )
    if dtype.kind not in _READABLE_KINDS:
        raise DataError(
            f"Its type {_type_name(dtype)} is not read.",
            remedy="Save whole or real numbers, booleans or text instead.",
        )


def _type_name(dtype: np.dtype[Any]) -> str:
    return "of records" if dtype.kind == "V" else str(dtype)


def _check_shape(shape: tuple[int, ...], limits: Limits) -> None:
    if not shape:
        raise DataError("It is a single number.", remedy="Give it a first axis that counts the samples.")
    if any(length < 1 for length in shape):
        raise DataError(f"It has no values: its shape is {shape}.")
    if len(shape) > limits.array_rank:
        raise DataError(f"It has {len(shape)} axes; at most {limits.array_rank} are read.")
    if math.prod(shape[1:]) > limits.sample_elements:
        raise DataError(
            f"One sample has {math.prod(shape[1:]):,} numbers; at most {limits.sample_elements:,} are read.",
            remedy="The first axis counts the samples. Transpose the array if it does not.",
        )
