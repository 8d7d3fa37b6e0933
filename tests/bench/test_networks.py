"""The benchmark compares like with like: its graphs are the networks that it has in PyTorch."""

import importlib
from dataclasses import replace
from typing import Any

import pytest

from tests.bench import graph_networks
from tests.bench.cases import CASES, CHECKED_STEPS, Case, Column
from tests.requirements import require_torch

SMALL = 4
NETWORKS = {case.network: case for case in CASES.values()}


def small(case: Case) -> Case:
    """The same network for fewer and shorter samples, as the numbers do not depend on how many there are."""
    columns = dict(case.columns)
    if "sequence" in columns:
        columns["sequence"] = Column((SMALL, *columns["sequence"].shape[1:]))
    return replace(case, batch=SMALL, columns=columns)


@pytest.fixture
def torch_steps() -> Any:  # noqa: ANN401 - a module of functions
    require_torch()
    return importlib.import_module("tests.bench.torch_steps")


@pytest.mark.parametrize("network", NETWORKS)
def test_losses_are_those_of_the_network_in_pytorch(network: str, torch_steps: Any) -> None:  # noqa: ANN401
    case = small(NETWORKS[network])
    ours, theirs = graph_networks.task(case, "numpy"), torch_steps.task(case, "eager")
    assert ours.parameters == theirs.parameters
    (*_, loss), (*_, wanted) = ours.steps(CHECKED_STEPS), theirs.steps(CHECKED_STEPS)
    assert float(loss) == pytest.approx(float(wanted), rel=case.tolerance)


@pytest.mark.parametrize("network", ["rosenbrock", "mlp"])
def test_restarting_goes_back_to_the_starting_weights(network: str, torch_steps: Any) -> None:  # noqa: ANN401
    case = small(NETWORKS[network])
    for task in (graph_networks.task(case, "numpy"), torch_steps.task(case, "eager")):
        first, *_, last = map(float, task.steps(5))
        assert abs(last - first) > 10 * case.tolerance * first
        task.restart()
        assert float(task.steps(1)[0]) == pytest.approx(first, rel=case.tolerance)
