from __future__ import annotations

import numpy as np
import pytest

from wiregrad.engine import ops
from wiregrad.engine.interpreter import evaluate
from wiregrad.engine.ir import DType, Value

SEED, STEP = ops.input("seed", "uint64", ()), ops.input("step", "int64", ())


def _draw(value: Value, seed: int = 11, step: int = 4) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return evaluate([value], {"seed": np.uint64(seed), "step": np.int64(step)})[0]


def test_bits_are_those_of_numpy_philox() -> None:
    bits = _draw(ops.random_bits(SEED, STEP, 9, (3, 5)))
    key, counter = np.array([11, 9], np.uint64), np.array([0, 0, 4, 0], np.uint64)
    generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
    np.testing.assert_array_equal(bits, generator.integers(0, 2**32, (3, 5), np.uint32))


def test_bits_depend_on_seed_step_and_stream_but_not_on_order() -> None:
    first, second = (ops.random_bits(SEED, STEP, stream, (64,)) for stream in (0, 1))
    forward = evaluate([first, second], {"seed": np.uint64(1), "step": np.int64(2)})
    backward = evaluate([second, first], {"seed": np.uint64(1), "step": np.int64(2)})
    np.testing.assert_array_equal(forward[0], backward[1])
    draws = [_draw(first), _draw(second), _draw(first, seed=12), _draw(first, step=5)]
    assert len({array.tobytes() for array in draws}) == 4


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_uniform_fills_the_unit_interval_evenly(dtype: DType) -> None:
    draws = _draw(ops.uniform(SEED, STEP, 0, (100, 1000), dtype))
    assert draws.dtype == dtype
    assert draws.min() >= 0
    assert draws.max() < 1
    counts = np.histogram(draws, 50, (0, 1))[0]
    assert ((counts - 2000) ** 2 / 2000).sum() < 86  # the 99.9th percentile of chi-squared with 49 degrees


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_normal_has_the_moments_of_a_standard_normal(dtype: DType) -> None:
    draws = _draw(ops.normal(SEED, STEP, 0, (400, 500), dtype)).astype("float64")
    assert np.isfinite(draws).all()
    assert abs(draws.mean()) < 0.01
    assert abs(draws.std() - 1) < 0.01
    assert abs((draws**4).mean() - 3) < 0.1
