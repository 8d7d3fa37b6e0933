"""The number of BLAS threads is chosen while training, by program and machine alone, and given back."""

import pytest
from threadpoolctl import threadpool_info

from tests.training.drawing import parameter_document, run
from wiregrad.training.threads import CHOSEN_BY_THE_USER, blas_threads, suitable_threads


def threads_now() -> list[int]:
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


@pytest.mark.parametrize(
    ("multiply_adds", "cores", "threads"),
    [(10**6, 16, 1), (10**9 - 1, 16, 1), (10**9, 16, 15), (10**12, 2, 1), (10**12, 1, 1)],
)
def test_small_programs_get_one_and_large_ones_leave_a_core(
    multiply_adds: int, cores: int, threads: int
) -> None:
    assert suitable_threads(multiply_adds, cores) == threads


def test_the_limit_holds_while_training_and_not_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CHOSEN_BY_THE_USER:
        monkeypatch.delenv(name, raising=False)
    before = threads_now()
    seen = [threads_now() for _ in run(parameter_document(steps=3))]
    assert seen
    assert all(pools == [1] * len(before) for pools in seen)
    assert threads_now() == before


def test_what_the_user_chose_is_left_alone() -> None:
    before = threads_now()
    with blas_threads(1, {"OPENBLAS_NUM_THREADS": "7"}):
        assert threads_now() == before
