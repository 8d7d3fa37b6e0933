"""What an Optimizer does with gradients before its rule sees them."""

from typing import Literal

from wiregrad.nodes._fields import setting
from wiregrad.nodes._node import Node
from wiregrad.nodes._updating import Clipping


class GradientSettings(Node):
    """Gradients are averaged over the accumulated batches first, and clipped then."""

    clip: Literal["none", "norm", "value"] = setting(
        "none",
        "Clip gradients",
        "Bound the gradients: all of this Optimizer together by their norm, or each number by its size.",
    )
    clip_limit: float = setting(
        1.0,
        "Clip at",
        "The largest norm, or the largest size of a number.",
        gt=0,
        le=1e12,
        show_when={"clip": ["norm", "value"]},
    )
    accumulate: int = setting(
        1,
        "Accumulate",
        "Change parameters after so many batches, by the mean of their gradients; a group that the run's end "
        "cuts short changes nothing.",
        unit="batches",
        ge=1,
        le=1_000_000,
    )

    @property
    def clipping(self) -> Clipping | None:
        return None if self.clip == "none" else Clipping(self.clip, self.clip_limit)

    @property
    def accumulated_batches(self) -> int:
        return self.accumulate
