from typing import ClassVar, Literal

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.sample_draws import SampleDraws

_AXES = {"horizontal": ((3,),), "vertical": ((2,),), "both": ((3,), (2,))}


class Flip(PictureChange):
    """Mirrors pictures.

    Horizontal swaps left and right, vertical swaps top and bottom; with both, each happens by itself in half
    of the pictures that are changed. As torchvision's RandomHorizontalFlip and RandomVerticalFlip.
    """

    title: ClassVar[str] = "Flip"

    direction: Literal["horizontal", "vertical", "both"] = setting(
        "horizontal", "Direction", "Left and right, top and bottom, or either by chance."
    )
    probability: float = setting(
        0.5, "Probability", "The share of pictures that are changed.", step=0.05, ge=0, le=1
    )

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        if self.direction != "both":
            return np.flip(pictures, _AXES[self.direction][0])
        flipped = pictures.copy()
        for (axis,) in _AXES["both"]:
            taken = draws.happens(0.5)
            flipped[taken] = np.flip(flipped[taken], axis)
        return flipped
