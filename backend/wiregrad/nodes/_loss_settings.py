"""The settings of a loss, which the Loss node and an Optimizer with a target have in common."""

from abc import abstractmethod
from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node

LossName = Literal["mse", "mae", "huber", "cross_entropy", "binary_cross_entropy"]
Reduction = Literal["mean", "sum", "none"]


def _follow_the_choice(schema: dict[str, Any], kind: type["LossSettings"]) -> None:
    """Let each setting be shown by the kind's own choice of loss, whatever that is called."""
    for field in schema.get("properties", {}).values():
        shown = field.get("x-show-when", {})
        if "loss" in shown:
            field["x-show-when"] = {kind.choice: shown["loss"]}


class LossSettings(Node):
    """`choice` names the setting that says which loss it is."""

    model_config = ConfigDict(json_schema_extra=_follow_the_choice)

    choice: ClassVar[str]

    delta: float = setting(
        1.0,
        "Delta",
        "The distance from which on the loss grows as a line, no longer as a square.",
        gt=0,
        le=1e6,
        show_when={"loss": ["huber"]},
    )
    label_smoothing: float = setting(
        0.0,
        "Label smoothing",
        "The part of each target that is spread evenly over all classes.",
        ge=0,
        le=1,
        show_when={"loss": ["cross_entropy"]},
    )

    @property
    @abstractmethod
    def chosen_loss(self) -> LossName: ...
