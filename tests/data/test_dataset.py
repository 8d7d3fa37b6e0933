import io
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError, UnknownColumn
from wiregrad.data.summary import summarize

PIXELS = np.arange(5 * 3 * 2 * 2, dtype=np.uint8).reshape(5, 3, 2, 2) * 4
ARRAYS: Mapping[str, np.ndarray] = {
    "picture": PIXELS,
    "height": np.array([[1.5], [2.5], [-1.0], [0.0], [2.0]], dtype=np.float32),
    "animal": np.array([0, 1, 1, 1, 0]),
    "tame": np.array([True, False, True, True, True]),
}
COLUMNS = [
    Column("picture", "float32", (3, 2, 2)),
    Column("height", "float32", (1,)),
    Column("animal", "int64", (), ("cat", "dog", "eel")),
    Column("tame", "bool", ()),
]


def made(arrays: Mapping[str, np.ndarray] = ARRAYS, **changes: Any) -> Dataset:  # noqa: ANN401
    given = {"id": "pets", "name": "Pets", "description": "", "columns": COLUMNS, "size": 5, **changes}
    return Dataset(load=arrays.__getitem__, **given)


def test_take_gives_fresh_contiguous_arrays_of_the_columns_types() -> None:
    taken = made().take(np.array([4, 0, 0]), ["picture", "height", "animal", "tame"])
    assert [str(array.dtype) for array in taken.values()] == ["float32", "float32", "int64", "bool"]
    assert all(array.flags.c_contiguous and array.flags.owndata for array in taken.values())
    assert taken["animal"].tolist() == [0, 0, 0]
    assert taken["height"].tolist() == [[2.0], [1.5], [1.5]]
    assert np.array_equal(taken["picture"], (PIXELS[[4, 0, 0]] / np.float32(255)).astype(np.float32))


def test_take_of_nothing_has_the_right_shape() -> None:
    assert made().take(np.array([], dtype=np.int64), ["picture"])["picture"].shape == (0, 3, 2, 2)


@pytest.mark.parametrize("indices", [[5], [-1], [0, 99]])
def test_samples_that_do_not_exist_are_refused(indices: list[int]) -> None:
    with pytest.raises(IndexError, match="samples 0 to 4"):
        made().take(np.array(indices), ["tame"])


def test_an_unknown_column_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownColumn, match=r"no column 'weight'. It has: picture, height, animal, tame"):
        made().take(np.array([0]), ["weight"])


def test_an_array_of_another_shape_is_refused() -> None:
    with pytest.raises(DataError, match=r"shape \(2,\); expected \(5,\)"):
        made({**ARRAYS, "tame": np.array([True, False])}).take(np.array([0]), ["tame"])


def test_preview_is_for_people() -> None:
    rows = made().preview(2)
    assert [(row["height"], row["animal"], row["tame"]) for row in rows] == [
        ([1.5], "cat", True),
        ([2.5], "dog", False),
    ]
    picture = Image.open(io.BytesIO(rows[1]["picture"]))  # type: ignore[arg-type]
    assert picture.mode == "RGB"
    assert np.array_equal(np.asarray(picture).transpose(2, 0, 1), PIXELS[1])
    assert len(made().preview(99)) == 5
    assert made().preview(-1) == []


def test_pictures_beyond_zero_and_one_are_scaled_to_be_seen() -> None:
    array = np.linspace(-3, 3, 2 * 4, dtype=np.float32).reshape(2, 1, 2, 2)
    dataset = made({"z": array}, columns=[Column("z", "float32", (1, 2, 2))], size=2)
    shown = [np.asarray(Image.open(io.BytesIO(row["z"]))) for row in dataset.preview(2)]  # type: ignore[arg-type]
    assert (shown[0].min(), shown[1].max()) == (0, 255)


def test_statistics_say_range_spread_and_classes() -> None:
    found = made().statistics()
    assert (found["height"].min, found["height"].max, found["height"].mean) == (-1.0, 2.5, 1.0)
    assert found["height"].std == pytest.approx(np.std([1.5, 2.5, -1, 0, 2]))
    assert found["height"].counts is None
    assert found["animal"].counts == {"cat": 2, "dog": 3, "eel": 0}
    assert found["tame"].counts == {"false": 1, "true": 4}
    assert {each.missing for each in found.values()} == {0}


@given(st.lists(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1), min_size=1))
def test_statistics_of_chunks_are_those_of_the_whole(chunks: list[list[float]]) -> None:
    whole = np.concatenate([np.array(chunk, dtype=np.float32) for chunk in chunks]).astype(np.float64)
    found = summarize(None, lambda: (np.array(chunk, dtype=np.float32) for chunk in chunks))
    assert (found.min, found.max) == (whole.min(), whole.max())
    assert found.mean == pytest.approx(whole.mean(), rel=1e-9, abs=1e-6)
    assert found.std == pytest.approx(whole.std(), rel=1e-6, abs=1e-4)


def test_the_digest_sees_every_value_and_name() -> None:
    digests = {made().sha256, made(name="Others").sha256}
    assert len(digests) == 1
    digests.add(made({**ARRAYS, "tame": ~ARRAYS["tame"]}).sha256)
    digests.add(
        made(columns=[*COLUMNS[:2], Column("animal", "int64", (), ("a", "b", "c")), COLUMNS[3]]).sha256
    )
    assert len(digests) == 3


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1), st.integers(1, 7))
def test_a_histogram_is_that_of_numpy(numbers: list[float], chunk: int) -> None:
    whole = np.array(numbers, dtype=np.float32)
    found = summarize(None, lambda: (whole[start : start + chunk] for start in range(0, len(whole), chunk)))
    assert found.histogram is not None
    edges, counts = np.array(found.histogram.edges), np.array(found.histogram.counts)
    assert len(edges) == len(counts) + 1 == 65
    assert (edges[0], counts.sum()) == (whole.min(), len(whole))
    # What lies on an edge may be counted on either side of it, since its place is found by a product.
    below = np.array([(whole < edge - 1e-6 * np.ptp(edges)).sum() for edge in edges])
    above = np.array([(whole <= edge + 1e-6 * np.ptp(edges)).sum() for edge in edges])
    running = np.concatenate([[0], counts.cumsum()])
    assert (below[1:] <= running[1:]).all()
    assert (running[:-1] <= above[:-1]).all()


@given(st.lists(st.integers(-(10**6), 10**6), min_size=1))
def test_whole_numbers_lie_amid_their_bins(numbers: list[int]) -> None:
    whole = np.array(numbers, dtype=np.int64)
    found = summarize(None, lambda: [whole]).histogram
    assert found is not None
    assert list(found.counts) == np.histogram(whole, found.edges)[0].tolist()
    assert len(found.counts) <= 64
    assert {edge % 1 for edge in found.edges} == {0.5}


def test_classes_are_counted_and_have_no_histogram() -> None:
    for labels, values in (
        (("a", "b", "c"), np.array([0, 2, 2])),
        (("a", "b", "c"), np.array([[0, 2], [2, 2]])),
        (None, np.array([True, False])),
    ):
        found = summarize(labels, lambda values=values: [values])  # type: ignore[misc]
        assert found.histogram is None
        assert found.counts is not None
        assert sum(found.counts.values()) == values.size
    assert found.counts == {"false": 1, "true": 1}
