"""Names from outside are labels for people; none is ever a path."""

import contextlib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wiregrad.data.catalogue import builtin
from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.importing.names import LONGEST_NAME, clean_name, is_unseen, title_of
from wiregrad.data.store import DatasetStore

HOSTILE = st.text(alphabet="./\\:%2eE;~ aC\0\n\u202eé\u0301", max_size=14)
"""Few letters, so that `..`, `%2e`, drives and separators come up often."""
CORPUS = [
    "..",
    "../x.csv",
    "..\\x.csv",
    "/etc/passwd.csv",
    "C:\\x.csv",
    "C:x.csv",
    "\\\\host\\share\\x.csv",
    "%2e%2e%2fx.csv",
    "%252e%252e%252fx.csv",
    "..;/x.csv",
    "x\0.csv",
    "datasets-other/x.csv",
    "~/x.csv",
    "CON.csv",
    "a" * 300 + ".csv",
]


@given(HOSTILE)
def test_a_clean_name_is_composed_short_and_can_be_seen(name: str) -> None:
    with contextlib.suppress(DataError):
        cleaned = clean_name(name, "It")
        assert 0 < len(cleaned) <= LONGEST_NAME
        assert cleaned == unicodedata.normalize("NFC", cleaned).strip()
        assert not any(map(is_unseen, cleaned))


@given(HOSTILE)
def test_a_title_has_no_part_of_a_path(filename: str) -> None:
    title = title_of(filename)
    assert title
    assert not set(title) & set("/\\:\0\n\u202e")
    assert len(title) <= LONGEST_NAME


def everything_below(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def import_called(folder: Path, filename: str) -> None:
    """Import a table under a hostile name and see that nothing but the dataset's folder appears."""
    upload = folder / "upload"
    upload.write_text("a\n1\n", encoding="utf-8")
    store = DatasetStore(folder / "datasets")
    try:
        identity = store.add(upload, filename).id
    except DataError:
        assert everything_below(folder) <= {"upload", "datasets"}
    else:
        inside = {f"datasets/{identity}/{name}" for name in ("0.npy", "dataset.json")}
        assert everything_below(folder) == {"upload", "datasets", f"datasets/{identity}", *inside}


@pytest.mark.parametrize("filename", CORPUS)
def test_a_file_name_never_chooses_a_place_on_the_disk(filename: str, tmp_path: Path) -> None:
    import_called(tmp_path, filename)


@given(HOSTILE)
@settings(max_examples=40, deadline=None)
def test_no_file_name_ever_chooses_a_place(tmp_path_factory: pytest.TempPathFactory, filename: str) -> None:
    import_called(tmp_path_factory.mktemp("names"), f"{filename}.csv")


@pytest.mark.parametrize("identity", [*CORPUS, "", ".", "nothing", "0" * 36])
def test_an_id_is_looked_up_and_never_a_path(identity: str, tmp_path: Path) -> None:
    store = DatasetStore(tmp_path / "datasets")
    (tmp_path / "datasets-other").mkdir()
    (tmp_path / "dataset.json").write_text("{}", encoding="utf-8")
    store.root.mkdir()
    for use in (store.get, store.delete):
        with pytest.raises(UnknownDataset, match=f"There are: {', '.join(builtin())}"):
            use(identity)
    assert (tmp_path / "dataset.json").exists()
