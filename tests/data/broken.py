"""Broken files, as they come or as they are made to harm, and what a person is told about each."""

import gzip
import io
import struct
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.data.drawing import plain, png_of_size

_IDX_TYPES = {"u1": 0x08, "i1": 0x09, "i2": 0x0B, "i4": 0x0C, "f4": 0x0D, "f8": 0x0E}


@dataclass(frozen=True)
class Broken:
    """Files by name, how they are to be imported, and how the whole refusal begins."""

    files: Callable[[], Mapping[str, bytes]]
    sentence: str
    options: dict[str, Any] = field(default_factory=dict)


def one(name: str, content: bytes | Callable[[], bytes], sentence: str, **options: object) -> Broken:
    return Broken(
        lambda: {name: content if isinstance(content, bytes) else content()}, sentence, dict(options)
    )


def idx(array: np.ndarray) -> bytes:
    kind = _IDX_TYPES[array.dtype.str[1:]]
    header = bytes([0, 0, kind, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape)
    return header + array.astype(array.dtype.newbyteorder(">")).tobytes()


def archive(members: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def parquet(columns: Mapping[str, Any], **options: Any) -> bytes:  # noqa: ANN401
    file = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), file, **options)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]
    return file.getvalue()


def header_of(shape: str) -> bytes:
    text = f"{{'descr': '<f4', 'fortran_order': False, 'shape': {shape}}}".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(64)


def of_several_types() -> bytes:
    file = io.BytesIO()
    table = pa.table([[1], [2]], names=["x", "x"])
    pq.write_table(table, file)
    return file.getvalue()


IMAGES = idx(np.zeros((3, 4, 4), dtype=np.uint8))
LABELS = idx(np.array([0, 1, 2], dtype=np.uint8))
NUMBERS = parquet({"x": [1.0, 2.0, 3.0]})

BROKEN: dict[str, Broken] = {
    # Tables
    "empty file": one("t.csv", b"", "The file is empty."),
    "ragged row": one("t.csv", b"a,b\n1,2\n3\n", "Row 3: It has 1 cells; expected 2 as in the first row."),
    "empty cell": one("t.csv", b"a,b\n1,2\n,4\n", "Row 3, column 'a': The cell is empty; expected a whole"),
    "NaN cell": one("t.csv", b"a,b\n1,2\nnan,4\n", "Row 3, column 'a': Expected a whole number"),
    "infinity where gaps are filled": one(
        "t.csv", b"a\n1\ninf\n\n", "Row 3, column 'a': Expected a whole number", missing="mean"
    ),
    "a column of gaps": one(
        "t.csv", b"a,b\n1,\n2,NA\n", "Column 'b': All of its cells are missing.", missing="mean"
    ),
    "a gap in every row": one(
        "t.csv", b"a,b\n1,\n,2\n", "Every row has a missing cell, so dropping", missing="drop"
    ),
    "a constant that does not fit": one(
        "t.csv",
        b"a\n1\nNA\n",
        "Column 'a': The value chosen for missing cells, '0.5', does not fit this column.",
        missing="constant",
        constant="0.5",
    ),
    "wrong encoding": one(
        "t.csv", b"a,b\n1,x\n2,caf\xe9\n", "Row 3, column 'number 2': The text is not in the encoding UTF-8."
    ),
    "duplicate names": one("t.csv", b"a,b,a\n1,2,3\n", "Row 1, column 'a': Two columns have this name."),
    "a date that is none": one(
        "t.csv", b"d\n2026-02-28\n2026-02-30\n", "Row 3, column 'd': Expected a date such as 2026-03-04"
    ),
    "the other decimal sign": one(
        "t.csv", b"a;b\n1,5;2\n2.5;3\n", "Row 3, column 'a': Expected a number as in the other", decimal=","
    ),
    "not a table": one("t.csv", b"PK\x03\x04" + bytes(60), "'t.csv' is not a CSV table, whatever its name"),
    # Parquet
    "nested Parquet": one("t.parquet", lambda: parquet({"x": [[1], [2]]}), "Column 'x': It is nested (list<"),
    "Parquet of bytes": one(
        "t.parquet", lambda: parquet({"x": [b"1"]}), "Column 'x': Its type binary is not"
    ),
    "Parquet with a null": one(
        "t.parquet",
        lambda: parquet({"x": [1, None]}),
        "Row 2, column 'x': The cell is missing (null or NaN).",
    ),
    "Parquet with infinity": one(
        "t.parquet", lambda: parquet({"x": [1.0, np.inf]}), "Row 2, column 'x': It contains inf; expected"
    ),
    "Parquet of one name twice": one(
        "t.parquet", of_several_types, "Column 'x': Two columns have this name."
    ),
    "Parquet without rows": one(
        "t.parquet", lambda: parquet({"x": pa.array([], pa.int64())}), "The table has no rows."
    ),
    "corrupt Parquet": one(
        "t.parquet",
        NUMBERS[:20] + bytes(60) + NUMBERS[80:],
        "The Parquet file is damaged, or written in a way",
    ),
    "cut off Parquet": one("t.parquet", NUMBERS[:-9], "The Parquet file is damaged, or written in a way"),
    # IDX
    "cut off IDX": one(
        "labels.idx", LABELS[:-1], "File 'labels.idx': The file is cut off: its header promises 3 bytes"
    ),
    "IDX with too much": one(
        "labels.idx",
        LABELS + b"\0",
        "File 'labels.idx': The file goes on after its end: its header promises 3",
    ),
    "wrong magic": one(
        "values.idx",
        b"\x01\x02\x03\x04",
        "File 'values.idx': This is not an IDX file: it begins with 01 02 03 04",
    ),
    "IDX of a huge claim": one(
        "values.idx",
        bytes([0, 0, 8, 3]) + struct.pack(">3I", 2**32 - 1, 4096, 4096),
        "File 'values.idx': The file is cut off: its header promises 72,057,594,021,150,720 bytes",
    ),
    "images without labels": one(
        "train-images-idx3-ubyte", IMAGES, "File 'train-images-idx3-ubyte': These are images without labels."
    ),
    "labels without images": one(
        "t10k-labels-idx1-ubyte", LABELS, "File 't10k-labels-idx1-ubyte': These are labels without images."
    ),
    "counts that differ": Broken(
        lambda: {"train-images-idx3-ubyte": IMAGES, "train-labels-idx1-ubyte": idx(np.zeros(4, np.uint8))},
        "File 'train-labels-idx1-ubyte': It has 4 labels, but 'train-images-idx3-ubyte' has 3 images.",
    ),
    "files of two datasets": Broken(
        lambda: {
            "train-images-idx3-ubyte": IMAGES,
            "train-labels-idx1-ubyte": LABELS,
            "t10k-images-idx3-ubyte": idx(np.zeros((3, 5, 5), np.uint8)),
            "t10k-labels-idx1-ubyte": LABELS,
        },
        "File 't10k-images-idx3-ubyte': Its samples have the shape (5, 5) and type uint8, those of",
    ),
    "the same images twice": Broken(
        lambda: {"train-images-idx3-ubyte": IMAGES, "train.images.idx3-ubyte": IMAGES},
        "File 'train.images.idx3-ubyte': Two files hold the images of one part",
    ),
    # Wrapped files
    "a gzip bomb": one(
        "t.csv.gz",
        lambda: gzip.compress(bytes(64 << 20)),
        "File 't.csv.gz': It is suspicious: it inflates to more than 100 times its size.",
    ),
    "cut off gzip": one(
        "t.csv.gz", gzip.compress(b"a\n1\n")[:-6], "File 't.csv.gz': The gzip file is damaged or incomplete."
    ),
    "no gzip": one("t.csv.gz", b"a\n1\n", "File 't.csv.gz': It is not a gzip file, whatever its name says."),
    "a zip of two tables": one(
        "t.zip",
        lambda: archive({"a.csv": b"x\n1\n", "b.csv": b"x\n1\n"}),
        "File 'a.csv': 2 files came together, but only IDX files make one dataset.",
    ),
    # Pictures
    "a zip bomb": one(
        "p.zip",
        lambda: archive({"cat/a.png": bytes(64 << 20)}),
        "File 'cat/a.png': The archive is suspicious",
    ),
    "path traversal": one(
        "p.zip",
        lambda: archive({"../evil.png": plain()}),
        "File '../evil.png': The archive has a file that would lie outside of it",
    ),
    "cut off zip": one(
        "p.zip", lambda: archive({"cat/a.png": plain()})[:-30], "The zip archive is damaged or incomplete"
    ),
    "cut off picture": one(
        "p.zip",
        lambda: archive({"cat/a.png": plain(9, 60, 60)[:-30]}),
        "File 'cat/a.png': The picture is damaged or cut off.",
    ),
    "picture in no folder": one(
        "p.zip", lambda: archive({"a.png": plain()}), "File 'a.png': The picture lies in no folder"
    ),
    "a giant picture": one(
        "p.zip",
        lambda: archive({"cat/a.png": png_of_size(8000, 5000)}),
        "File 'cat/a.png': The picture has 8000 x 5000 pixels; at most 32 million are read.",
    ),
    "a picture outside of the splits": one(
        "p.zip",
        lambda: archive({"train/cat/a.png": plain(), "cat/b.png": plain()}),
        "File 'cat/b.png': The picture lies in none of the folders train, validation and test",
    ),
    # Arrays
    "pickled objects": one(
        "t.npy", lambda: npy(np.array([{"a": 1}], dtype=object)), "Column 't': It holds Python objects"
    ),
    "complex numbers": one(
        "t.npy", lambda: npy(np.array([1j])), "Column 't': Its type complex128 is not read"
    ),
    "arrays of two lengths": one(
        "t.npz",
        lambda: npz(x=np.ones(3), y=np.ones(2)),
        "Column 'y', file 'y.npy': It has 2 samples, but 'x' has 3.",
    ),
    "an array of a huge claim": one(
        "t.npy", header_of("(10**0 and 1000000000000, 2)"), "Column 't': Its header cannot be understood."
    ),
    "an array that is not there": one(
        "t.npy", header_of("(1000000000000, 2)"), "Column 't': The file is cut off: its header promises 8,000"
    ),
    # Texts
    "a text that is too short": one(
        "t.txt",
        b"To be",
        "The text has 5 characters; a window of 64 and the character after it need at least 65",
    ),
    "a text of bytes": one("t.txt", b"ab\0" * 50, "It contains a NUL character, so this is not plain text"),
    "a text in another encoding": one("t.txt", b"caf\xe9 " * 50, "The text is not in the encoding UTF-8."),
    # Neither
    "a program": one("program.exe", b"\x7fELF" * 10, "'program.exe' is no file that can be imported."),
}
