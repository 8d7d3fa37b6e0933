"""CSV files that are read, and what becomes of their columns."""

import csv
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiregrad.data.catalogue import builtin
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.importing import ImportOptions
from wiregrad.data.store import DatasetStore

PEOPLE = """name,age,height,member,city
Ann,31,1.70,true,Ås
Bo,4,.95,FALSE,Oslo
Cy,77,1e0,True,"Bergen, vest"
"""


def imported(
    store: DatasetStore, content: str | bytes, filename: str = "people.csv", **options: object
) -> Dataset:
    path = store.root.parent / "upload"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return store.add(path, filename, options=ImportOptions.model_validate(options))


def values_of(dataset: Dataset) -> dict[str, list[Any]]:
    taken = dataset.take(np.arange(dataset.size), list(dataset.columns))
    return {name: array.tolist() for name, array in taken.items()}


def test_types_are_inferred_from_all_rows(store: DatasetStore) -> None:
    dataset = imported(store, PEOPLE)
    assert list(dataset.columns.values()) == [
        Column("name", "int64", (), ("Ann", "Bo", "Cy")),
        Column("age", "int64", ()),
        Column("height", "float32", (1,)),
        Column("member", "bool", ()),
        Column("city", "int64", (), ("Bergen, vest", "Oslo", "Ås")),
    ]
    assert values_of(dataset) == {
        "name": [0, 1, 2],
        "age": [31, 4, 77],
        "height": [[pytest.approx(1.7)], [pytest.approx(0.95)], [1.0]],
        "member": [True, False, True],
        "city": [2, 1, 0],
    }
    assert dataset.name == "people.csv"
    assert dataset.description == "3 rows of people.csv."


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le with mark", "utf-16-be with mark"]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_delimiter_encoding_and_line_ends_are_found(
    store: DatasetStore, delimiter: str, encoding: str, line_end: str
) -> None:
    text = f"größe{delimiter}art{line_end}1.5{delimiter}fågel{line_end}2{delimiter}катка{line_end}"
    codec, _, mark = encoding.partition(" ")
    dataset = imported(store, (("\ufeff" if mark else "") + text).encode(codec))
    assert dataset.columns["größe"].dtype == "float32"
    assert dataset.columns["art"].labels == ("fågel", "катка")


def test_commas_in_a_semicolon_table_are_text(store: DatasetStore) -> None:
    dataset = imported(store, "x;note\n1;one, two\n2;three, four\n")
    assert dataset.columns["note"].labels == ("one, two", "three, four")


def test_semicolons_in_a_comma_table_are_text(store: DatasetStore) -> None:
    dataset = imported(store, "x,note\n1,one; two\n2,three; four\n")
    assert dataset.columns["note"].labels == ("one; two", "three; four")


def test_a_declared_encoding_is_used(store: DatasetStore) -> None:
    dataset = imported(store, "café,x\na,1\nb,2\n".encode("windows-1252"), encoding="windows-1252")
    assert list(dataset.columns) == ["café", "x"]


def test_a_first_row_with_numbers_is_no_header(store: DatasetStore) -> None:
    assert list(imported(store, "1,a\n2,b\n").columns) == ["column1", "column2"]
    assert list(imported(store, "a,b\nc,d\n", header=False).columns) == ["column1", "column2"]
    assert list(imported(store, "2001,2002\n1,2\n", header=True).columns) == ["2001", "2002"]


def test_a_chosen_type_wins(store: DatasetStore) -> None:
    dataset = imported(
        store, PEOPLE, columns={"age": "number", "name": "skip", "height": "category", "member": "category"}
    )
    assert "name" not in dataset.columns
    assert dataset.columns["age"] == Column("age", "float32", (1,))
    assert dataset.columns["height"].labels == (".95", "1e0", "1.70")
    assert dataset.columns["member"].labels == ("FALSE", "True", "true")


def test_labels_of_numbers_are_in_the_order_of_numbers(store: DatasetStore) -> None:
    dataset = imported(store, "k\n10\n9\n-1\n9\n", columns={"k": "category"})
    assert dataset.columns["k"].labels == ("-1", "9", "10")
    assert values_of(dataset)["k"] == [2, 1, 0, 1]


def test_labels_that_look_equal_are_equal(store: DatasetStore) -> None:
    dataset = imported(store, "word\né\ne\u0301\n é \n")
    assert dataset.columns["word"].labels == ("é",)


def test_blank_lines_at_the_end_do_not_count(store: DatasetStore) -> None:
    assert imported(store, "a,b\n1,2\n\n\n").size == 1


def test_numbered_columns_stay_separate(store: DatasetStore) -> None:
    assert list(imported(store, "x1,x2,x3\n1.5,2.5,3.5\n").columns) == ["x1", "x2", "x3"]


def test_the_bundled_line_comes_back_as_it_is_built_in(store: DatasetStore) -> None:
    source = Path(__file__).parents[2] / "backend/wiregrad/data/builtin/line.csv"
    assert store.add(source, "line.csv").sha256 == builtin()["line"]().sha256


def test_a_wide_table_needs_few_file_handles(store: DatasetStore) -> None:
    resource = pytest.importorskip("resource", reason="needs a POSIX system to limit file handles")
    width = 1000
    text = (
        ",".join(f"c{number}" for number in range(width)) + ("\n" + ",".join(["1.5", "2"] * (width // 2))) * 3
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (200, hard))
    try:
        dataset = imported(store, text)
        last = dataset.preview(1)[0]["c999"]
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (dataset.size, len(dataset.columns), last) == (3, width, 2)


def test_values_of_many_blocks_stay_in_order(store: DatasetStore) -> None:
    count = 120_000
    dataset = imported(store, "n\n" + "\n".join(map(str, range(count))))
    assert np.array_equal(dataset.take(np.arange(count), ["n"])["n"], np.arange(count))


CELLS = {
    "number": st.floats(width=32, allow_nan=False, allow_infinity=False),
    "integer": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "category": st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[dict[str, str], list[list[Any]], dict[str, Any]]:
    types = draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=5))
    rows = draw(st.lists(st.tuples(*(CELLS[kind] for kind in types)), min_size=1, max_size=20))
    writing = {
        "delimiter": draw(st.sampled_from([",", ";", "\t"])),
        "lineterminator": draw(st.sampled_from(["\n", "\r\n"])),
        "quoting": draw(st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])),
    }
    return {f"c{number}": kind for number, kind in enumerate(types)}, [list(row) for row in rows], writing


@given(tables(), st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=60, deadline=None)
def test_a_written_table_comes_back(
    tmp_path_factory: pytest.TempPathFactory,
    table: tuple[dict[str, str], list[list[Any]], dict[str, Any]],
    encoding: str,
) -> None:
    types, rows, writing = table
    path = tmp_path_factory.mktemp("table") / "table.csv"
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, **writing)
        writer.writerow(types)
        writer.writerows(rows)
    store = DatasetStore(path.parent / "datasets")
    dataset = store.add(
        path,
        path.name,
        options=ImportOptions.model_validate({"columns": types, "delimiter": writing["delimiter"]}),
    )
    shown = dataset.preview(len(rows))
    for name, place in zip(types, range(len(types)), strict=True):
        expected = [row[place] for row in rows]
        got = [row[name] for row in shown]
        if types[name] == "number":
            assert got == [[float(np.float32(number))] for number in expected]
        elif types[name] == "category":
            assert [str(text) for text in got] == [unicodedata.normalize("NFC", text) for text in expected]
        else:
            assert got == expected
