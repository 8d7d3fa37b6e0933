"""What Watch nodes and probes tell of a run: the numbers of the step, seldom enough."""

import numpy as np
import pytest

from tests.graph.drawing import draw
from tests.training.drawing import classifier_document, clouds, losses_of, parameter_document, run
from wiregrad.graph import Graph, GraphDocument, compile_graph
from wiregrad.training.commands import Control, Probe, Stop
from wiregrad.training.events import Event, MessageEvent, WatchEvent


def watched_document(display: str = "number", every: int = 1) -> GraphDocument:
    graph = draw(
        {
            "w": ("Parameter", {"shape": [2, 3], "values": [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]}),
            "look": ("Watch", {"name": "weights", "display": display, "every": every}),
            "sum": "Sum",
            "sgd": ("Optimizer", {"learning_rate": 0.0}),
        },
        ["w -> look.input", "look -> sum.input", "sum -> sgd.loss"],
    )
    return graph.document.model_copy(update={"training": parameter_document(steps=20).training})


def looks_of(events: list[Event]) -> list[WatchEvent]:
    return [event for event in events if isinstance(event, WatchEvent)]


def test_a_number_is_told_with_its_figures() -> None:
    looks = looks_of(list(run(watched_document())))
    (watched,) = looks[0].watched
    assert (watched.name, watched.node, watched.what) == ("weights", "look", "value")
    assert (watched.mean, watched.lowest, watched.highest) == (2.5, 0.0, 5.0)
    assert watched.deviation == pytest.approx(np.std(range(6)))
    assert watched.zeros == pytest.approx(1 / 6)
    assert (watched.not_finite, watched.shape, watched.histogram) == (0.0, (2, 3), ())
    assert looks[0].step == 1


def test_a_histogram_counts_every_element_in_32_parts() -> None:
    (watched,) = looks_of(list(run(watched_document("histogram"))))[0].watched
    assert len(watched.histogram) == 32
    assert sum(watched.histogram) == 6
    assert watched.histogram[0] == watched.histogram[-1] == 1


def test_a_picture_is_told_as_it_is() -> None:
    (watched,) = looks_of(list(run(watched_document("picture"))))[0].watched
    assert watched.picture == (((0.0, 1.0, 2.0), (3.0, 4.0, 5.0)),)


def test_looks_are_so_rare_that_a_fast_run_is_not_slowed_and_computes_the_same() -> None:
    events = list(run(watched_document(every=1)))
    assert 1 <= len(looks_of(events)) <= 2
    plain = list(run(watched_document(every=10**9)))
    assert not looks_of(plain)
    assert losses_of(events) == losses_of(plain)


def test_a_probe_tells_values_and_gradients_of_the_step_that_comes() -> None:
    document = classifier_document(epochs=1)
    control = Control()
    hidden = next(node.id for node in document.nodes if node.kind == "Linear")
    control.send(Probe(nodes=(hidden,)))
    look = looks_of(list(run(document, clouds(), control=control)))[0]
    program = compile_graph(Graph(document), batch_size=8)
    state = program.init(document.training.seed)
    assert look.step == 1
    names = {(watched.port, watched.what) for watched in look.watched}
    assert {("output", "value"), ("output", "gradient"), ("weight", "value"), ("weight", "gradient")} <= names
    (weights,) = (w for w in look.watched if (w.port, w.what) == ("weight", "value"))
    assert weights.mean == pytest.approx(float(state.parameters[f"{hidden}.weight"].mean()), rel=1e-5)
    assert sum(weights.histogram) == state.parameters[f"{hidden}.weight"].size


def test_a_probe_of_an_unknown_node_changes_nothing() -> None:
    control = Control()
    control.send(Probe(nodes=("nowhere",)))
    control.send(Stop())
    events = list(run(parameter_document(steps=5), control=control))
    (message,) = (event for event in events if isinstance(event, MessageEvent))
    assert "no node 'nowhere'" in message.text
    assert not looks_of(events)
