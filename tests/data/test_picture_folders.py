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
from wiregrad.data.resizing import RULES
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


def test_folders_of_parts_become_the_column_split(store: DatasetStore, tmp_path: Path) -> None:
    members = {
        "pets/train/cat/1.png": plain(10),
        "pets/train/dog/1.png": plain(20),
        "pets/Val/cat/2.png": plain(30),
        "pets/testing/dog/2.png": plain(40),
    }
    dataset = store.add(zipped(tmp_path / "pets.zip", members), "pets.zip")
    assert dataset.columns["split"].labels == ("train", "validation", "test")
    rows = sorted(
        (int(np.rint(image.mean() * 255)), label, split)
        for image, label, split in zip(
            *dataset.take(np.arange(4), ["image", "label", "split"]).values(), strict=True
        )
    )
    assert rows == [(10, 0, 0), (20, 1, 0), (30, 0, 1), (40, 1, 2)]


def test_classes_called_as_parts_are_classes(store: DatasetStore, tmp_path: Path) -> None:
    path = zipped(tmp_path / "x.zip", {"train/1.png": plain(), "test/1.png": plain()})
    dataset = store.add(path, "x.zip")
    assert dataset.columns["label"].labels == ("test", "train")
    assert "split" not in dataset.columns


def halves(height: int, width: int) -> bytes:
    """The left half is black, the right half is white."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:, width // 2 :] = 255
    return encoded(pixels)


@pytest.mark.parametrize(
    ("resize", "expected"),
    [
        ("stretch", [[0, 0, 1, 1]] * 4),
        ("crop", [[0, 0, 1, 1]] * 4),
        ("fit", [[0] * 4, [0, 0, 1, 1], [0, 0, 1, 1], [0] * 4]),
    ],
)
def test_a_picture_of_another_shape_is_brought_to_size_by_the_rule(
    resize: str, expected: list[list[int]], store: DatasetStore, tmp_path: Path
) -> None:
    path = zipped(tmp_path / "x.zip", {"a/1.png": halves(40, 80)})
    options = ImportOptions.model_validate({"size": (4, 4), "resize": resize})
    dataset = store.add(path, "x.zip", options=options)
    got = dataset.take(np.array([0]), ["image"])["image"][0, 0]
    assert np.abs(got - np.array(expected)).max() < 0.35
    assert RULES[options.resize] in dataset.columns["image"].description


def test_stretching_keeps_all_and_cropping_cuts(store: DatasetStore, tmp_path: Path) -> None:
    """White at the outer quarters of a wide picture: a crop to a square does not see them."""
    pixels = np.zeros((40, 80, 3), dtype=np.uint8)
    pixels[:, :20] = pixels[:, 60:] = 255
    path = zipped(tmp_path / "x.zip", {"a/1.png": encoded(pixels)})
    means = {
        resize: store.add(
            path, "x.zip", options=ImportOptions.model_validate({"size": (20, 20), "resize": resize})
        )
        .statistics()["image"]
        .mean
        for resize in ("stretch", "crop", "fit")
    }
    assert means == {
        "stretch": pytest.approx(0.5, abs=0.02),
        "crop": pytest.approx(0.0, abs=0.02),
        "fit": pytest.approx(0.25, abs=0.02),
    }


def unpacked(folder: Path, members: dict[str, bytes]) -> Path:
    for name, content in members.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def test_a_folder_of_this_machine_is_read_like_its_zip(store: DatasetStore, tmp_path: Path) -> None:
    unpacked(tmp_path, PETS | {name: content for name, content in LITTER.items() if not name.endswith("/")})
    folder = store.add_folder(tmp_path / "pets")
    archive = store.add(zipped(tmp_path / "pets.zip", PETS), "pets.zip")
    assert folder.sha256 == archive.sha256
    assert folder.name == "pets"
    assert folder.stored is not None
    assert folder.stored.origin is not None
    assert folder.stored.origin.kind == "folder with pictures"


def test_links_in_a_folder_are_not_followed(store: DatasetStore, tmp_path: Path) -> None:
    (unpacked(tmp_path, PETS) / "secret.png").write_bytes(plain())
    (tmp_path / "pets" / "dog" / "link.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "pets" / "eel").symlink_to(tmp_path / "pets" / "cat")
    dataset = store.add_folder(tmp_path / "pets")
    assert dataset.size == 5
    assert dataset.columns["label"].labels == ("cat", "dog")


# A folder has a name itself, which is then the class.
@pytest.mark.parametrize("fault", sorted(FAULTS.keys() - {"picture in no folder"}))
def test_a_bad_file_of_a_folder_is_named(fault: str, store: DatasetStore, tmp_path: Path) -> None:
    members, member, message = FAULTS[fault]
    folder = tmp_path / "set"
    folder.mkdir()
    files = {name: content for name, content in members.items() if not name.endswith("/")}
    with pytest.raises(DataError) as caught:
        store.add_folder(unpacked(folder, files))
    assert message in caught.value.message
    assert caught.value.member == (member and f"set/{member}")
    assert list(store.root.iterdir()) == []
