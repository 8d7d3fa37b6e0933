"""Importing takes little memory, however large or hostile the file: measured in a process of its own."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.data.drawing import plain, zipped

MIB = 1 << 20
MEASURE = """
import pathlib, resource, sys
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions
from wiregrad.data.importing.limits import Limits
from wiregrad.data.store import DatasetStore

warm, upload, root = map(pathlib.Path, sys.argv[1:4])
store = DatasetStore(root, Limits(inflation_always_allowed=1 << 30))
store.add(warm, "warm.csv")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    options = ImportOptions.model_validate_json(sys.argv[4])
    print(store.add(upload, upload.name, options=options).size)
except DataError as error:
    print("refused:", error.message)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(grown * (1024 if sys.platform == "linux" else 1))
"""


def growth_of_import(folder: Path, upload: Path, **options: object) -> tuple[str, int]:
    """What importing said, and by how many bytes the highest memory use of a fresh process grew."""
    warm = folder / "warm.csv"
    warm.write_text("x,k\n1.5,a\n", encoding="utf-8")
    command = [
        sys.executable,
        "-c",
        MEASURE,
        str(warm),
        str(upload),
        str(folder / "datasets"),
        json.dumps(options),
    ]
    finished = subprocess.run(command, capture_output=True, text=True, check=True)
    said, grown = finished.stdout.splitlines()
    return said, int(grown)


@pytest.fixture(autouse=True)
def _posix() -> None:
    pytest.importorskip("resource", reason="needs a POSIX system to measure memory")


@pytest.mark.parametrize("name", ["bomb.npz", "bomb.zip"])
def test_a_bomb_of_half_a_gibibyte_takes_little_memory(name: str, tmp_path: Path) -> None:
    """The ratio is not checked here, so that all of it is inflated and only the streaming is measured."""
    upload = tmp_path / name
    member = "x.npy" if name.endswith("npz") else "cat/1.png"
    with (
        zipfile.ZipFile(upload, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(member, "w", force_zip64=True) as target,
    ):
        for _ in range(512):
            target.write(bytes(MIB))
    said, growth = growth_of_import(tmp_path, upload)
    assert said.startswith("refused:")
    assert growth < 100 * MIB


def test_a_bomb_of_a_hundred_thousand_members_takes_little_memory(tmp_path: Path) -> None:
    upload = tmp_path / "many.zip"
    with zipfile.ZipFile(upload, "w") as archive:
        for number in range(100_001):
            archive.writestr(zipfile.ZipInfo(f"c/{number}.png"), b"")
    said, growth = growth_of_import(tmp_path, upload)
    assert "more than 100,000 files" in said
    assert growth < 20 * MIB


def test_a_large_array_is_streamed(tmp_path: Path) -> None:
    upload = tmp_path / "large.npz"
    np.savez(upload, x=np.zeros((400, 100_000), dtype=np.float64))
    said, growth = growth_of_import(tmp_path, upload)
    assert said == "400"
    assert growth < 100 * MIB


def test_a_large_table_whose_gaps_are_filled_is_streamed(tmp_path: Path) -> None:
    upload = tmp_path / "gaps.csv"
    upload.write_text("x,y\n" + "0.123456789,1\n,2\n" * 100_000, encoding="utf-8")
    said, growth = growth_of_import(tmp_path, upload, missing="mean")
    assert said == "200000"
    assert growth < 40 * MIB


def test_many_pictures_are_streamed(tmp_path: Path) -> None:
    """A thousand pictures that are 190 MiB once they are scaled up."""
    upload = tmp_path / "many.zip"
    members = {f"set/{number % 2}/{number}.png": plain(number % 256) for number in range(1000)}
    zipped(upload, members)
    said, growth = growth_of_import(tmp_path, upload, size=[256, 256])
    assert said == "1000"
    assert growth < 70 * MIB


def test_a_large_text_is_streamed(tmp_path: Path) -> None:
    upload = tmp_path / "large.txt"
    upload.write_text("To be, or not to be.\n" * 1_000_000, encoding="ascii")
    said, growth = growth_of_import(tmp_path, upload, text_length=64)
    assert int(said) > 300_000
    assert growth < 40 * MIB


def test_a_large_table_is_streamed(tmp_path: Path) -> None:
    upload = tmp_path / "large.csv"
    upload.write_text("x,y\n" + "0.123456789,1\n" * 1_000_000, encoding="utf-8")
    said, growth = growth_of_import(tmp_path, upload)
    assert said == "1000000"
    assert growth < 100 * MIB
