"""Extra tests with photographs that are too large for the repository; see `conftest.py`."""

import numpy as np
import pytest

from tests.data.conftest import SHARED_DATA
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
