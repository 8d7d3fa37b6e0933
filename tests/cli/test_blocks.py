"""The command line speaks of what is inside of blocks by its path."""

import json
from pathlib import Path

from tests.examples.running import wiregrad_command
from tests.graph.test_blocks import LAYER, chain


def test_a_problem_inside_is_named_by_its_path(tmp_path: Path) -> None:
    nodes = {**LAYER[0], "linear": ("Linear", {"units": 0})}
    path = tmp_path / "graph.json"
    chain(("Block", {"block": "b"}), blocks={"b": (nodes, LAYER[1])}).save(path)
    answer = wiregrad_command("check", str(path))
    assert answer.code == 1
    assert "[use_1/linear]" in answer.complaints


def test_a_legal_graph_counts_what_its_blocks_hold(tmp_path: Path) -> None:
    path = tmp_path / "graph.json"
    chain(("Repeat", {"block": "twice", "times": 3})).save(path)
    answer = wiregrad_command("check", str(path), "--json")
    assert answer.code == 0
    totals = json.loads(answer.lines[-1])["totals"]
    assert totals["trainable_parameters"] == 3 * 2 * 20
