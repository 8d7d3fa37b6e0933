"""Batches by step number, from memory or from the dataset, are the same batches."""

import itertools

import numpy as np
import pytest

from tests.training.drawing import classifier_document, clouds
from wiregrad.graph.check import analyze
from wiregrad.training import feed as feeding
from wiregrad.training.binding import bind
from wiregrad.training.feed import Feed, Samples, in_order


def samples() -> Samples:
    document = classifier_document()
    binding = bind(analyze(document), document.training, clouds())
    assert binding is not None
    return Samples(binding, binding.split.train, "float32")


SETTINGS = classifier_document(seed=3).training


def test_reading_batch_by_batch_equals_reading_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    resident = Feed(samples(), SETTINGS)
    monkeypatch.setattr(feeding, "RESIDENT_BYTES", 0)
    streaming = Feed(samples(), SETTINGS)
    for step in range(2 * resident.steps_per_epoch):
        one, other = resident.batch(step), streaming.batch(step)
        assert {name: array.tolist() for name, array in one.items()} == {
            name: array.tolist() for name, array in other.items()
        }


def test_steps_may_be_asked_for_in_any_order() -> None:
    forwards, backwards = Feed(samples(), SETTINGS), Feed(samples(), SETTINGS)
    wanted = [forwards.batch(step)["x"].tolist() for step in range(12)]
    assert [backwards.batch(step)["x"].tolist() for step in reversed(range(12))] == wanted[::-1]


def test_an_epoch_has_every_sample_once() -> None:
    feed = Feed(samples(), SETTINGS)
    batches = [feed.batch(step)["x"] for step in range(feed.steps_per_epoch)]
    assert [len(batch) for batch in batches] == [8, 8, 8, 8, 8, 2]
    assert [feed.batch_size(step) for step in range(6)] == [8, 8, 8, 8, 8, 2]
    everything = samples().take(np.arange(42))["x"]
    assert sorted(map(tuple, np.concatenate(batches).tolist())) == sorted(map(tuple, everything.tolist()))


def test_epochs_differ_if_shuffled_and_else_do_not() -> None:
    for shuffle in (True, False):
        feed = Feed(samples(), SETTINGS.model_copy(update={"shuffle": shuffle}))
        first, second = (
            list(
                itertools.chain.from_iterable(feed.batch(epoch * 6 + step)["x"].tolist() for step in range(6))
            )
            for epoch in range(2)
        )
        assert (first != second) == shuffle


def test_measuring_goes_through_all_samples_in_their_order() -> None:
    batches = list(in_order(samples(), 10))
    assert [len(batch["y"]) for batch in batches] == [10, 10, 10, 10, 2]
    assert (
        np.concatenate([batch["x"] for batch in batches]).tolist()
        == samples().take(np.arange(42))["x"].tolist()
    )
