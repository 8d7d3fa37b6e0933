from typing import ClassVar

import numpy as np

from wiregrad.data.augmentation._kind import PictureChange, Pictures, setting
from wiregrad.data.sample_draws import SampleDraws


class Cutout(PictureChange):
    """Covers a square of the picture, so that no single part can be relied on.

    The middle of the square is any pixel, so that at the border less is covered (DeVries and Taylor,
    "Improved regularization of convolutional neural networks with Cutout", 2017).
    """

    title: ClassVar[str] = "Cutout"

    size: float = setting(
        0.25, "Size", "The side of the square as a share of the shorter side.", step=0.05, gt=0, le=1
    )
    gray: float = setting(0.0, "Gray", "What covers it, from black (0) to white (1).", step=0.1, ge=0, le=1)

    def change(self, pictures: Pictures, draws: SampleDraws) -> Pictures:
        _, _, height, width = pictures.shape
        side = max(1, int(np.rint(self.size * min(height, width))))
        top = draws.integers(0, height - 1, 1, 1) - side // 2
        left = draws.integers(0, width - 1, 1, 1) - side // 2
        rows, columns = np.arange(height)[:, np.newaxis], np.arange(width)
        covered = (rows >= top) & (rows < top + side) & (columns >= left) & (columns < left + side)
        return np.where(covered[:, np.newaxis], np.float32(self.gray), pictures)
