import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wiregrad.training.digits import shortened


@given(st.lists(st.floats(width=32), max_size=50))
def test_every_number_stays_the_same_float32(values: list[float]) -> None:
    with np.errstate(over="ignore"):
        found = np.array(shortened(values)).astype(np.float32)
    np.testing.assert_array_equal(found, np.array(values, np.float32))


@given(st.lists(st.floats(min_value=2**-33, max_value=2**30, width=32), min_size=1, max_size=50))
def test_numbers_of_usual_size_have_at_most_nine_digits(values: list[float]) -> None:
    for value in shortened(values):
        digits = json.dumps(value).partition("e")[0].replace(".", "").strip("0")
        assert len(digits) <= 9


def test_a_decimal_number_looks_like_one_again() -> None:
    values = [float(np.float32(number)) for number in (0.1, 2.3, 1e-5, 123456.7, 3e9, 0.0, -0.25)]
    assert shortened(values) == [0.1, 2.3, 1e-5, 123456.7, 3e9, 0.0, -0.25]
    (nan, infinity) = shortened([math.nan, math.inf])
    assert math.isnan(nan)
    assert infinity == math.inf
    assert shortened([]) == []


def test_half_of_the_space_is_saved() -> None:
    losses = np.random.default_rng(0).random(1_000, np.float32).tolist()
    assert len(json.dumps(shortened(losses))) < 0.6 * len(json.dumps(losses))
    assert sum(map(float, shortened(losses))) == pytest.approx(sum(losses), rel=1e-7)
