from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.augmentation._sampling import grid, read_between
from wiregrad.data.sample_draws import SampleDraws


class Zoom(PictureChange):
    """Cuts out a part of the picture and scales it to the whole size.

    The part has the picture's proportions and lies anywhere inside it. Bilinear; compare torchvision's
    RandomResizedCrop with a fixed ratio, whose scale is by area.
    """

    title: ClassVar[str] = "Zoom"

    smallest: float = setting(
        0.75,
        "Smallest part",
        "The part's side is at least this share of the picture's.",
        step=0.05,
        gt=0,
        le=1,
    )

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        _, _, height, width = pictures.shape
        side = draws.uniform(self.smallest, 1.0, 1, 1)
        down, right = (draws.uniform(-0.5, 0.5, 1, 1) for _ in range(2))
        rows, columns = grid(height, width)
        room = 1 - side
        at_rows = side * rows + (room * down + np.float32(0.5)) * (height - 1)
        at_columns = side * columns + (room * right + np.float32(0.5)) * (width - 1)
        shape = (len(pictures), height, width)
        return read_between(pictures, np.broadcast_to(at_rows, shape), np.broadcast_to(at_columns, shape))
