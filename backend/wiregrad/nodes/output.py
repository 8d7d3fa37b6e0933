from typing import Annotated, ClassVar, Literal

from pydantic import Field

from wiregrad.engine.ir import Value
from wiregrad.nodes._fields import Name, setting
from wiregrad.nodes._node import Build, Category, Example, OutputNode, Port, wired
from wiregrad.nodes._pictures import check_picture
from wiregrad.nodes._types import NodeProblem, ValueType

Display = Literal["auto", "number", "probabilities", "image", "table"]


class Output(OutputNode):
    """Names a result: what evaluation gives back.

    `probabilities` shows one bar for each class, so its value has the shape (classes,); `image` shows
    (height, width) or (channels, height, width) with 1, 3 or 4 channels. `auto` chooses by the shape.

    Where training normalizes a column, and a squared, absolute or Huber loss (or MAE, RMSE or R²) compares
    this value with an Input of that column, evaluating gives the value back in the units of the data.
    """

    title: ClassVar[str] = "Output"
    category: ClassVar[Category] = "Ends"
    examples: ClassVar[tuple[Example, ...]] = (
        Example((ValueType("float32", (3,), True),)),
        Example((ValueType("float32", ()),), {"name": "value", "display": "number"}),
        Example((ValueType("float32", (2,), True),), {"display": "probabilities", "labels": ["cat", "dog"]}),
        Example((ValueType("float32", (3, 4, 4), True),), {"display": "image"}),
    )

    name: Name = setting("output", "Name", "The name under which evaluation returns the value.", min_length=1)
    display: Display = setting("auto", "Show as", "How the value is shown to a person.")
    labels: Annotated[tuple[Name, ...], Field(max_length=10_000)] = setting(
        (),
        "Labels",
        "Names of the classes, in the order of their numbers; empty: taken from the dataset.",
        control="text",
        show_when={"display": ["auto", "probabilities"]},
    )

    units: Literal["data", "scaled"] = setting(
        "data",
        "Units",
        "Where training normalizes the column that the value stands for: those of the data, or as computed.",
    )
    units_column: Name = setting(
        "",
        "Units of",
        "The column that it stands for; empty: the one that a loss or metric compares this value with.",
        show_when={"units": ["data"]},
    )

    @property
    def output_name(self) -> str:
        return self.name

    def inputs(self) -> tuple[Port, ...]:
        return (Port("input", "The value to return."),)

    def outputs(self) -> tuple[Port, ...]:
        return ()

    def infer(self, *inputs: ValueType | None) -> tuple[ValueType, ...]:
        (value,) = wired(inputs)
        if self.display == "probabilities":
            self._check_probabilities(value)
        if self.display == "image":
            check_picture(value)
        return ()

    def _check_probabilities(self, value: ValueType) -> None:
        classes = len(self.labels)
        if value.rank != 1 or (classes and value.shape != (classes,)):
            raise NodeProblem(
                "This cannot be shown as the probabilities of classes.",
                port="input",
                expected=f"one number for each class, shape ({classes or 'classes'},)",
                got=str(value),
                remedy="Connect class probabilities, give one label per class, or choose another display.",
            )

    def build(self, build: Build, *inputs: Value | None) -> tuple[Value, ...]:  # noqa: ARG002
        return ()

    def torch(self, *inputs: ValueType | None) -> str:  # noqa: ARG002
        return "input"
