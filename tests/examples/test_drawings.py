"""What a person meets who opens an example: it is readable, complete and says what it is for."""

import itertools
from importlib.resources import files
from pathlib import Path

import pytest

import wiregrad
from wiregrad.gallery import goal
from wiregrad.graph.document import NodeDocument
from wiregrad.nodes import InputNode, Node, OutputNode, node_kind

GRID = 20
CARD_WIDTH = 240.0
GAP = 40


@pytest.fixture(params=list(wiregrad.examples))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_says_what_it_is_for(name: str) -> None:
    graph = wiregrad.examples[name]
    assert 10 < len(goal(graph)) <= 90
    assert len(graph.document.description) > 200


def test_every_node_has_a_name_for_people(name: str) -> None:
    assert all(node.label for node in wiregrad.examples[name].document.nodes)


def test_cards_lie_on_the_grid_and_apart(name: str) -> None:
    document = wiregrad.examples[name].document
    places = [(node.position.x, node.position.y, CARD_WIDTH, card_height(node)) for node in document.nodes]
    places += [(note.position.x, note.position.y, note.width, note.height) for note in document.notes]
    assert all(x % GRID == 0 and y % GRID == 0 for x, y, *_ in places)
    for (x, y, width, height), (x2, y2, width2, height2) in itertools.combinations(places, 2):
        apart = x + width + GAP <= x2 or x2 + width2 + GAP <= x or y + height <= y2 or y2 + height2 <= y
        assert apart, f"({x}, {y}) and ({x2}, {y2}) touch"


def instance_of(document: NodeDocument) -> Node:
    kind = node_kind(document.kind)
    assert kind is not None
    return kind.model_validate(document.settings)


def card_height(document: NodeDocument) -> float:
    """Header, summary and a row for each port, as the page draws it."""
    node = instance_of(document)
    return 66 + 20 * (len(node.inputs()) + len(node.outputs()))


def test_names_its_outputs_plainly(name: str) -> None:
    instances = [instance_of(node) for node in wiregrad.examples[name].document.nodes]
    outputs = {node.output_name for node in instances if isinstance(node, OutputNode)}
    if name == "compare-loses-gradients":
        assert outputs == set()
    elif name.startswith("rosenbrock"):
        assert outputs == {"x1", "x2", "y"}
    elif "parameter" in name or "constant" in name:
        assert outputs == {"value"}
    else:
        assert outputs == {"prediction"}


def test_has_data_if_it_needs_some(name: str) -> None:
    document = wiregrad.examples[name].document
    needs_data = any(isinstance(instance_of(node), InputNode) for node in document.nodes)
    assert (document.training.dataset is not None) == needs_data


def test_saving_it_changes_nothing(name: str, tmp_path: Path) -> None:
    wiregrad.examples[name].save(tmp_path / "saved.json")
    shipped = files("wiregrad").joinpath("examples", f"{name}.json").read_text(encoding="utf-8")
    assert (tmp_path / "saved.json").read_text(encoding="utf-8") == shipped


def test_unknown_example_says_which_there_are() -> None:
    with pytest.raises(KeyError, match="rosenbrock"):
        wiregrad.examples["rosenbrok"]
