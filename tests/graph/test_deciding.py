"""What is left to rounding is told from what is wrong, and a corner from a wrong derivative."""

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest

from tests.graph.comparing import compare
from tests.graph.deciding import Arrays, agreement
from tests.graph.drawing import SGD, draw
from tests.graph.random_graphs import RandomGraph
from tests.graph.slopes import has_slope
from tests.requirements import require_torch
from wiregrad.graph import Graph

ONES = np.ones(2)


def shaky(number: int) -> Arrays:
    """The first number stands firm, the second is 0 or 1 by chance."""
    return {"a": np.asarray([1.0, number % 2])}


def test_numbers_that_pytorch_is_sure_of_must_be_the_same() -> None:
    with pytest.raises(AssertionError, match=r"a: 1\.00e-03 apart: .* moves by 0\.00e\+00"):
        agreement({"a": np.asarray([1.001, 0.0])}, {"a": ONES}, shaky)


def test_numbers_that_pytorch_gives_by_chance_are_left_undecided() -> None:
    found = agreement({"a": np.asarray([1.0, 0.0]), "b": ONES}, {"a": ONES, "b": ONES}, shaky)
    assert (found.undecidable, found.deviation) == (1, 0.0)


def test_a_difference_beyond_what_chance_makes_is_wrong() -> None:
    with pytest.raises(AssertionError, match=r"a: 3\.00e\+00 apart"):
        agreement({"a": np.asarray([1.0, 4.0])}, {"a": ONES}, shaky)


@pytest.mark.parametrize("wrong", [np.asarray([1.0, np.nan]), np.asarray([1.0, np.inf])], ids=str)
def test_numbers_that_are_not_finite_are_wrong_where_pytorch_always_finds_some(wrong: np.ndarray) -> None:
    with pytest.raises(AssertionError, match="inf apart"):
        agreement({"a": wrong}, {"a": ONES}, shaky)


def ended(kind: str) -> Graph:
    """Groups of one number each are zero but for rounding; of these, a kind of node makes something."""
    return draw(
        {
            "x": ("Input", {"name": "x", "shape": [2]}),
            "norm": ("GroupNorm", {"groups": 2}),
            "end": kind,
            "y": ("Output", {"name": "y"}),
            "w": ("Linear", {"units": 2}),
            "sgd": SGD,
        },
        ["x -> norm", "norm -> end", "end -> y.input", "x -> w", "w -> sgd.loss"],
    )


@pytest.mark.parametrize(("kind", "undecidable"), [("ArgMax", 1), ("Sum", 0)])
def test_the_largest_of_numbers_that_are_zero_but_for_rounding_is_undecidable(
    kind: str, undecidable: int
) -> None:
    require_torch()
    batch = {"x": np.asarray([[0.3147, 0.7213], [1.4142, 0.9871], [0.5772, 1.2345]])}
    assert compare(RandomGraph(ended(kind), batch)).agreement.undecidable == undecidable


def cubic(x: float, curvature: float) -> float:
    return x + curvature * x**2 + x**3


@pytest.mark.parametrize("curvature", [0.0, 30.0, 3e3, 1e5])
def test_smooth_functions_have_their_slope_however_curved(curvature: float) -> None:
    function = partial(cubic, curvature=curvature)
    assert has_slope(function, 1.0)
    for wrong in (1.001, 0.0, np.nan, np.inf):
        with pytest.raises(AssertionError, match="the gradient says"):
            has_slope(function, wrong)


def kink_nearby(x: float) -> float:
    return x if x < 5e-6 else 3 * x


def test_a_kink_beyond_the_smaller_steps_is_no_excuse() -> None:
    assert has_slope(kink_nearby, 1.0)
    with pytest.raises(AssertionError, match="the gradient says"):
        has_slope(kink_nearby, 3.0)


def slight_kink(x: float) -> float:
    return x + 0.004 * abs(x)


@pytest.mark.parametrize("function", [abs, np.sign, np.floor, np.cbrt, np.sqrt, slight_kink])
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_corners_and_jumps_have_no_slope(function: Callable[[float], float]) -> None:
    assert not has_slope(function, 0.0)
