"""What the kinds have in common that stand for other nodes.

A kind of structure knows its settings only: its ports come from the definition that it names, and the graph
layer puts the definition's nodes in its place before anything is inferred or built.
"""

from abc import abstractmethod
from typing import ClassVar, Literal

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Build, Category, Example, Node, Port
from wiregrad.nodes._types import ValueType

Weights = Literal["own", "shared"]
PORT_NAME = r"^[A-Za-z0-9_][A-Za-z0-9_\-]*$"


class StructureNode(Node):
    """A kind that is replaced before the graph is looked at, so it is never inferred or built."""

    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    def inputs(self) -> tuple[Port, ...]:
        return ()

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        raise self._replaced(inputs)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:
        raise self._replaced((build, *inputs))

    def torch(self, *inputs: ValueType | None) -> str:
        raise self._replaced(inputs)

    def _replaced(self, given: object) -> TypeError:
        return TypeError(f"{self.kind()} is replaced by the nodes of its block; it was given {given!r}")


class BlockUse(StructureNode):
    """A kind whose nodes are those of a block of the graph."""

    block: str = setting(
        "", "Block", "Which block of this graph it stands for.", control="block", max_length=128
    )


class BlockPort(StructureNode):
    """One of the ports of a block, drawn inside it."""

    @property
    @abstractmethod
    def port_name(self) -> str: ...
