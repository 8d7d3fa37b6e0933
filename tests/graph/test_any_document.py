"""Whatever a document contains, `check` answers; and what it calls legal really runs."""

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from wiregrad.graph import GraphDocument, check, compile_graph
from wiregrad.graph.document import NodeDocument, PortReference, TrainingSettings, Wire
from wiregrad.graph.graph import Graph
from wiregrad.nodes import Example, catalogue

KINDS = sorted(catalogue())
OUTPUT_PORTS = sorted({port.name for kind in catalogue().values() for port in kind().outputs()})
INPUT_PORTS = sorted({port.name for kind in catalogue().values() for port in kind().inputs()})

ANY_SETTINGS = st.dictionaries(
    st.sampled_from(sorted({name for kind in catalogue().values() for name in kind.model_fields})),
    st.none()
    | st.booleans()
    | st.integers(-3, 2**40)
    | st.floats()
    | st.text(max_size=3)
    | st.lists(st.integers(-2, 9)),
    max_size=2,
)


@st.composite
def documents(draw: st.DrawFn) -> GraphDocument:
    """Nodes of any kind, mostly set as in its examples, wired mostly forward and mostly legally."""
    count = draw(st.integers(1, 12))
    nodes = tuple(draw(node(index)) for index in range(count))
    wires = tuple(wire for target in range(1, count) for wire in draw(wires_into(nodes, target)))
    return GraphDocument(nodes=nodes, wires=wires, training=TrainingSettings(batch_size=3))


@st.composite
def node(draw: st.DrawFn, index: int) -> NodeDocument:
    kind = catalogue()[draw(st.sampled_from(KINDS))]
    example = dict(draw(st.sampled_from(kind.examples or (Example(),))).settings)
    chosen: dict[str, Any] = draw(ANY_SETTINGS) if draw(st.integers(0, 9)) == 0 else example
    bypassed = draw(st.integers(0, 9)) == 0
    return NodeDocument.model_construct(
        id=f"n{index}", kind=kind.kind(), settings=chosen, label="", bypassed=bypassed
    )


@st.composite
def wires_into(draw: st.DrawFn, nodes: tuple[NodeDocument, ...], target: int) -> list[Wire]:
    ports = [port.name for port in catalogue()[nodes[target].kind]().inputs()]
    if draw(st.integers(0, 9)) == 0:
        ports = [draw(st.sampled_from(INPUT_PORTS))]
    wires = []
    for port in ports:
        source = draw(st.integers(0, target - 1 if draw(st.integers(0, 9)) else len(nodes) - 1))
        outputs = [output.name for output in catalogue()[nodes[source].kind]().outputs()] or OUTPUT_PORTS
        wires.append(
            Wire(
                source=PortReference(node=f"n{source}", port=draw(st.sampled_from(outputs))),
                target=PortReference(node=f"n{target}", port=port),
            )
        )
    return wires


@given(documents())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_document_is_answered_and_a_legal_one_runs(document: GraphDocument) -> None:
    report = check(document)
    ids = {item.id for item in document.nodes}
    assert all(problem.node is None or problem.node in ids for problem in report.problems)
    assert all(problem.message and problem.remedy for problem in report.problems)
    if not report.errors:
        run(document)


def run(document: GraphDocument) -> None:
    """One step and one evaluation: what comes out has the shapes that the report promised."""
    program = compile_graph(Graph(document), batch_size=3)
    batch = {
        name: np.ones(info.value.tensor(3).shape, info.value.dtype) for name, info in program.inputs.items()
    }
    state = program.init()
    if program.optimizers:
        state, losses = program.step(state, batch)
        assert losses.keys() == {info.name for info in program.optimizers}
    for name, array in program.evaluate(state, batch).items():
        assert array.shape == program.outputs[name].value.tensor(3).shape
