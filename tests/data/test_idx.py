"""IDX files, as MNIST has them: what becomes of them alone, in pairs, in parts and in a zip."""

import gzip
from collections.abc import Mapping

import numpy as np
import pytest

from tests.data.broken import archive, idx
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.importing import Upload
from wiregrad.data.store import DatasetStore

IMAGES = np.arange(5 * 4 * 3, dtype=np.uint8).reshape(5, 4, 3) * 4
LABELS = np.array([7, 3, 3, 9, 7], dtype=np.uint8)
PAIR = {"train-images-idx3-ubyte": idx(IMAGES), "train-labels-idx1-ubyte": idx(LABELS)}
TEST_PAIR = {"t10k-images.idx3-ubyte": idx(IMAGES[:2] // 2), "t10k-labels.idx1-ubyte": idx(LABELS[:2])}


def imported(store: DatasetStore, files: Mapping[str, bytes]) -> Dataset:
    uploads = []
    for number, (name, content) in enumerate(files.items()):
        path = store.root.parent / f"upload{number}"
        path.write_bytes(content)
        uploads.append(Upload(path, name))
    return store.add_files(uploads)


def whole(dataset: Dataset, name: str) -> np.ndarray:
    return dataset.take(np.arange(dataset.size), [name])[name]


def check_pair(dataset: Dataset) -> None:
    assert dataset.columns["image"].shape == (1, 4, 3)
    assert dataset.columns["label"].labels == ("3", "7", "9")
    assert np.array_equal(whole(dataset, "image")[:, 0], (IMAGES / np.float32(255)).astype(np.float32))
    assert whole(dataset, "label").tolist() == [1, 0, 0, 2, 1]
    assert "split" not in dataset.columns


def test_images_and_labels_are_one_dataset_in_any_order(store: DatasetStore) -> None:
    check_pair(imported(store, PAIR))
    check_pair(imported(store, dict(reversed(PAIR.items()))))


def test_files_may_be_gzipped_or_zipped(store: DatasetStore) -> None:
    packed = {f"{name}.gz": gzip.compress(content) for name, content in PAIR.items()}
    check_pair(imported(store, packed))
    check_pair(imported(store, {"mnist.zip": archive(PAIR)}))
    check_pair(imported(store, {"mnist.zip": archive({f"mnist/{name}": packed[name] for name in packed})}))


def test_parts_become_the_column_split(store: DatasetStore) -> None:
    dataset = imported(store, TEST_PAIR | PAIR)
    assert dataset.columns["split"] == Column(
        "split", "int64", (), ("train", "test"), "The part of the data that the sample came in."
    )
    assert whole(dataset, "split").tolist() == [0] * 5 + [1] * 2
    assert whole(dataset, "label").tolist() == [1, 0, 0, 2, 1, 1, 0]
    assert np.array_equal(np.rint(whole(dataset, "image")[5:, 0] * 255), (IMAGES[:2] // 2).astype(np.float32))


@pytest.mark.parametrize(
    ("array", "column"),
    [
        (np.array([[1, -2], [3, -4]], np.int8), Column("values", "int64", (2,))),
        (np.array([300, -300], np.int16), Column("values", "int64", ())),
        (np.array([70_000, -70_000], np.int32), Column("values", "int64", ())),
        (np.array([[0.5, 0.25]], np.float32), Column("values", "float32", (2,))),
        (np.array([0.1, 0.2]), Column("values", "float32", ())),
    ],
)
def test_every_type_of_a_single_file_is_read(array: np.ndarray, column: Column, store: DatasetStore) -> None:
    dataset = imported(store, {"measured.idx": idx(array)})
    assert dataset.columns["values"] == column
    assert np.array_equal(whole(dataset, "values"), array.astype(column.dtype))


def test_labels_that_are_vectors_or_real_are_no_classes(store: DatasetStore) -> None:
    vectors = np.array([[1, 2]] * 5, dtype=np.int32)
    dataset = imported(store, {"images-idx3-ubyte": idx(IMAGES), "labels-idx2-int": idx(vectors)})
    assert dataset.columns["label"] == Column("label", "int64", (2,))
