"""Zip archives of class folders with pictures."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.data.conftest import Refuse
from tests.data.drawing import encoded, plain, png_of_size, zipped
from wiregrad.data.errors import DataError
from wiregrad.data.importing import ImportOptions
from wiregrad.data.importing.limits import Limits
from wiregrad.data.store import DatasetStore

PETS = {
    "pets/dog/1.png": plain(10),
    "pets/dog/2.png": plain(20),
    "pets/cat/1.JPG": encoded(np.full((6, 6, 3), 30, dtype=np.uint8), "JPEG"),
    "pets/cat/2.png": plain(40),
    "pets/cat/3.png": plain(50),
}
LITTER = {
    "__MACOSX/pets/cat/._1.jpg": b"apple",
    "pets/.DS_Store": b"apple",
    "pets/cat/Thumbs.db": b"windows",
    "pets/empty/": b"",
}


def test_folders_become_labels_and_classes_take_turns(store: DatasetStore, tmp_path: Path) -> None:
    dataset = store.add(zipped(tmp_path / "pets.zip", PETS | LITTER), "pets.zip", "Our pets")
    image, label = dataset.columns.values()
    assert (image.name, image.dtype, image.shape, image.is_picture) == ("image", "float32", (3, 6, 6), True)
    assert (label.name, label.dtype, label.shape, label.labels) == ("label", "int64", (), ("cat", "dog"))
    values = dataset.take(np.arange(5), ["image", "label"])
    assert values["label"].tolist() == [0, 1, 0, 1, 0]
    assert np.rint(values["image"].mean((1, 2, 3)) * 255).tolist() == [30, 10, 40, 20, 50]
    assert dataset.name == "Our pets"
    assert dataset.description == "5 pictures in 2 classes from pets.zip."


def test_size_and_color_can_be_chosen(store: DatasetStore, tmp_path: Path) -> None:
    options = ImportOptions(size=(4, 9), color="grey")
    dataset = store.add(zipped(tmp_path / "pets.zip", PETS), "pets.zip", options=options)
    assert dataset.columns["image"].shape == (1, 4, 9)


def test_large_pictures_are_shrunk_unless_a_size_is_chosen(store: DatasetStore, tmp_path: Path) -> None:
    path = zipped(tmp_path / "big.zip", {"a/1.png": plain(9, 300, 400), "b/1.png": plain(9, 50, 50)})
    assert store.add(path, "big.zip").columns["image"].shape == (3, 96, 128)


def test_labels_are_in_the_order_that_people_expect(store: DatasetStore, tmp_path: Path) -> None:
    names = ["Zebra", "ape", "Äpfel", "10", "9"]
    path = zipped(tmp_path / "x.zip", {f"{name}/1.png": plain() for name in names})
    assert store.add(path, "x.zip").columns["label"].labels == ("9", "10", "ape", "Zebra", "Äpfel")


@pytest.mark.parametrize("side", [0, -1, 1025])
def test_impossible_sizes_are_refused(side: int, refused: Refuse, tmp_path: Path) -> None:
    assert "from 1 to 1024" in refused(zipped(tmp_path / "pets.zip", PETS), size=(side, 8)).message


FAULTS: dict[str, tuple[dict[str, bytes], str | None, str]] = {
    "no pictures": ({}, None, "holds no pictures"),
    "nothing but litter": (LITTER, None, "holds no pictures"),
    "picture in no folder": ({**PETS, "lost.png": plain()}, "lost.png", "in no folder"),
    "a text file": ({**PETS, "pets/readme.txt": b"hi"}, "pets/readme.txt", "Expected a PNG or JPEG"),
    "a GIF": ({**PETS, "pets/cat/x.gif": b"GIF89a"}, "pets/cat/x.gif", "Expected a PNG or JPEG"),
    "a GIF called PNG": ({**PETS, "pets/cat/x.png": b"GIF89a"}, "pets/cat/x.png", "not a PNG or JPEG"),
    "an empty file": ({**PETS, "pets/cat/x.png": b""}, "pets/cat/x.png", "not a PNG or JPEG"),
    "a cut off picture": (
        {**PETS, "pets/cat/x.png": plain(9, 60, 60)[:-30]},
        "pets/cat/x.png",
        "damaged or cut off",
    ),
    "a giant picture": ({**PETS, "pets/cat/x.png": png_of_size(8000, 5000)}, "pets/cat/x.png", "32 million"),
    "a long label": ({"x" * 129 + "/1.png": plain()}, "x" * 129 + "/1.png", "129 characters"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_bad_member_is_named(fault: str, refused: Refuse, tmp_path: Path) -> None:
    members, member, message = FAULTS[fault]
    error = refused(zipped(tmp_path / "pets.zip", members))
    assert error.member == member
    assert message in error.message


def test_pictures_that_are_many_pixels_together_are_refused(tmp_path: Path) -> None:
    store = DatasetStore(tmp_path / "datasets", Limits(all_pixels=100))
    with pytest.raises(DataError, match="too many pixels together") as caught:
        store.add(zipped(tmp_path / "pets.zip", PETS), "pets.zip")
    assert caught.value.member == "pets/cat/2.png"
    assert list(store.root.iterdir()) == []


def test_a_picture_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    store = DatasetStore(tmp_path / "datasets", Limits(picture_file=100))
    noise = encoded(np.random.default_rng(0).integers(0, 256, (50, 50, 3), dtype=np.uint8))
    with pytest.raises(DataError, match="larger than the allowed 100 bytes"):
        store.add(zipped(tmp_path / "x.zip", {"a/1.png": noise}, zipfile.ZIP_STORED), "x.zip")
    assert list(store.root.iterdir()) == []
