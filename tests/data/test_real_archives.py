"""Extra tests with real pictures that are too large for the repository; see `conftest.py`."""

import numpy as np
import pytest

from tests.data.conftest import SHARED_DATA
from wiregrad.data.importing import Upload
from wiregrad.data.store import DatasetStore


@pytest.mark.parametrize(
    ("archive", "classes", "count"), [("cats-dogs.zip", 2, 3000), ("cifar10-5k.zip", 10, 5000)]
)
def test_an_archive_of_photographs_is_imported(
    archive: str, classes: int, count: int, store: DatasetStore
) -> None:
    dataset = store.add(SHARED_DATA / archive, archive)
    assert dataset.size == count
    assert dataset.columns["image"].shape == (3, 32, 32)
    counts = dataset.statistics()["label"].counts
    assert counts is not None
    assert len(counts) == classes
    assert set(counts.values()) == {count // classes}
    values = dataset.take(np.arange(count), ["image", "label"])
    assert 0.3 < values["image"].mean() < 0.7
    assert values["label"][:classes].tolist() == list(range(classes))


def test_real_digits_are_imported(store: DatasetStore) -> None:
    files = sorted((SHARED_DATA / "mnist10k").glob("*.gz"))
    dataset = store.add_files([Upload(path, path.name) for path in files])
    assert (dataset.size, dataset.columns["image"].shape) == (10_000, (1, 28, 28))
    counts = dataset.statistics()["label"].counts
    assert counts is not None
    assert list(counts.values()) == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert dataset.statistics()["image"].mean == pytest.approx(0.1325, abs=1e-4)
