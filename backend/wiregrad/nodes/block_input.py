from typing import ClassVar

from wiregrad.nodes._fields import ShapeSetting, setting
from wiregrad.nodes._node import Port
from wiregrad.nodes._structure import PORT_NAME, BlockPort


class BlockInput(BlockPort):
    """An input port of the block that it is drawn in.

    Every use of the block has a port of this name. Ports stand in the order in which they were added. In a
    Cell, an input and an output of the same name carry a state from step to step.
    """

    title: ClassVar[str] = "Block input"

    name: str = setting(
        "input", "Name", "What the port is called.", min_length=1, max_length=128, pattern=PORT_NAME
    )
    zeros: ShapeSetting | None = setting(
        None,
        "Zeros if free",
        "The sample shape of the zeros that come in where nothing is connected; unset: a wire is needed.",
        control="shape",
    )

    @property
    def port_name(self) -> str:
        return self.name

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "What comes in through the port."),)
