"""Missing cells of tables: refused unless a rule is chosen, and then filled exactly so."""

import io
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiregrad.data.dataset import Dataset
from wiregrad.data.importing import ImportOptions
from wiregrad.data.store import DatasetStore

TABLE = """when,x,n,k,b
2026-01-01,1.5,3,cat,true
2026-01-03,,4,,false
2026-01-05,2.5,,dog,
NA,9,4,dog,false
"""
PARQUET = pa.table(
    {
        "when": pa.array([20454, 20456, 20458, None], pa.int32()).cast(pa.date32()),
        "x": [1.5, float("nan"), 2.5, 9.0],
        "n": [3, 4, None, 4],
        "k": pa.array(["cat", None, "dog", "dog"]).dictionary_encode(),
        "b": [True, False, None, False],
    }
)
FILLED = {
    "mean": ([20454, 20456, 20458, 20456], [1.5, 13 / 3, 2.5, 9], [3, 4, 4, 4]),
    "median": ([20454, 20456, 20458, 20456], [1.5, 2.5, 2.5, 9], [3, 4, 4, 4]),
    "most_frequent": ([20454, 20456, 20458, 20454], [1.5, 1.5, 2.5, 9], [3, 4, 4, 4]),
}


def imported(store: DatasetStore, kind: str, **options: object) -> Dataset:
    path = store.root.parent / f"table.{kind}"
    if kind == "csv":
        path.write_text(TABLE, encoding="utf-8")
    else:
        pq.write_table(PARQUET, path)
    return store.add(path, path.name, options=ImportOptions.model_validate(options))


def column(dataset: Dataset, name: str) -> list[float]:
    values: list[float] = dataset.take(np.arange(dataset.size), [name])[name].ravel().tolist()
    return values


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("rule", FILLED)
def test_gaps_are_filled_by_the_rule(kind: str, rule: str, store: DatasetStore) -> None:
    dataset = imported(store, kind, missing=rule)
    when, x, n = FILLED[rule]
    assert column(dataset, "when") == when
    assert column(dataset, "x") == pytest.approx(x)
    assert column(dataset, "n") == n
    labels = dataset.columns["k"].labels
    assert labels == ("cat", "dog")
    assert column(dataset, "k") == [0, 1, 1, 1]
    assert column(dataset, "b") == [True, False, False, False]
    assert {name: found.missing for name, found in dataset.statistics().items()} == dict.fromkeys(
        ["x", "n", "k", "b", "when"], 1
    )
    assert "1 missing cells are filled with the most frequent, 'dog'" in dataset.columns["k"].description


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_rows_with_gaps_are_dropped(kind: str, store: DatasetStore) -> None:
    dataset = imported(store, kind, missing="drop")
    assert dataset.size == 1
    assert dataset.preview(2) == [{"when": [20454.0], "x": [1.5], "n": 3, "k": "cat", "b": True}]
    assert {found.missing for found in dataset.statistics().values()} == {0}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_constant_is_read_as_a_cell_of_each_column(kind: str, store: DatasetStore) -> None:
    numbers = {"when": "skip", "b": "skip"}
    dataset = imported(store, kind, missing="constant", constant="-1", columns=numbers)
    assert column(dataset, "x") == [1.5, -1, 2.5, 9]
    assert column(dataset, "n") == [3, 4, -1, 4]
    assert dataset.columns["k"].labels == ("-1", "cat", "dog")
    assert column(dataset, "k") == [1, 0, 2, 2]


def test_a_skipped_column_drops_no_row(store: DatasetStore) -> None:
    kept = imported(store, "csv", missing="drop", columns=dict.fromkeys(("when", "x", "n", "k"), "skip"))
    assert kept.size == 3


@given(st.lists(st.none() | st.floats(-1e6, 1e6, width=32), min_size=1), st.sampled_from(sorted(FILLED)))
@settings(max_examples=40, deadline=None)
def test_the_fill_is_that_of_numpy(
    tmp_path_factory: pytest.TempPathFactory, cells: list[float | None], rule: str
) -> None:
    there = np.array([cell for cell in cells if cell is not None])
    folder = tmp_path_factory.mktemp("fill")
    text = io.StringIO("x,row\n")
    text.seek(0, io.SEEK_END)
    for row, cell in enumerate(cells):
        text.write(f"{'' if cell is None else repr(cell)},{row}\n")
    (folder / "x.csv").write_text(text.getvalue(), encoding="ascii")
    store = DatasetStore(folder / "datasets")
    options = ImportOptions.model_validate({"missing": rule, "columns": {"x": "number"}})
    if len(there) == 0:
        with pytest.raises(ValueError, match="All of its cells are missing"):
            store.add(folder / "x.csv", "x.csv", options=options)
        return
    values, counts = np.unique(there, return_counts=True)
    fill = {"mean": there.mean(), "median": np.median(there), "most_frequent": values[counts.argmax()]}[rule]
    expected = [np.float32(fill if cell is None else cell) for cell in cells]
    got = column(store.add(folder / "x.csv", "x.csv", options=options), "x")
    assert got == pytest.approx(expected, rel=1e-6, abs=1e-3 if rule == "mean" else 0)


def test_marks_are_classes_until_a_rule_is_chosen(store: DatasetStore, tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("k\nnone\nsome\nnone\n", encoding="utf-8")
    assert store.add(tmp_path / "x.csv", "x.csv").columns["k"].labels == ("none", "some")
    options = ImportOptions(missing="most_frequent")
    assert store.add(tmp_path / "x.csv", "x.csv", options=options).columns["k"].labels == ("some",)
