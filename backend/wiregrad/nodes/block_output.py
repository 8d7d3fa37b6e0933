from typing import ClassVar

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Port
from wiregrad.nodes._structure import PORT_NAME, BlockPort


class BlockOutput(BlockPort):
    """An output port of the block that it is drawn in.

    Every use of the block has a port of this name. Ports stand in the order in which they were added.
    """

    title: ClassVar[str] = "Block output"

    name: str = setting(
        "output", "Name", "What the port is called.", min_length=1, max_length=128, pattern=PORT_NAME
    )

    @property
    def port_name(self) -> str:
        return self.name

    def inputs(self) -> tuple[Port, ...]:
        return (Port("input", "What goes out through the port."),)
