"""A store of datasets: what is added stays, what is deleted is gone, and nothing is ever half there."""

import hashlib
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from wiregrad.data.catalogue import builtin
from wiregrad.data.errors import DataError, UnknownDataset
from wiregrad.data.importing.writing import UNFINISHED
from wiregrad.data.store import DatasetStore
from wiregrad.data.stored import Manifest


def table(folder: Path, rows: int = 3) -> Path:
    path = folder / "table.csv"
    path.write_text("x,k\n" + "".join(f"{row}.5,{'ab'[row % 2]}\n" for row in range(rows)), encoding="utf-8")
    return path


def test_an_empty_store_has_the_sets_of_the_package(tmp_path: Path) -> None:
    store = DatasetStore(tmp_path / "nowhere")
    assert store.ids() == sorted(builtin())
    assert store.get("digits") is store.get("digits")
    assert not store.root.exists()


def test_what_is_added_is_there_for_everybody(store: DatasetStore, tmp_path: Path) -> None:
    first = store.add(table(tmp_path), "table.csv", "First")
    second = store.add(table(tmp_path, 5), "table.csv", "Second")
    other = DatasetStore(store.root)
    assert other.ids() == [*builtin(), first.id, second.id]
    again = other.get(first.id)
    assert (again.name, again.size, again.sha256) == ("First", 3, first.sha256)
    assert again.statistics() == first.statistics()
    assert (
        again.preview(3)
        == first.preview(3)
        == [
            {"x": [0.5], "k": "a"},
            {"x": [1.5], "k": "b"},
            {"x": [2.5], "k": "a"},
        ]
    )


def test_a_stored_set_says_of_itself_what_its_values_say(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    x = np.array([[0.5], [1.5], [2.5]], dtype="<f4").tobytes()
    k = np.array([0, 1, 0], dtype="<i8").tobytes()
    digest = hashlib.sha256()
    digest.update(b'["x", "float32", [1], null]\n' + x + b'["k", "int64", [], ["a", "b"]]\n' + k)
    assert dataset.sha256 == digest.hexdigest()
    assert dataset.statistics()["k"].counts == {"a": 2, "b": 1}


def test_columns_are_mapped_and_not_loaded(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    loaded = dataset._load("x")
    assert isinstance(loaded, np.memmap)
    assert not loaded.flags.writeable


def test_what_is_deleted_is_gone_but_can_be_read_on(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    dataset.take(np.array([0]), ["x"])
    store.delete(dataset.id)
    assert list(store.root.iterdir()) == []
    assert dataset.take(np.array([2]), ["x"])["x"].tolist() == [[2.5]]
    for use in (store.get, store.delete):
        with pytest.raises(UnknownDataset, match=dataset.id):
            use(dataset.id)


def test_sets_of_the_package_cannot_be_deleted(store: DatasetStore) -> None:
    with pytest.raises(DataError, match="comes with Wiregrad"):
        store.delete("digits")
    assert "digits" in store.ids()


def test_a_name_is_cleaned_or_refused(store: DatasetStore, tmp_path: Path) -> None:
    assert store.add(table(tmp_path), "table.csv", "  cafe\u0301 ").name == "café"
    for name in ("x" * 129, "a\x00b", "   "):
        with pytest.raises(DataError, match=r"name of the dataset"):
            store.add(table(tmp_path), "table.csv", name)


def test_the_format_on_the_disk_is_the_documented_one(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    folder = store.root / dataset.id
    manifest = json.loads((folder / "dataset.json").read_text(encoding="utf-8"))
    assert manifest["format"] == "wiregrad/dataset@1"
    assert {file.name for file in folder.iterdir()} == {"dataset.json", "0.npy", "1.npy"}
    assert [np.load(folder / column["file"]).dtype for column in manifest["columns"]] == ["float32", "int64"]
    if os.name != "nt":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(store.root.stat().st_mode) == 0o700


@pytest.mark.parametrize(
    "damage",
    [
        {"format": "wiregrad/dataset@2"},
        {"size": "many"},
        {"columns": [{"name": "x"}]},
        {"surprise": 1},
    ],
)
def test_a_damaged_manifest_is_refused_with_words(
    damage: dict[str, object], store: DatasetStore, tmp_path: Path
) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    path = store.root / dataset.id / "dataset.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | damage), encoding="utf-8")
    with pytest.raises(DataError, match=r"cannot be read.*import the data again"):
        store.get(dataset.id)


def test_a_manifest_cannot_point_out_of_its_folder(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    path = store.root / dataset.id / "dataset.json"
    np.save(tmp_path / "secret.npy", np.ones((3, 1), dtype=np.float32))
    path.write_text(path.read_text(encoding="utf-8").replace("0.npy", "../../secret.npy"), encoding="utf-8")
    with pytest.raises(DataError, match="cannot be read"):
        store.get(dataset.id)


def test_a_manifest_survives_its_own_round_trip(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(table(tmp_path), "table.csv")
    text = (store.root / dataset.id / "dataset.json").read_text(encoding="utf-8")
    assert Manifest.model_validate_json(text).model_dump_json(indent=1) == text


def test_a_killed_import_leaves_no_dataset_and_its_rest_can_be_swept(
    store: DatasetStore, tmp_path: Path
) -> None:
    """SIGKILL lets nothing clean up: the folder under its temporary name is no dataset."""
    (tmp_path / "big.csv").write_text("x\n" + "1.5\n" * 2_000_000, encoding="utf-8")
    imports = "import sys, pathlib; from wiregrad.data.store import DatasetStore\nprint('now', flush=True)\n"
    imports += "DatasetStore(pathlib.Path(sys.argv[1])).add(pathlib.Path(sys.argv[2]), 'big.csv')"
    command = [sys.executable, "-c", imports, str(store.root), str(tmp_path / "big.csv")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while not store.root.exists() or not list(store.root.iterdir()):
            assert process.poll() is None
        process.send_signal(signal.SIGKILL)
    left = [folder.name for folder in store.root.iterdir()]
    assert len(left) == 1
    assert left[0].startswith(UNFINISHED)
    assert store.ids() == list(builtin())
    kept = store.add(table(tmp_path), "table.csv").id
    store.remove_unfinished()
    assert [folder.name for folder in store.root.iterdir()] == [kept]


def test_a_full_disk_leaves_nothing(store: DatasetStore, tmp_path: Path) -> None:
    """The operating system refuses to write more than 64 KiB into a file: the import fails in the middle."""
    resource = pytest.importorskip("resource", reason="needs a POSIX system to limit file sizes")
    path = table(tmp_path, 50_000)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
    try:
        with pytest.raises(OSError, match="large"):
            store.add(path, "table.csv")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert list(store.root.iterdir()) == []
