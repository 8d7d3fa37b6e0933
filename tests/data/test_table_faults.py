"""CSV files that are refused: the row and column that are wrong, what to do, and nothing left."""

from pathlib import Path

import pytest

from tests.data.conftest import Refuse
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions
from wiregrad.data.importing.limits import Limits
from wiregrad.data.store import DatasetStore


def upload(folder: Path, content: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


FAULTS: dict[str, tuple[str | bytes, int | None, str | None, str]] = {
    "empty file": (b"", None, None, "empty"),
    "only a byte order mark": ("\ufeff", None, None, "empty"),
    "only blank lines": ("\n\n\n", None, None, "empty"),
    "header without rows": ("a,b\n", None, None, "no rows"),
    "short row": ("a,b\n1,2\n3\n", 3, None, "has 1 cells; expected 2"),
    "long row": ("a,b\n1,2,3\n", 2, None, "has 3 cells; expected 2"),
    "short row between semicolons": ("a;b\n1;2\n3\n4;5\n", 3, None, "has 1 cells; expected 2"),
    "blank line between rows": ("a,b\n1,2\n\n3,4\n", 3, None, "line is empty"),
    "empty cell": ("a,b\n1,2\n3,\n", 3, "b", "cell is empty; expected a whole number"),
    "cell of spaces": ("a,b\n1,x\n3,  \n", 3, "b", "cell is empty; expected the name of a class"),
    "not a number": ("a,b\n1,2\n3,NaN\n4,5\n", 3, "b", "got 'NaN'"),
    "infinity": ("a\n1.5\n2.5\n-inf\n", 4, "a", "got '-inf'"),
    "missing word": ("a\n1.5\nn/a\n", 3, "a", "got 'n/a'"),
    "text among numbers": ("a,b\n1,2\n3,4\noops,5\n", 4, "a", "as in the other rows, got 'oops'"),
    "decimal commas": ("a;b\n1,5;2\n2,5;3\n", 2, "a", "got '1,5'"),
    "too large for float32": (
        "a\n1.0\n1e39\n",
        3,
        "a",
        "fits float32, up to 3.4e38, as in the other rows, got '1e39'",
    ),
    "too large for float64": ("a\n1.0\n1e999\n", 3, "a", "got '1e999'"),
    "integer of 65 bits": ("a\n1\n9223372036854775808\n", 3, "a", "at most 64 bits"),
    "integer of a million digits": ("a\n1\n" + "9" * 10**6 + "\n", 3, "a", "fits float32"),
    "underscores in a number": ("a\n1\n2\n1_000\n", 4, "a", "got '1_000'"),
    "digits of another script": ("a\n1\n2\n\u0663\n", 4, "a", "got '\\u0663'"),
    "duplicate names": ("a,b,a\n1,2,3\n", 1, "a", "Two columns have this name"),
    "names that look equal": ("é,e\u0301\n1,2\n", 1, "é", "Two columns have this name"),
    "nameless column": ("a,,c\n1,2,3\n", 1, None, "name of column 2 is empty"),
    "long name": ("x" * 129 + ",b\n1,2\n", 1, None, "129 characters; at most 128"),
    "unseen characters in a name": ("a\u202eb,c\n1,2\n", 1, None, "cannot be seen"),
    "label that is a novel": ("a\nx\n" + "y" * 129 + "\n", 3, "a", "at most 128 characters"),
    "unseen characters in a label": ("a\nx\ny\x07\n", 3, "a", "that can be seen"),
    "quotation mark never closed": ('a,b\n1,"2\n3,4\n', 2, None, "never closed"),
    "text after a quotation mark": ('a,b\n1,2\n3,"4"5\n', 3, None, "quotation marks do not add up"),
    "giant quoted cell": (
        'a,b\n1,2\n3,"' + "x" * (2 << 20) + '"\n',
        3,
        None,
        "more than 1,048,576 characters",
    ),
    "endless line": ("a,b\n" + "1," * (9 << 20), 2, None, "more than 16,777,216 characters"),
    "NUL": (b"a,b\n1,2\n3,\x004\n", 3, None, "NUL"),
    "UTF-16 without a mark": ("a,b\n1,2\n".encode("utf-16-le"), 1, None, "NUL"),
    "UTF-16 cut off": ("a,b\n1,2\n".encode("utf-16") + b"\x00", 3, None, "not in the encoding UTF-16"),
    "Latin-1": (b"a,b\n1,x\n2,caf\xe9\n", 3, "number 2", "not in the encoding UTF-8"),
    "mixed encodings": ("a\né\n".encode() + b"\xe9\n", 3, "number 1", "not in the encoding UTF-8"),
    "too many columns": (",".join(["1"] * 5001), 1, None, "5,001 columns; at most 5,000"),
    "an Excel file": (b"PK\x03\x04" + b"\0" * 60, None, None, "is not a CSV table"),
    "a NumPy file": (b"\x93NUMPY\x01\0" + b"\0" * 60, None, None, "is not a CSV table"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_table_is_refused_with_its_place(fault: str, refused: Refuse, tmp_path: Path) -> None:
    content, row, column, message = FAULTS[fault]
    error = refused(upload(tmp_path, content))
    assert (error.row, error.column) == (row, column)
    assert message in error.message
    assert error.remedy or "limit" in error.message or "at most" in error.message or row == 1


def test_the_message_reads_as_a_sentence(refused: Refuse, tmp_path: Path) -> None:
    error = refused(upload(tmp_path, "a,b\n1,2\n3,\n"))
    assert str(error) == (
        "Row 3, column 'b': The cell is empty; expected a whole number of at most 64 bits. "
        "Fill it in, choose what happens to missing cells, or leave the column out (type 'skip')."
    )


@pytest.mark.parametrize(
    "filename", ["table.xlsx", "table.feather", "table", "csv", "table.csv.exe", ".csv", ""]
)
def test_another_kind_of_file_is_refused_with_those_that_are_read(
    filename: str, refused: Refuse, tmp_path: Path
) -> None:
    error = refused(upload(tmp_path, "a\n1\n"), filename)
    assert "no file that can be imported" in error.message
    assert ".csv" in str(error.remedy)
    assert ".zip" in str(error.remedy)


def test_a_type_for_a_column_that_is_not_there_is_refused(refused: Refuse, tmp_path: Path) -> None:
    error = refused(upload(tmp_path, "a,b\n1,2\n"), columns={"c": "number"})
    assert error.column == "c"
    assert "It has: 'a', 'b'" in error.message


def test_a_chosen_type_that_does_not_fit_is_refused(refused: Refuse, tmp_path: Path) -> None:
    error = refused(upload(tmp_path, "a\n1\nx\n2.5\n"), columns={"a": "integer"})
    assert (error.row, error.column) == (3, "a")
    assert "got 'x'" in error.message


def test_skipping_all_columns_is_refused(refused: Refuse, tmp_path: Path) -> None:
    assert "nothing is left" in refused(upload(tmp_path, "a\n1\n"), columns={"a": "skip"}).message


def test_a_skipped_column_may_hold_anything(store: DatasetStore, tmp_path: Path) -> None:
    path = upload(tmp_path, "a,b\n1,NaN\n2,\n3," + "z" * 200 + "\n")
    assert list(store.add(path, path.name, options=ImportOptions(columns={"b": "skip"})).columns) == ["a"]


@pytest.mark.parametrize(
    ("limits", "content", "message"),
    [
        (Limits(csv=20), "a,b\n" + "1,2\n" * 10, "larger than 20 bytes"),
        (Limits(labels=3), "a\nu\nv\nw\nx\n", "more than 3 different texts"),
        (Limits(all_labels=5), "a,b\nu,k\nv,l\nw,m\n", "different texts"),
        (Limits(stored=100), "a\n" + "1\n" * 20, "more than 100 bytes on disk"),
    ],
)
def test_every_limit_holds(limits: Limits, content: str, message: str, tmp_path: Path) -> None:
    store = DatasetStore(tmp_path / "datasets", limits)
    path = upload(tmp_path, content)
    with pytest.raises(DataError, match=message):
        store.add(path, path.name)
    assert list(store.root.iterdir()) == []
