from typing import ClassVar

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._node import Build, Category, Example, Port, WatchDisplay, WatchNode, wired
from wiregrad.nodes._pictures import check_picture
from wiregrad.nodes._ports import INPUT
from wiregrad.nodes._types import ValueType


class Watch(WatchNode):
    """Shows a value while the network trains, and passes it on unchanged, with its gradient.

    `number` plots the mean over its elements and the batch, `histogram` how its elements are distributed;
    `picture` shows that of the first sample: (height, width), or (channels, height, width) with 1, 3 or 4
    channels. Its output need not be connected.
    """

    title: ClassVar[str] = "Watch"
    category: ClassVar[Category] = "Ends"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True),)),
        Example((ValueType("float32", ()),), {"name": "temperature", "every": 1}),
        Example((ValueType("float32", (3, 4, 4), True),), {"display": "picture"}),
        Example((ValueType("bool", (2,), True),), {"display": "histogram"}),
    )

    name: Name = setting("", "Name", "Under which it is shown; empty: the node's label or id.")
    display: WatchDisplay = setting("number", "Show as", "How the value is shown to a person.")
    every: int = setting(
        10,
        "Every",
        "How many steps lie between one look at the value and the next.",
        unit="steps",
        ge=1,
        le=10**9,
    )

    @property
    def watch_name(self) -> str | None:
        return self.name or None

    @property
    def shown_as(self) -> WatchDisplay:
        return self.display

    @property
    def steps_between(self) -> int:
        return self.every

    def inputs(self) -> tuple[Port, ...]:
        return INPUT

    def outputs(self) -> tuple[Port, ...]:
        return (Port("output", "The same value."),)

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        if self.display == "picture":
            check_picture(value)
        return (value,)

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return wired(inputs)

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input"
