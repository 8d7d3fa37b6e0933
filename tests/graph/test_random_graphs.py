"""Random graphs over the whole catalogue train as in PyTorch; spoiled ones are refused at the right node."""

import pytest
from hypothesis import HealthCheck, given, settings

from tests.graph.comparing import compare
from tests.graph.long_run import kinds_of
from tests.graph.random_graphs import RandomGraph, graphs, random_graph, seeded
from tests.graph.spoiling import spoiled
from tests.requirements import require_torch
from wiregrad.nodes import catalogue

COUNT = 60


@pytest.fixture(autouse=True, scope="module")
def _torch() -> None:
    require_torch()


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@pytest.mark.parametrize("seeds", [range(start, start + 10) for start in range(0, COUNT, 10)], ids=str)
def test_random_graphs_train_as_in_pytorch(seeds: range) -> None:
    found = [compare(random_graph(seeded(seed))).agreement for seed in seeds]
    assert sum(agreement.undecidable > 0 for agreement in found) <= 1


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::RuntimeWarning")
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(graphs)
def test_any_random_graph_trains_as_in_pytorch(drawn: RandomGraph) -> None:
    compare(drawn)


def test_spoiled_graphs_are_refused_where_they_are_spoiled() -> None:
    for seed in range(COUNT):
        random = seeded(seed)
        wrong = spoiled(random_graph(random).graph, random)
        if wrong is not None:
            problems = wrong.graph.check().problems
            assert wrong.is_refused(), f"seed {seed}: {wrong.codes} at {wrong.node}; got {problems}"


def test_random_graphs_reach_the_whole_catalogue() -> None:
    reached: set[str] = set()
    for seed in range(10_000, 10_400):
        reached |= set(kinds_of(random_graph(seeded(seed)).graph.document))
        if reached >= catalogue().keys():
            return
    assert reached >= catalogue().keys()
