"""Graphs that come with the package, by id: `wiregrad.examples["rosenbrock"]`.

Each is a JSON file in the folder `examples`; its name is its id, and the first sentence of its description
says what a person gets out of it.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files

from wiregrad.graph.graph import Graph

FIRST = (
    "rosenbrock",
    "digits-mlp",
    "two-classes",
    "digits-cnn",
    "lower-a-parameter",
    "raise-a-parameter",
    "line-fit",
    "xor-by-hand",
)
"""What newcomers are shown first; any others follow by size, small ones first."""


class Gallery(Mapping[str, Graph]):
    """Examples by id, in the order in which a newcomer should meet them. The files are read on first use."""

    def __getitem__(self, name: str) -> Graph:
        try:
            return _graphs()[name]
        except KeyError:
            raise KeyError(f"There is no example {name!r}. There are: {', '.join(_graphs())}.") from None

    def __iter__(self) -> Iterator[str]:
        return iter(_graphs())

    def __len__(self) -> int:
        return len(_graphs())

    def __repr__(self) -> str:
        return f"Gallery({', '.join(_graphs())})"


examples = Gallery()


def goal(graph: Graph) -> str:
    """What the example is for, in one line: the first paragraph of its description."""
    return graph.document.description.partition("\n")[0]


@cache
def _graphs() -> dict[str, Graph]:
    found = {
        file.name.removesuffix(".json"): Graph.from_json(json.loads(file.read_text(encoding="utf-8")))
        for file in files("wiregrad").joinpath("examples").iterdir()
        if file.name.endswith(".json")
    }
    return dict(sorted(found.items(), key=_place))


def _place(item: tuple[str, Graph]) -> tuple[int, int, str]:
    name, graph = item
    return (FIRST.index(name) if name in FIRST else len(FIRST), len(graph.document.nodes), name)
