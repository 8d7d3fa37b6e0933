"""The settings of a loss, which the Loss node and an Optimizer with a target have in common."""

from abc import abstractmethod
from typing import Annotated, Any, ClassVar, Literal

from pydantic import ConfigDict, Field

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node

LossName = Literal[
    "mse",
    "mae",
    "huber",
    "cross_entropy",
    "binary_cross_entropy",
    "focal",
    "kl_divergence",
    "hinge",
    "multi_class_hinge",
]
Reduction = Literal["mean", "sum", "none"]
Weight = Annotated[float, Field(ge=0, le=1e6)]
ClassWeights = Annotated[tuple[Weight, ...], Field(max_length=10_000)]
BALANCED: Literal["balanced"] = "balanced"


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
    class_weights: ClassWeights | Literal["balanced"] = setting(
        (),
        "Class weights",
        "How much each class counts; balanced: the rarer among the training samples, the more; empty: all 1.",
        show_when={"loss": ["cross_entropy", "multi_class_hinge"]},
    )
    ignore: int | None = setting(
        None,
        "Ignored class",
        "A class number that marks targets to leave out, such as -100; empty: none.",
        ge=-(2**31),
        lt=2**31,
        show_when={"loss": ["cross_entropy"]},
    )
    positive_weight: float = setting(
        1.0,
        "Positive weight",
        "How much a target of 1 counts beside a target of 0: above 1 where yes is rare.",
        ge=0,
        le=1e6,
        show_when={"loss": ["binary_cross_entropy"]},
    )
    focusing: float = setting(
        2.0,
        "Focusing",
        "How much less a target counts that is almost met; 0: no less.",
        ge=0,
        le=100,
        show_when={"loss": ["focal"]},
    )
    balance: float | None = setting(
        0.25,
        "Balance",
        "How much a target of 1 counts, of 1 in all that it shares with a target of 0; empty: both 1.",
        ge=0,
        le=1,
        show_when={"loss": ["focal"]},
    )
    margin: float = setting(
        1.0,
        "Margin",
        "How far on the right side of the border there is nothing left to improve.",
        ge=0,
        le=1e6,
        show_when={"loss": ["hinge", "multi_class_hinge"]},
    )

    @property
    @abstractmethod
    def chosen_loss(self) -> LossName: ...

    @property
    def compares_amounts(self) -> bool:
        """Whether prediction and target are in the same units."""
        return self.chosen_loss in ("mse", "mae", "huber")

    @property
    def wants_balance(self) -> bool:
        """Whether training has to put weights in the place of “balanced”; until then all classes count 1."""
        return self.class_weights == BALANCED and self.chosen_loss in ("cross_entropy", "multi_class_hinge")

    @property
    def weights_by_class(self) -> tuple[float, ...]:
        """Empty: all 1."""
        return self.class_weights if isinstance(self.class_weights, tuple) else ()
