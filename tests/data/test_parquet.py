"""Parquet tables: what becomes of their types, and what is said where PyArrow is not installed."""

import decimal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions
from wiregrad.data.store import DatasetStore


def imported(store: DatasetStore, table: pa.Table, **options: object) -> Dataset:
    path = store.root.parent / "table.parquet"
    pq.write_table(table, path, row_group_size=3)
    return store.add(path, path.name, options=ImportOptions.model_validate(options))


KINDS = {
    "int8": (pa.array([1, -2, 3], pa.int8()), Column("x", "int64", ()), [1, -2, 3]),
    "uint64": (pa.array([1, 2, 2**62], pa.uint64()), Column("x", "int64", ()), [1, 2, 2**62]),
    "float64": (pa.array([0.5, 1.5, -2.5]), Column("x", "float32", (1,)), [[0.5], [1.5], [-2.5]]),
    "decimal": (
        pa.array([decimal.Decimal("1.25"), decimal.Decimal("-0.50"), decimal.Decimal(0)]),
        Column("x", "float32", (1,)),
        [[1.25], [-0.5], [0]],
    ),
    "bool": (pa.array([True, False, True]), Column("x", "bool", ()), [True, False, True]),
    "text": (pa.array(["b", "10", "9"]), Column("x", "int64", (), ("9", "10", "b")), [2, 1, 0]),
    "large text": (
        pa.array(["b", "a", "b"], pa.large_string()),
        Column("x", "int64", (), ("a", "b")),
        [1, 0, 1],
    ),
    "dictionary": (
        pa.array(["b", "a", "b"]).dictionary_encode(),
        Column("x", "int64", (), ("a", "b")),
        [1, 0, 1],
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_types_become_those_of_columns(kind: str, store: DatasetStore) -> None:
    array, column, values = KINDS[kind]
    dataset = imported(store, pa.table({"x": array}))
    assert dataset.columns["x"] == column
    assert dataset.take(np.arange(3), ["x"])["x"].tolist() == values


def test_a_type_can_be_chosen_where_nothing_is_guessed(store: DatasetStore) -> None:
    table = pa.table({"n": [10, 9], "b": [True, False], "s": ["1", "2"], "skipped": [[1], [2]]})
    wishes = {"n": "category", "b": "category", "skipped": "skip"}
    dataset = imported(store, table, columns=wishes)
    assert dataset.preview(2) == [{"n": "10", "b": "true", "s": "1"}, {"n": "9", "b": "false", "s": "2"}]
    assert imported(store, table, columns=wishes | {"n": "number"}).preview(1)[0]["n"] == [10.0]
    with pytest.raises(DataError, match=r"cannot be read as 'number'.*'category', 'skip'"):
        imported(store, table, columns=wishes | {"s": "number"})


def test_rows_of_many_batches_stay_in_order(store: DatasetStore, tmp_path: Path) -> None:
    numbers = np.arange(25_000)
    pq.write_table(pa.table({"n": numbers, "half": numbers / 2}), tmp_path / "x.parquet", row_group_size=7001)
    dataset = store.add(tmp_path / "x.parquet", "x.parquet")
    taken = dataset.take(numbers, ["n", "half"])
    assert np.array_equal(taken["n"], numbers)
    assert np.array_equal(taken["half"][:, 0], (numbers / 2).astype(np.float32))


def test_a_number_beyond_int64_is_refused(store: DatasetStore) -> None:
    with pytest.raises(
        DataError, match="contains 9223372036854775808; expected numbers that fit int64"
    ) as caught:
        imported(store, pa.table({"x": pa.array([1, None, 2**63], pa.uint64())}), missing="drop")
    assert (caught.value.row, caught.value.column) == (3, "x")


def test_without_pyarrow_it_is_said_how_to_get_it(tmp_path: Path) -> None:
    """In a process in which it cannot be imported, as on a machine that has not got it."""
    pq.write_table(pa.table({"x": [1]}), tmp_path / "x.parquet")
    program = """
import sys, pathlib
sys.modules["pyarrow"] = None
from wiregrad.data.errors import DataError
from wiregrad.data.store import DatasetStore
folder = pathlib.Path(sys.argv[1])
try:
    DatasetStore(folder / "datasets").add(folder / "x.parquet", "x.parquet")
except DataError as error:
    print(error)
print(list((folder / "datasets").iterdir()))
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    assert finished.stdout == (
        "Parquet tables are read by PyArrow, which is not installed. "
        "Install it with: pip install 'wiregrad[parquet]', or save the table as CSV.\n[]\n"
    )
