"""Random numbers: new in every step, the same for the same seed, of the distribution that was asked for."""

from typing import Any

import numpy as np
import pytest

from tests.graph.drawing import SGD, draw
from tests.nodes.comparison import node_of
from tests.nodes.running import Array, compiled
from tests.nodes.spelling import Spelling
from tests.requirements import require_torch
from wiregrad.graph import Graph
from wiregrad.graph.program import compile_graph
from wiregrad.nodes import catalogue
from wiregrad.nodes._isolation import isolate

SETTINGS: list[dict[str, Any]] = [dict(example.settings) for example in catalogue()["Random"].examples]


def drawn(given_settings: dict[str, Any], *, seed: int = 0, step: int = 1, samples: int = 2000) -> Array:
    alone = isolate(node_of("Random", given_settings), (), batch_size=samples)
    run = compiled(alone, {"output": alone.outputs[0]})
    return run({"seed": np.asarray(seed, np.uint64), "step": np.asarray(step, np.int64)})["output"]


def test_numbers_follow_the_seed_and_the_step() -> None:
    first = drawn({"shape": [4]})
    assert np.array_equal(first, drawn({"shape": [4]}))
    for other in (drawn({"shape": [4]}, seed=1), drawn({"shape": [4]}, step=2)):
        assert not np.isclose(first, other).any(axis=1).all()
        assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.05


@pytest.mark.parametrize("given_settings", SETTINGS, ids=str)
def test_numbers_have_the_type_and_the_moments_of_what_pytorch_draws(given_settings: dict[str, Any]) -> None:
    """The kind's spelling in PyTorch, beside the numbers; of a shared draw, many steps."""
    torch = require_torch()
    torch.manual_seed(0)
    spelling, draws = node_of("Random", given_settings).torch(), 2000
    if given_settings.get("per_sample", True):
        ours, theirs = (
            drawn(given_settings),
            Spelling.read(spelling, {"torch": torch, "batch_size": draws}).numpy(),
        )
        assert ours.shape == theirs.shape
    else:
        ours = np.array([drawn(given_settings, step=step) for step in range(200)])
        theirs = np.array([Spelling.read(spelling, {"torch": torch}).numpy() for _ in range(200)])
        assert ours.shape == theirs.shape
    deviation = theirs.std() + 1e-6
    assert abs(ours.mean() - theirs.mean()) < 6 * deviation / np.sqrt(theirs.size / 2)
    assert ours.std() == pytest.approx(theirs.std(), rel=0.2, abs=1e-6)
    assert ours.min() >= theirs.min() - deviation
    assert ours.max() <= theirs.max() + deviation


def test_samples_have_numbers_of_their_own_unless_all_share_them() -> None:
    each = drawn({"shape": [3]})
    assert len(np.unique(each, axis=0)) == len(each)
    assert drawn({"shape": [3], "per_sample": False}).shape == (3,)


def test_uniform_numbers_stay_between_their_limits() -> None:
    numbers = drawn({"shape": [10], "distribution": "uniform", "low": -1, "high": 2})
    assert numbers.min() >= -1
    assert numbers.max() < 2


def noisy_parameter() -> Graph:
    """The loss is w times noise: its gradient, and so each change of w, is the noise itself."""
    return draw(
        {
            "w": ("Parameter", {"values": 0}),
            "noise": ("Random", {"per_sample": False}),
            "other": ("Random", {"per_sample": False}),
            "product": "Mul",
            "sgd": SGD,
            "out": ("Output", {"name": "noise"}),
            "out2": ("Output", {"name": "other"}),
        },
        ["w -> product.a", "noise -> product.b", "product -> sgd.loss", "noise -> out", "other -> out2"],
    )


def test_training_sees_new_noise_in_every_step_and_evaluation_the_same_one() -> None:
    program = compile_graph(noisy_parameter())
    session = program.session(program.init(seed=3))
    weights = [0.0]
    for _ in range(20):
        session.step()
        weights.append(float(session.state().parameters["w.value"]))
    noise = np.diff(weights) / -0.1
    assert len(np.unique(noise.round(4))) == 20
    assert 0.5 < noise.std() < 1.5
    again = program.session(program.init(seed=3))
    for _ in range(20):
        again.step()
    assert float(again.state().parameters["w.value"]) == weights[-1]
    first, second = session.evaluate(), again.evaluate()
    assert first == second
    assert first["noise"] != first["other"]
