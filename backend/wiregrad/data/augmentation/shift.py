from typing import ClassVar, Literal

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.augmentation._sampling import moved
from wiregrad.data.sample_draws import SampleDraws


class Shift(PictureChange):
    """Moves pictures by whole pixels, up to a share of their size in each direction."""

    title: ClassVar[str] = "Shift"

    horizontal: float = setting(
        0.1, "Horizontal", "At most this share of the width, to the left or right.", step=0.05, ge=0, le=1
    )
    vertical: float = setting(
        0.1, "Vertical", "At most this share of the height, up or down.", step=0.05, ge=0, le=1
    )
    fill: Literal["black", "edge"] = setting("black", "Fill", "What comes in: black, or the edge drawn out.")

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        _, _, height, width = pictures.shape
        far_down, far_right = int(np.rint(self.vertical * height)), int(np.rint(self.horizontal * width))
        down, right = draws.integers(-far_down, far_down), draws.integers(-far_right, far_right)
        return moved(pictures, down, right, self.fill)
