"""Scales equal those that NumPy gives for the whole column at once, and are safe where nothing varies."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from wiregrad.data import normalization
from wiregrad.data.dataset import Column, Dataset
from wiregrad.data.errors import DataError
from wiregrad.data.normalization import Scale, learn
from wiregrad.graph.document import Normalization

GENERATOR = np.random.default_rng(11)
LISTS = (GENERATOR.standard_normal((300, 5)) * [1, 10, 100, 1e-3, 1e4] + [0, 5, -7, 1e3, 0]).astype(
    np.float32
)
PICTURES = GENERATOR.random((300, 3, 4, 6), dtype=np.float32)
TRAINING = GENERATOR.permutation(300)[:200].astype(np.int64)


def dataset(column: Column, values: NDArray[Any]) -> Dataset:
    return Dataset(
        id="made", name="Made", description="", columns=[column], size=len(values), load=lambda _: values
    )


def learned(values: NDArray[Any], method: Any = "standardize", dtype: Any = "float32") -> Scale:  # noqa: ANN401
    column = Column("x", dtype, values.shape[1:])
    (scale,) = learn(dataset(column, values), TRAINING, [Normalization(column="x", method=method)])
    return scale


@pytest.fixture(params=[1 << 20, 7])
def numbers_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(normalization, "_NUMBERS_AT_ONCE", request.param)


@pytest.mark.usefixtures("numbers_at_once")
@pytest.mark.parametrize(
    ("values", "axes"), [(LISTS, (0,)), (PICTURES, (0, 2, 3)), (LISTS[:, 0], None), (PICTURES[:, 0], None)]
)
def test_standardized_training_samples_have_mean_0_and_deviation_1(values: NDArray[Any], axes: Any) -> None:  # noqa: ANN401
    scale = learned(values)
    exact = values[TRAINING].astype(np.float64)
    np.testing.assert_allclose(scale.offset, np.ravel(exact.mean(axis=axes)), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(scale.size, np.ravel(exact.std(axis=axes)), rtol=1e-9)
    scaled = scale.apply(exact)
    np.testing.assert_allclose(scaled.mean(axis=axes), 0, atol=1e-9)
    np.testing.assert_allclose(scaled.std(axis=axes), 1, rtol=1e-9)
    assert scale.apply(values).dtype == np.float32
    assert scale.apply(values).shape == values.shape


@pytest.mark.usefixtures("numbers_at_once")
def test_min_max_maps_the_training_range_to_0_to_1_and_nothing_else_is_looked_at() -> None:
    values = LISTS.copy()
    outside = np.setdiff1d(np.arange(300), TRAINING)
    values[outside] = 1e9
    scaled = learned(values, "min_max").apply(values.astype(np.float64))
    np.testing.assert_allclose(scaled[TRAINING].min(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(scaled[TRAINING].max(axis=0), 1, rtol=1e-12)
    assert learned(values) == learned(LISTS)


@pytest.mark.parametrize("method", ["standardize", "min_max"])
@pytest.mark.parametrize("constant", [0.1, 0.0, -3e38, 1e-40])
def test_what_does_not_vary_becomes_0(method: str, constant: float) -> None:
    values = LISTS.copy()
    values[:, 2] = constant
    scaled = learned(values, method).apply(values)
    assert np.isfinite(scaled).all()
    assert (scaled[:, 2] == 0).all()


def test_whole_numbers_have_a_scale_too() -> None:
    values = np.arange(300, dtype=np.int64)
    scale = learned(values, "min_max", dtype="int64")
    assert scale.offset == (float(TRAINING.min()),)
    assert scale.size == (float(TRAINING.max() - TRAINING.min()),)


def test_numbers_that_are_not_finite_are_refused() -> None:
    for bad in (np.nan, np.inf):
        values = LISTS.copy()
        values[TRAINING[5], 1] = bad
        with pytest.raises(DataError, match="infinite or missing"):
            learned(values)


@pytest.mark.parametrize(
    ("column", "wanted", "words"),
    [
        (Column("x", "float32", (5,)), ["y"], "no column 'y'"),
        (Column("x", "float32", (5,)), ["x", "x"], "twice"),
        (Column("x", "int64", (), ("a", "b")), ["x"], "names, not amounts"),
        (Column("x", "bool", ()), ["x"], "names, not amounts"),
    ],
)
def test_what_cannot_be_scaled_is_refused(column: Column, wanted: list[str], words: str) -> None:
    values = np.zeros((300, *column.shape), column.dtype)
    with pytest.raises(DataError, match=words) as error:
        learn(dataset(column, values), TRAINING, [Normalization(column=name) for name in wanted])
    assert error.value.remedy
