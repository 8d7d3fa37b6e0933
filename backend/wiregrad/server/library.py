"""What comes with the package: node kinds and examples, described once per process."""

from functools import cache

from wiregrad.gallery import examples, goal
from wiregrad.nodes import describe_catalogue
from wiregrad.server.schema.system import Catalogue, ExampleGraph


@cache
def described_catalogue() -> Catalogue:
    return Catalogue(kinds=describe_catalogue())


@cache
def described_examples() -> tuple[ExampleGraph, ...]:
    return tuple(
        ExampleGraph(
            id=name,
            name=graph.document.name,
            description=graph.document.description,
            goal=goal(graph),
            graph=graph.document,
        )
        for name, graph in examples.items()
    )
