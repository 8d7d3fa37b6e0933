"""NumPy files: what becomes of their arrays, and which are refused."""

import io
import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from tests.data.conftest import Refuse
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.store import DatasetStore

PICTURES = np.arange(4 * 5 * 6 * 3, dtype=np.uint8).reshape(4, 5, 6, 3)


def saved(folder: Path, **content: Any) -> Path:  # noqa: ANN401 - whatever NumPy accepts
    path = folder / "upload.npz"
    np.savez_compressed(path, **content)
    return path


def raw(folder: Path, content: bytes, name: str = "upload.npy") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def npy(array: np.ndarray, **options: Any) -> bytes:  # noqa: ANN401
    file = io.BytesIO()
    np.lib.format.write_array(file, array, **options)
    return file.getvalue()


def whole(dataset: Dataset, name: str) -> np.ndarray:
    return dataset.take(np.arange(dataset.size), [name])[name]


KINDS: dict[str, tuple[np.ndarray, Column, Any]] = {
    "float64": (np.arange(8.0).reshape(4, 2), Column("x", "float32", (2,)), [[0, 1], [2, 3], [4, 5], [6, 7]]),
    "float16": (np.array([1, 2, 3, 4], np.float16), Column("x", "float32", ()), [1, 2, 3, 4]),
    "big-endian": (np.array([1, 2, 3, 4], ">f8"), Column("x", "float32", ()), [1, 2, 3, 4]),
    "uint16": (np.array([1, 2, 3, 65535], np.uint16), Column("x", "int64", ()), [1, 2, 3, 65535]),
    "bytes of rank 1": (np.array([1, 2, 3, 255], np.uint8), Column("x", "int64", ()), [1, 2, 3, 255]),
    "bool": (np.array([True, False] * 2), Column("x", "bool", ()), [True, False, True, False]),
    "text": (np.array(["b", "a", "b", "é"]), Column("x", "int64", (), ("a", "b", "é")), [1, 0, 1, 2]),
    "bytes of text": (np.array([b"b", b"a", b"b", b"b"]), Column("x", "int64", (), ("a", "b")), [1, 0, 1, 1]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_types_become_those_of_columns(kind: str, store: DatasetStore, tmp_path: Path) -> None:
    array, column, values = KINDS[kind]
    dataset = store.add(saved(tmp_path, x=array), "x.npz")
    assert dataset.columns["x"] == column
    assert whole(dataset, "x").tolist() == values
    assert whole(dataset, "x").dtype == column.dtype


@pytest.mark.parametrize("layout", ["channels last", "channels first", "grey"])
def test_bytes_in_the_shape_of_pictures_become_pictures(
    layout: str, store: DatasetStore, tmp_path: Path
) -> None:
    array, expected = {
        "channels last": (PICTURES, PICTURES.transpose(0, 3, 1, 2)),
        "channels first": (PICTURES.transpose(0, 3, 1, 2), PICTURES.transpose(0, 3, 1, 2)),
        "grey": (PICTURES[..., 0], PICTURES[:, np.newaxis, :, :, 0]),
    }[layout]
    dataset = store.add(saved(tmp_path, picture=array), "x.npz")
    assert dataset.columns["picture"].is_picture
    assert np.array_equal(whole(dataset, "picture"), (expected / np.float32(255)).astype(np.float32))
    assert (store.root / dataset.id / "0.npy").stat().st_size < 2 * PICTURES.nbytes


def test_a_single_array_is_a_dataset_of_one_column(store: DatasetStore, tmp_path: Path) -> None:
    array = np.asfortranarray(np.random.default_rng(0).normal(size=(50, 3, 4)))
    dataset = store.add(raw(tmp_path, npy(array)), "weather.npy")
    assert np.array_equal(whole(dataset, "weather"), array.astype(np.float32))


NUMERIC = st.sampled_from(["f2", "f4", "f8", ">f4", "i1", "i2", "i4", "i8", "u2", "u4", "?"])


@given(
    NUMERIC.flatmap(
        lambda dtype: arrays.arrays(
            dtype,
            arrays.array_shapes(max_dims=4, max_side=5),
            elements={"allow_nan": False, "allow_infinity": False, "min_value": -6e4, "max_value": 6e4}
            if "f" in dtype
            else None,
        )
    ),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
def test_saved_numbers_come_back(
    tmp_path_factory: pytest.TempPathFactory, array: np.ndarray, fortran: bool
) -> None:
    folder = tmp_path_factory.mktemp("array")
    content = npy(np.asfortranarray(array) if fortran else array)
    dataset = DatasetStore(folder / "datasets").add(raw(folder, content), "x.npy")
    got = whole(dataset, "x")
    assert np.array_equal(got, array.astype(got.dtype))
    assert got.dtype == {"f": "float32", "b": "bool"}.get(array.dtype.kind, "int64")


def test_arrays_of_unequal_length_are_refused(refused: Refuse, tmp_path: Path) -> None:
    error = refused(saved(tmp_path, x=np.ones((4, 2)), y=np.ones(3)))
    assert (error.column, error.member) == ("y", "y.npy")
    assert error.message == "It has 3 samples, but 'x' has 4."


VALUES: dict[str, tuple[np.ndarray, int | None, str]] = {
    "NaN": (np.array([[1, 2], [3, np.nan]]), 2, "contains nan"),
    "infinity": (np.array([1, 2, -np.inf]), 3, "contains -inf"),
    "beyond float32": (np.array([1.0, 1e300]), 2, "contains 1e\\+300"),
    "beyond int64": (np.array([1, 2**64 - 1], np.uint64), 2, "does not fit int64"),
    "complex": (np.array([1j]), None, "type complex128 is not read"),
    "dates": (np.array(["2026-01-01"], "M8[D]"), None, "is not read"),
    "records": (np.array([(1, 2.0)], [("a", "i4"), ("b", "f4")]), None, "is not read"),
    "no samples": (np.zeros((0, 3)), None, r"no values: its shape is \(0, 3\)"),
    "samples of nothing": (np.zeros((3, 0)), None, r"no values: its shape is \(3, 0\)"),
    "a number": (np.array(5.0), None, "single number"),
    "text of rank 2": (np.array([["a"], ["b"]]), None, r"text with the shape \(2, 1\)"),
    "empty label": (np.array(["a", " "]), 2, "label is empty"),
    "long label": (np.array(["a", "b" * 200]), 2, "200 characters; at most 128"),
    "label of bytes that are no text": (np.array([b"a", b"\xff"]), 2, "not in UTF-8"),
    "too many axes": (np.ones((1,) * 9), None, "9 axes; at most 8"),
}


@pytest.mark.parametrize("fault", VALUES)
def test_values_that_no_column_holds_are_refused(fault: str, refused: Refuse, tmp_path: Path) -> None:
    array, row, message = VALUES[fault]
    error = refused(saved(tmp_path, bad=array))
    assert (error.row, error.column, error.member) == (row, "bad", "bad.npy")
    assert re.search(message, error.message)


class Bomb:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.write_text, (self.path, "boom")


def test_objects_are_never_unpickled(refused: Refuse, tmp_path: Path) -> None:
    evil = np.array([Bomb(tmp_path / "boom"), None], dtype=object)
    for path in (saved(tmp_path, x=evil), raw(tmp_path, npy(evil))):
        error = refused(path)
        assert error.column in {"x", "upload"}
        assert "Python objects, which are never read" in error.message
    assert not (tmp_path / "boom").exists()


def header(text: str, version: tuple[int, int] = (1, 0), length: int | None = None) -> bytes:
    size = struct.pack("<H" if version == (1, 0) else "<I", len(text) if length is None else length)
    return b"\x93NUMPY" + bytes(version) + size + text.encode("latin-1")


ROW = "{'descr': '<f4', 'fortran_order': False, 'shape': %s}"
HEADERS: dict[str, tuple[bytes, str]] = {
    "nothing after the magic": (b"\x93NUMPY", "not a NumPy array"),
    "unknown version": (header("{}", (9, 9)), "format 9.9 is not read"),
    "no dictionary": (header("[]"), "cannot be understood"),
    "nesting": (header("(" * 9000), "cannot be understood"),
    "closed nesting": (header("[" * 4999 + "]" * 4999), "cannot be understood"),
    "code": (header("__import__('os').abort()"), "cannot be understood"),
    "huge header": (
        header("{}", (2, 0), 2**31) + b" " * 100,
        "header has 2,147,483,648 bytes; at most 10,000",
    ),
    "long header": (header(" " * 10_001), "header has 10,001 bytes"),
    "cut off header": (header("{'descr'", length=500), "cannot be understood"),
    "promises too much": (
        header(ROW % "(1000000000000, 2)") + b"\0" * 64,
        "promises 8,000,000,000,000 bytes",
    ),
    "promises beyond 64 bits": (header(ROW % f"({2**62}, {2**20})"), "at most|promises"),
    "cut off values": (npy(np.ones(100))[:-1], "promises 800 bytes of values, 799 are there"),
    "negative shape": (header(ROW % "(-3, 2)") + b"\0" * 64, "no values"),
    "giant sample": (header(ROW % "(2, 99999999)") + b"\0" * 64, "One sample has 99,999,999 numbers"),
    "odd type": (header(ROW.replace("<f4", "rubbish") % "(1,)"), "cannot be understood"),
}


@pytest.mark.parametrize("fault", HEADERS)
def test_a_header_is_not_believed(fault: str, refused: Refuse, tmp_path: Path) -> None:
    content, message = HEADERS[fault]
    assert re.search(message, refused(raw(tmp_path, content)).message)


def test_an_archive_with_other_files_is_refused(refused: Refuse, tmp_path: Path) -> None:
    path = saved(tmp_path, x=np.ones(3))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("notes.txt", "hello")
    error = refused(path)
    assert error.member == "notes.txt"
    assert "arrays (.npy) only" in error.message


def test_an_archive_without_arrays_is_refused(refused: Refuse, tmp_path: Path) -> None:
    assert "holds no arrays" in refused(saved(tmp_path)).message


def test_a_table_called_npz_is_refused(refused: Refuse, tmp_path: Path) -> None:
    assert "is not a NumPy file" in refused(raw(tmp_path, b"a,b\n1,2\n"), "table.npz").message
