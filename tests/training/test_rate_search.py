"""The learning-rate finder: where it looks, what it suggests, and that it ends."""

import numpy as np
import pytest

from tests.graph.drawing import Nodes, draw
from tests.training.drawing import classifier_document, clouds, exploding_document, parameter_document
from wiregrad.graph.document import GraphDocument
from wiregrad.training.binding import BindingError
from wiregrad.training.rate_search import RateSearch, search_rate, suggestions
from wiregrad.training.spec import RunSpec


def test_the_steepest_descent_and_a_tenth_of_the_lowest_loss_are_suggested() -> None:
    """A loss that falls like a logistic curve around 1e-2 and rises beyond 1."""
    rates = np.geomspace(1e-5, 10, 61)
    losses = 1 / (1 + (rates / 1e-2) ** 2) + np.where(rates > 1, rates, 0)
    steepest, careful = suggestions(rates.tolist(), losses.tolist())
    assert steepest == pytest.approx(1e-2, rel=0.3)
    assert careful == pytest.approx(0.1, rel=0.3)


def test_without_a_descent_nothing_is_suggested() -> None:
    assert suggestions([10.0**n for n in range(20)], [float(n) for n in range(20)]) == (None, None)
    assert suggestions([0.1, 0.2], [2.0, 1.0]) == (None, None)


def search(document: GraphDocument, **wish: object):  # type: ignore[no-untyped-def]
    return search_rate(RunSpec.of(document), clouds(300), RateSearch.model_validate(wish))


def test_a_classifier_gets_a_rate_that_trains_it() -> None:
    curve = search(classifier_document(batch_size=32))
    assert len(curve.rates) == len(curve.losses) == len(curve.smoothed) <= 100
    np.testing.assert_allclose(np.diff(np.log(curve.rates)), np.log(1e7) / 99, rtol=1e-6)
    assert curve.suggestion == min(curve.steepest, curve.careful)
    assert 1e-4 < curve.suggestion < 5
    assert curve.optimizer == "Optimizer"


def optimized(**settings: object) -> GraphDocument:
    """The classifier with other settings of its Optimizer."""
    document = classifier_document(batch_size=32)
    nodes = tuple(
        node.model_copy(update={"settings": {**node.settings, **settings}})
        if node.kind == "Optimizer"
        else node
        for node in document.nodes
    )
    return document.model_copy(update={"nodes": nodes})


def test_the_sweep_is_the_same_each_time_and_ignores_the_schedule() -> None:
    assert search(optimized(), steps=20).losses == search(optimized(schedule="cosine"), steps=20).losses


def test_the_schedule_of_an_optimizer_in_a_block_is_left_out_too() -> None:
    def losses(**settings: object) -> tuple[float | None, ...]:
        inside: Nodes = {"loss": "BlockInput", "optimizer": ("Optimizer", {"algorithm": "sgd", **settings})}
        drawn = draw(
            {"weight": ("Parameter", {"values": 5}), "updates": ("Block", {"block": "updating"})},
            ["weight -> updates.input"],
            blocks={"updating": (inside, ["loss -> optimizer.loss"])},
        )
        return search_rate(RunSpec.of(drawn.document), None, RateSearch(steps=20)).losses

    assert losses() == losses(schedule="cosine", warm_up=5)


@pytest.mark.parametrize(
    ("algorithm", "momentum"),
    [
        ({"algorithm": "sgd", "nesterov": True}, "momentum"),
        ({"algorithm": "sgd", "momentum": 0.2}, "momentum"),
        ({"algorithm": "adam"}, "beta1"),
    ],
)
def test_where_the_momentum_cycles_the_sweep_has_that_of_the_first_step(
    algorithm: dict[str, object], momentum: str
) -> None:
    cycle = {"schedule": "one_cycle", "cycle_momentum": True, "highest_momentum": 0.7}
    constant = {**algorithm, momentum: 0.7}
    cycled = search(optimized(**algorithm, **cycle), steps=20)
    assert cycled.losses == search(optimized(**constant), steps=20).losses
    assert (
        cycled.losses != search(optimized(**{**algorithm, **cycle, "highest_momentum": 0.8}), steps=20).losses
    )


def test_a_sweep_ends_when_the_loss_is_no_longer_finite_or_the_time_is_over() -> None:
    curve = search(exploding_document(10), highest=1e6)
    assert curve.losses[-1] is None or len(curve.losses) < 100
    assert curve.reason
    curve = search(classifier_document(), seconds=1e-9)
    assert len(curve.losses) == 1
    assert "time" in curve.reason
    assert curve.suggestion is None


@pytest.mark.parametrize(
    ("wish", "code"), [({"optimizer": "nobody"}, "unknown_optimizer"), ({"lowest": 20}, "range")]
)
def test_a_search_that_means_nothing_is_refused(wish: dict[str, object], code: str) -> None:
    with pytest.raises(BindingError) as error:
        search(parameter_document(), **wish)
    assert [problem.code for problem in error.value.problems] == [code]
