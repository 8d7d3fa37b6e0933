"""Archives that are made to harm: what they say about themselves is not believed."""

import gzip
import stat
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.data.broken import archive, idx, npy, npz, parquet
from tests.data.conftest import Refuse
from tests.data.drawing import plain, zipped
from wiregrad.data.errors import DataError
from wiregrad.data.importing.archive import Archive
from wiregrad.data.importing.limits import LIMITS, Limits
from wiregrad.data.store import DatasetStore

NAMES = {
    "../cat/1.png": "outside",
    "cat/../../1.png": "outside",
    "/cat/1.png": "absolute",
    "C:/cat/1.png": "absolute",
    "c:cat/1.png": "absolute",
    "..\\cat\\1.png": "backslashes",
    "\\\\host\\share\\1.png": "backslashes",
    "cat\\1.png": "backslashes",
    "cat//1.png": "empty part",
    "./cat/1.png": "empty part",
    "cat/\n1.png": "cannot be seen",
    "cat/\u202egnp.1.png": "cannot be seen",
    "": "empty part",
}


@pytest.mark.parametrize("name", NAMES)
def test_names_that_are_paths_are_refused(name: str, refused: Refuse, tmp_path: Path) -> None:
    error = refused(zipped(tmp_path / "x.zip", {"dog/1.png": plain(), name: plain()}))
    assert error.member == name
    assert NAMES[name] in error.message


@given(st.text(alphabet="./\\:C%2e\0~a\n", min_size=1, max_size=10))
@settings(max_examples=80, deadline=None)
def test_no_member_name_reaches_the_disk(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("names")
    path = folder / "x.zip"
    info = zipfile.ZipInfo("placeholder")
    with zipfile.ZipFile(path, "w") as archive:
        info.filename = f"{name}.png"
        archive.writestr(info, plain())
    store = DatasetStore(folder / "datasets")
    try:
        identity = store.add(path, "x.zip").id
    except DataError:
        assert list(store.root.iterdir()) == []
    else:
        assert {file.name for file in (store.root / identity).iterdir()} == {"dataset.json", "0.npy", "1.npy"}
    assert {file.name for file in folder.iterdir()} == {"x.zip", "datasets"}


def with_kind(path: Path, kind: int) -> Path:
    info = zipfile.ZipInfo("cat/link.png")
    info.external_attr = (kind | 0o777) << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(info, "/etc/passwd")
    return path


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFSOCK])
def test_links_and_devices_are_refused(kind: int, refused: Refuse, tmp_path: Path) -> None:
    assert "link or a device" in refused(with_kind(tmp_path / "x.zip", kind)).message


@pytest.mark.parametrize("inner", ["zip", "gz", "7z", "tar", "rar", "xz"])
def test_archives_within_archives_are_refused(inner: str, refused: Refuse, tmp_path: Path) -> None:
    error = refused(zipped(tmp_path / "x.zip", {"cat/1.png": plain(), f"cat/more.{inner}": b"PK"}))
    assert error.member == f"cat/more.{inner}"
    assert "archive within an archive" in error.message


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_compressions_are_refused(method: int, refused: Refuse, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("cat/1.png", plain())
    assert "another method" in refused(path).message


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_the_same_name_twice_is_refused(refused: Refuse, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"cat/1.png": plain()})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("cat/1.png", plain(9))
    assert "two files of this name" in refused(path).message


def patched(path: Path, signature: bytes, offset: int, value: bytes) -> Path:
    """Overwrite bytes of every record of a kind: what the archive says about itself becomes a lie."""
    content = bytearray(path.read_bytes())
    at = content.find(signature)
    while at >= 0:
        content[at + offset : at + offset + len(value)] = value
        at = content.find(signature, at + 1)
    path.write_bytes(bytes(content))
    return path


LOCAL, CENTRAL = b"PK\x03\x04", b"PK\x01\x02"


@pytest.mark.parametrize("claimed", [1, 10**6, 2**32 - 2])
def test_a_forged_size_is_found(claimed: int, refused: Refuse, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"cat/1.png": plain()})
    error = refused(patched(path, CENTRAL, 24, struct.pack("<I", claimed)))
    assert error.member == "cat/1.png"


def test_a_wrong_checksum_is_found(refused: Refuse, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"cat/1.png": plain()})
    error = refused(patched(path, CENTRAL, 16, b"\0\0\0\0"))
    assert error.member == "cat/1.png"
    assert "damaged" in error.message


def test_a_locked_member_is_refused(refused: Refuse, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"cat/1.png": plain()})
    assert "password" in refused(patched(path, CENTRAL, 8, b"\x01\0")).message


def test_members_that_share_bytes_are_refused(refused: Refuse, tmp_path: Path) -> None:
    """Every directory entry points at the first member: each of them would inflate the same bytes again."""
    path = zipped(tmp_path / "x.zip", {f"cat/{number}.png": plain() for number in range(5)})
    assert "shares bytes" in refused(patched(path, CENTRAL, 42, struct.pack("<I", 0))).message


def read_all(path: Path, limits: Limits) -> None:
    with Archive(path, limits) as archive:
        for member in archive.members:
            archive.read(member, 2 << 20)


def test_a_bomb_is_refused_by_what_it_inflates_to(refused: Refuse, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.npz", {"x.npy": b"\0" * (200 << 20)})
    assert path.stat().st_size < 300_000
    assert "more than 100 times its size" in refused(path).message


def test_a_bomb_of_many_small_members_is_refused(refused: Refuse, tmp_path: Path) -> None:
    members = {f"cat/{number}.png": b"\0" * (1 << 20) for number in range(100)}
    path = zipped(tmp_path / "x.zip", members)
    with pytest.raises(DataError, match="100 times its size"):
        read_all(path, LIMITS)
    assert refused(path).member == "cat/0.png"


def test_more_than_the_limit_is_refused_however_little_it_is_compressed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {f"{n}.png": bytes(1000) for n in range(9)}, zipfile.ZIP_STORED)
    with pytest.raises(DataError, match=r"more than 4\.883 KiB"):
        read_all(path, Limits(inflated=5000))


def test_too_many_members_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {f"cat/{number}.png": b"" for number in range(51)})
    store = DatasetStore(tmp_path / "datasets", Limits(members=50))
    with pytest.raises(DataError, match="more than 50 files"):
        store.add(path, "x.zip")
    assert list(store.root.iterdir()) == []


def test_an_archive_that_is_cut_off_is_refused(refused: Refuse, tmp_path: Path) -> None:
    content = zipped(tmp_path / "x.zip", {"cat/1.png": plain(), "dog/1.png": plain()}).read_bytes()
    for length in range(4, len(content) - 1, 37):
        (tmp_path / "x.zip").write_bytes(content[:length])
        assert "damaged or incomplete" in refused(tmp_path / "x.zip").message


WHOLE = {
    "x.zip": archive({"cat/1.png": plain(), "dog/1.png": plain(9)}),
    "x.npz": npz(x=np.arange(6.0).reshape(3, 2), y=np.array(["a", "b", "a"])),
    "x.npy": npy(np.array(["ab", "b", "é"])),
    "x.csv": 'a,b,c\n1,2.5,"x, y"\n3,4e3,é\n'.encode(),
    "x.csv.gz": gzip.compress(b"a,b\n1,2\n3,4\n"),
    "x.parquet": parquet({"a": [1, 2, 3], "b": [1.5, 2.5, 3.5], "c": ["x", "y", "é"]}),
    "x.txt": "Där är den. ".encode() * 20,
    "x-ubyte": idx(np.arange(24, dtype=np.int16).reshape(4, 3, 2)),
}


@given(st.data())
@settings(max_examples=100, deadline=None)
@pytest.mark.filterwarnings("default::UserWarning:PIL")
@pytest.mark.parametrize("filename", WHOLE)
def test_a_damaged_file_is_imported_or_refused_and_nothing_else(
    tmp_path_factory: pytest.TempPathFactory, filename: str, data: st.DataObject
) -> None:
    """Whatever bytes are wrong, the answer is a dataset or a `DataError`, and no half of anything remains."""
    folder = tmp_path_factory.mktemp("damaged")
    path = folder / filename
    path.write_bytes(WHOLE[filename])
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(len(content) // 2, len(content)))]))
    store = DatasetStore(folder / "datasets")
    try:
        dataset = store.add(path, filename)
    except DataError:
        assert list(store.root.iterdir()) == []
    else:
        assert dataset.preview(3)
        assert [file.name for file in store.root.iterdir()] == [dataset.id]


def test_gzip_files_in_a_zip_are_counted_together(tmp_path: Path) -> None:
    members = {f"t10k-{part}-ubyte.gz": gzip.compress(bytes(1 << 20)) for part in ("images", "labels")}
    path = zipped(tmp_path / "x.zip", members)
    store = DatasetStore(tmp_path / "datasets", Limits(inflated=3 << 19))
    with pytest.raises(DataError, match="inflates to more than"):
        store.add(path, "x.zip")
    assert list(store.root.iterdir()) == []
