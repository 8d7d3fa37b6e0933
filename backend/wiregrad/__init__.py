"""Draw a neural network, see where its gradients flow, train it, take it away.

    graph = wiregrad.Graph.load("rosenbrock.json")     # or wiregrad.examples["rosenbrock"]
    report = graph.check()
    program = wiregrad.compile(graph)
    state = program.init(seed=0)
    state, losses = program.step(state)

Names are imported when they are first used: the command line starts fast, and `wiregrad.engine.blas` can
choose the processor's best matrix kernels before NumPy loads.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wiregrad.gallery import examples as examples
    from wiregrad.graph import Graph as Graph
    from wiregrad.graph import check_gradients as check_gradients
    from wiregrad.graph import compile_graph as compile  # noqa: A004 - the name that people know
    from wiregrad.graph import preview_schedule as preview_schedule

_HOMES = {
    "Graph": ("wiregrad.graph", "Graph"),
    "check_gradients": ("wiregrad.graph", "check_gradients"),
    "compile": ("wiregrad.graph", "compile_graph"),
    "examples": ("wiregrad.gallery", "examples"),
    "preview_schedule": ("wiregrad.graph", "preview_schedule"),
}

__all__ = ["Graph", "check_gradients", "compile", "examples", "preview_schedule"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - a module's attributes have any type
    if name not in _HOMES:
        raise AttributeError(f"module 'wiregrad' has no attribute {name!r}")
    module, attribute = _HOMES[name]
    return getattr(import_module(module), attribute)
