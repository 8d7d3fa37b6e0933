"""One IDX file, the format of MNIST (LeCun, Cortes, Burges), mapped after its header has been checked.

Two zero bytes, a byte for the type, a byte for the number of axes, their lengths as 32-bit numbers, then the
values; all big-endian, the last axis fastest.
"""

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wiregrad.data.errors import DataError
from wiregrad.data.importing.limits import Limits

_TYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
_MAGIC_BYTES = 4
_LENGTH_BYTES = 4
_AGAIN = "Download it again."


def open_idx(path: Path, limits: Limits) -> NDArray[Any]:
    """Map the values read-only, shape and type as the header says.

    Raises:
        DataError: no IDX file, an unknown type, no samples, too large, or not as long as its header says.

    """
    with path.open("rb") as file:
        magic = file.read(_MAGIC_BYTES)
        dtype = _type_of(magic)
        lengths = file.read(magic[3] * _LENGTH_BYTES)
    if len(lengths) < magic[3] * _LENGTH_BYTES:
        raise DataError("The file is cut off within its header.", remedy=_AGAIN)
    shape = tuple(int(length) for length in np.frombuffer(lengths, ">u4"))
    _check_shape(shape, limits)
    offset = _MAGIC_BYTES + len(lengths)
    _check_length(path.stat().st_size - offset, math.prod(shape) * dtype.itemsize, shape)
    return np.memmap(path, dtype, mode="r", offset=offset, shape=shape)


def _type_of(magic: bytes) -> np.dtype[Any]:
    if len(magic) < _MAGIC_BYTES or magic[:2] != b"\0\0" or magic[2] not in _TYPES:
        raise DataError(
            f"This is not an IDX file: it begins with {magic.hex(' ') or 'nothing'}; expected 00 00, a "
            "type from 08 to 0e, and the number of axes.",
            remedy="Upload files such as train-images-idx3-ubyte, gzipped or not.",
        )
    return np.dtype(_TYPES[magic[2]])


def _check_shape(shape: tuple[int, ...], limits: Limits) -> None:
    if not 1 <= len(shape) <= limits.array_rank:
        raise DataError(f"It has {len(shape)} axes; expected 1 to {limits.array_rank}.", remedy=_AGAIN)
    if 0 in shape:
        raise DataError(f"It has no values: its shape is {shape}.", remedy=_AGAIN)
    if math.prod(shape[1:]) > limits.sample_elements:
        raise DataError(
            f"One sample has {math.prod(shape[1:]):,} numbers; at most {limits.sample_elements:,} are read.",
            remedy=_AGAIN,
        )


def _check_length(there: int, wanted: int, shape: tuple[int, ...]) -> None:
    if there < wanted:
        raise DataError(
            f"The file is cut off: its header promises {wanted:,} bytes of values for the shape {shape}, "
            f"{there:,} are there.",
            remedy=_AGAIN,
        )
    if there > wanted:
        raise DataError(
            f"The file goes on after its end: its header promises {wanted:,} bytes of values for the shape "
            f"{shape}, {there:,} are there.",
            remedy=_AGAIN,
        )
