"""Splits by class, in order and by column: shares, reproducibility, and what is said when they cannot be."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.dealing import deal, training_samples
from wiregrad.data.errors import DataError
from wiregrad.graph.document import SplitSettings

PARTS = ("train", "validation", "test")


def dataset_of(**columns: tuple[NDArray[Any], tuple[str, ...] | None]) -> Dataset:
    (size,) = {len(values) for values, _ in columns.values()}
    return Dataset(
        id="made",
        name="Made",
        description="",
        columns=[
            Column(name, "int64" if values.dtype.kind == "i" else "float32", values.shape[1:], labels)
            for name, (values, labels) in columns.items()
        ],
        size=size,
        load=lambda name: columns[name][0],
    )


def classes(*values: int) -> Dataset:
    labels = tuple(f"class {value}" for value in range(max(values, default=0) + 1))
    return dataset_of(kind=(np.array(values, np.int64), labels))


SHARES = st.tuples(st.integers(1, 10), st.integers(0, 5), st.integers(0, 5), st.integers(0, 4)).map(
    lambda weights: tuple(weight / sum(weights) for weight in weights[:3])
)


@settings(deadline=None)
@given(st.lists(st.integers(0, 4), min_size=1, max_size=200), SHARES, st.integers(0, 2**62))
def test_each_part_has_its_share_of_each_class_within_one_sample(
    values: list[int], shares: tuple[float, float, float], seed: int
) -> None:
    train, validation, test = shares
    chosen = SplitSettings(method="stratified", train=train, validation=validation, test=test, seed=seed)
    parts = deal(classes(*values), chosen)
    together = np.concatenate([parts.train, parts.validation, parts.test])
    assert len(np.unique(together)) == len(together)
    if abs(sum(shares) - 1) < 1e-12:
        assert len(together) == len(values)
    of = np.array(values)
    for value in set(values):
        size = int((of == value).sum())
        for part, share in zip((parts.train, parts.validation, parts.test), shares, strict=True):
            assert abs(int((of[part] == value).sum()) - share * size) < 1 + 1e-6


def test_the_totals_come_out_right_though_every_class_rounds_the_same_way() -> None:
    settings = SplitSettings(method="stratified", train=0.7, validation=0.15, test=0.15)
    parts = deal(classes(*np.repeat(np.arange(50), 10).tolist()), settings)
    assert [len(part) for part in (parts.train, parts.validation, parts.test)] == [350, 75, 75]


def test_a_stratified_test_part_does_not_depend_on_the_share_for_training() -> None:
    values = np.random.default_rng(1).integers(0, 7, 500).tolist()
    large, small = (
        deal(classes(*values), SplitSettings(method="stratified", train=train, validation=0.1, test=0.2))
        for train in (0.7, 0.31)
    )
    assert np.array_equal(np.sort(large.test), np.sort(small.test))


def test_a_stratified_split_depends_on_its_seed_alone_and_mixes_the_classes() -> None:
    data = classes(*([0] * 50 + [1] * 50))
    first, again, other = (
        deal(data, SplitSettings(method="stratified", train=0.8, validation=0.1, test=0.1, seed=seed))
        for seed in (4, 4, 5)
    )
    assert np.array_equal(first.train, again.train)
    assert not np.array_equal(first.train, other.train)
    assert 0 < (first.train[:40] < 50).sum() < 40


def test_in_order_takes_the_first_for_training_and_the_last_for_the_test() -> None:
    parts = deal(classes(*[0] * 10), SplitSettings(method="in_order", train=0.5, validation=0.3, test=0.2))
    assert parts.train.tolist() == [0, 1, 2, 3, 4]
    assert parts.validation.tolist() == [5, 6, 7]
    assert parts.test.tolist() == [8, 9]


def test_a_column_says_which_part_each_sample_is_in_whatever_the_spelling() -> None:
    named = dataset_of(
        part=(np.array([3, 0, 1, 2, 0, 4], np.int64), ("Training", "val", "TEST", "valid", "testing"))
    )
    parts = deal(named, SplitSettings(method="column", column="part"))
    assert parts.train.tolist() == [1, 4]
    assert parts.validation.tolist() == [0, 2]
    assert parts.test.tolist() == [3, 5]
    assert training_samples(named, SplitSettings(method="column", column="part")) == 2


@pytest.mark.parametrize("method", ["random", "stratified", "in_order"])
def test_the_samples_for_training_are_foretold_without_reading_them(method: Any) -> None:  # noqa: ANN401
    data = classes(*np.random.default_rng(2).integers(0, 3, 101).tolist())
    settings = SplitSettings(method=method, train=0.63, validation=0.2, test=0.1)
    assert abs(training_samples(data, settings) - len(deal(data, settings).train)) <= 1


AMOUNTS = dataset_of(
    height=(np.zeros(4, np.float32), None), fold=(np.arange(4, dtype=np.int64), ("a", "b", "train", "d"))
)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (SplitSettings(method="column", column="part"), "expected one of: height, fold; got 'part'"),
        (SplitSettings(method="column"), "got none"),
        (SplitSettings(method="column", column="height"), "no named classes"),
        (SplitSettings(method="column", column="fold"), "got also: a, b, d"),
        (SplitSettings(method="stratified", column="height"), "Choose a column with classes: fold"),
        (SplitSettings(method="stratified", column="none"), "got 'none'"),
        (SplitSettings(method="in_order", train=0.9, validation=0.2, test=0.2), "add up to 1.3"),
        (SplitSettings(method="stratified", train=0.9, validation=0.2, test=0.2), "add up to 1.3"),
    ],
)
def test_a_split_that_cannot_be_made_says_why_and_what_to_do(settings: SplitSettings, words: str) -> None:
    for ask in (deal, training_samples):
        with pytest.raises(DataError) as error:
            ask(AMOUNTS, settings)
        assert words in str(error.value)
        assert error.value.remedy


def test_data_without_classes_cannot_be_stratified() -> None:
    with pytest.raises(DataError, match="has none that is called so"):
        deal(dataset_of(height=(np.zeros(4, np.float32), None)), SplitSettings(method="stratified"))
