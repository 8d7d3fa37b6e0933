"""What a bypassed node becomes: nothing is computed, and each of its outputs gives what one input gets.

Which input that is follows from the types: the first one whose value has the type that the output would have.
So nothing behind a bypassed node has to change, and neither do the sizes of anyone's weights. A node without
outputs, such as an Optimizer, is left out.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes import Build, Example, Fix, Node, NodeProblem, Port, ValueType
from wiregrad.nodes._node import Category, wired

CODE = "bypass"


class Bypass(Node):
    """Stands where a bypassed node was. `passes` has the input port behind each output port."""

    title: ClassVar[str] = "Bypassed node"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    passes: Mapping[str, str]

    def inputs(self) -> tuple[Port, ...]:
        return tuple(Port(name, "The value that goes through.") for name in self._entries)

    def outputs(self) -> tuple[Port, ...]:
        return tuple(Port(name, "The same value.") for name in self.passes)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        found = dict(zip(self._entries, inputs, strict=True))
        return tuple(value for entry in self.passes.values() if (value := found[entry]) is not None)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        found = dict(zip(self._entries, inputs, strict=True))
        return tuple(value for entry in self.passes.values() if (value := found[entry]) is not None)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        entries = tuple(self.passes.values())
        return entries[0] if len(entries) == 1 else f"({', '.join(entries)})"

    @property
    def _entries(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.passes.values()))


class UsePorts(Node):
    """The ports of a bypassed use of a block: its inputs, and beside them what the block would have given."""

    title: ClassVar[str] = "Bypassed block"
    category: ClassVar[Category] = "Structure"
    examples: ClassVar[tuple[Example, ...]] = ()

    entries: tuple[str, ...] = ()
    exits: tuple[str, ...] = ()

    def inputs(self) -> tuple[Port, ...]:
        given = (Port(name, "An input of the block.", optional=True) for name in self.entries)
        return (*given, *(Port(result_port(name), "What the block would give.") for name in self.exits))

    def outputs(self) -> tuple[Port, ...]:
        return tuple(Port(name, "An output of the block.") for name in self.exits)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        return wired(inputs[len(self.entries) :])

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        raise AssertionError("A bypassed block is never built: a Bypass takes its place.")

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        raise AssertionError("A bypassed block is never spelled: a Bypass takes its place.")


def result_port(name: str) -> str:
    """Where UsePorts takes what the block would give. No name of a block's port has a space in it."""
    return f"result {name}"


def bypass(node: Node, inputs: Mapping[str, ValueType | None], outputs: Mapping[str, ValueType]) -> Bypass:
    """What stands in the place of a bypassed node with these types at its ports.

    Raises NodeProblem for an output that has no input of its type to pass on.
    """
    names = node.entries if isinstance(node, UsePorts) else tuple(inputs)
    given = {name: value for name in names if (value := inputs[name]) is not None}
    passes: dict[str, str] = {}
    for place, (name, value) in enumerate(outputs.items()):
        fitting = [entry for entry, found in given.items() if found == value]
        if not fitting:
            raise _nothing_to_pass(name, value, given)
        passes[name] = _nearest(fitting, name, names[place : place + 1], passes)
    return Bypass(passes=passes)


def _nearest(fitting: Sequence[str], name: str, opposite: Sequence[str], taken: Mapping[str, str]) -> str:
    """Of several inputs the one of the same name, else that of the same number, else the first one left."""
    left = [entry for entry in fitting if entry not in taken.values()]
    wanted = [entry for entry in (name, *opposite) if entry in fitting]
    return [*wanted, *left, *fitting][0]


def _nothing_to_pass(name: str, value: ValueType, given: Mapping[str, ValueType]) -> NodeProblem:
    return NodeProblem(
        f"A bypassed node gives what it gets, and no input has the type of {name!r}.",
        code=CODE,
        expected=f"an input of {value}",
        got=", ".join(f"{entry}: {found}" for entry, found in given.items()) or "no inputs",
        remedy="Take the bypass away, or bypass only nodes that give back the type that they get.",
        fix=Fix("restore", "Take the bypass away"),
    )
