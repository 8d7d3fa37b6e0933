"""How the results of one node depend on its inputs and tensors, read off the IR that the node builds.

Nobody writes down whether a kind passes gradients: the node is built once on its own, and the engine says
which differentiable paths exist.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from wiregrad.engine.autodiff import GradientBlock, Reach, sources_that_carry
from wiregrad.engine.ir import Value
from wiregrad.graph.resolution import ResolvedNode
from wiregrad.nodes import Isolated, Node, OptimizerNode, ValueType, isolate

if TYPE_CHECKING:
    from functools import _lru_cache_wrapper

LONGEST_KEY = 4_096
"""Characters of a node's settings."""

Answer = TypeVar("Answer")

InputTypes = tuple[ValueType | None, ...]


@dataclass(frozen=True, slots=True)
class Paths:
    """What one result is differentiable in: `inputs[i]` for input port i, and the node's own `tensors`.

    `blocks[i]` says what stops the gradient of input i although the result depends on it.
    """

    inputs: tuple[bool, ...]
    blocks: tuple[GradientBlock | None, ...]
    tensors: tuple[str, ...]


def output_paths(node: ResolvedNode) -> tuple[Paths, ...]:
    """One for each output port."""
    return _remembered(_output_paths, node)


def objective_paths(node: ResolvedNode) -> Paths:
    """For the value that an Optimizer minimizes."""
    return _remembered(_objective_paths, node)


def _remembered(find: "_lru_cache_wrapper[Answer]", node: ResolvedNode) -> Answer:
    """Keep the answer, unless a long literal would have to be kept with it."""
    settings = node.node.model_dump_json()
    look_up = find if len(settings) <= LONGEST_KEY else find.__wrapped__
    return look_up(type(node.node), settings, node.input_types)


@lru_cache(maxsize=4096)
def _output_paths(kind: type[Node], settings: str, types: InputTypes) -> tuple[Paths, ...]:
    node = kind.model_validate_json(settings)
    alone = isolate(node, types)
    return tuple(_paths(node, alone, result) for result in alone.outputs)


@lru_cache(maxsize=4096)
def _objective_paths(kind: type[Node], settings: str, types: InputTypes) -> Paths:
    node = kind.model_validate_json(settings)
    if not isinstance(node, OptimizerNode):
        raise TypeError(f"expected an optimizer; got {kind.kind()}")
    alone = isolate(node, types)
    return _paths(node, alone, node.objective(alone.build, *alone.inputs))


def _paths(node: Node, alone: Isolated, result: Value) -> Paths:
    given = [source for source in alone.inputs if source is not None]
    found = iter(sources_that_carry(result, given))
    reaches = [Reach(False, None) if source is None else next(found) for source in alone.inputs]
    specs = node.parameters(*alone.build.inputs)
    tensors = {name: alone.build.parameters[name] for name, spec in specs.items() if spec.trainable}
    carrying = sources_that_carry(result, list(tensors.values()))
    return Paths(
        inputs=tuple(reach.carries for reach in reaches),
        blocks=tuple(reach.block for reach in reaches),
        tensors=tuple(name for name, reach in zip(tensors, carrying, strict=True) if reach.carries),
    )
