"""What is made ahead is what would be made now, and its thread ends when it should."""

import threading

import pytest

from wiregrad.training.ahead import BATCHES_AHEAD, Ahead


def batch_threads() -> int:
    return sum(thread.name == "batches" for thread in threading.enumerate())


def test_steps_come_in_the_order_in_which_they_are_asked_for() -> None:
    ahead = Ahead(lambda step: step * step)
    wanted = [0, 1, 2, 3, 10, 11, 4, 5, 5, 6, 0]
    assert [ahead.get(step) for step in wanted] == [step * step for step in wanted]
    ahead.close()


def test_the_next_steps_are_made_before_they_are_asked_for_but_not_more_than_a_few() -> None:
    made: list[int] = []
    enough = threading.Event()

    def make(step: int) -> int:
        made.append(step)
        if len(made) > BATCHES_AHEAD:
            enough.set()
        return step

    ahead = Ahead(make)
    assert ahead.get(7) == 7
    assert enough.wait(30)
    ahead.close()
    assert made == list(range(7, 8 + BATCHES_AHEAD))


def test_an_error_comes_where_its_step_is_asked_for_and_another_step_can_still_be_had() -> None:
    def make(step: int) -> int:
        if step == 2:
            raise OSError("the file is gone")
        return step

    ahead = Ahead(make)
    assert [ahead.get(0), ahead.get(1)] == [0, 1]
    with pytest.raises(OSError, match="the file is gone"):
        ahead.get(2)
    assert ahead.get(3) == 3
    ahead.close()


def test_closing_ends_the_thread_at_once_or_after_the_batch_that_it_is_at() -> None:
    before = batch_threads()
    waiting, at_work, may_end = Ahead(lambda step: step), threading.Event(), threading.Event()
    waiting.get(0)

    def slow(step: int) -> int:
        if step == 1:
            at_work.set()
            assert may_end.wait(30)
        return step

    working = Ahead(slow)
    working.get(0)
    assert at_work.wait(30)
    assert batch_threads() == before + 2
    waiting.close()
    may_end.set()
    working.close()
    working.close()
    assert batch_threads() == before
    with pytest.raises(RuntimeError, match="closed"):
        waiting.get(1)
